#pragma once
#include "ap_int.h"

const int BITS = 64, STATES = 4;

ap_uint<8> viterbi(const ap_uint<2> received[BITS], ap_uint<1> decoded[BITS]);
