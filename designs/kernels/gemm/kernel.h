#pragma once
#include "ap_int.h"

const int N = 16;

void gemm(const ap_int<16>* a, const ap_int<16>* b, ap_int<40>* c);
