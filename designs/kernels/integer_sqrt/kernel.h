#pragma once
#include <stdint.h>

const int N = 64;

void integer_sqrt(const uint32_t x[N], uint16_t root[N], int& squares);
