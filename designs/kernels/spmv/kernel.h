#pragma once
#include "ap_int.h"

const int ROWS = 32, NONZEROS = 256;

void spmv(const int row_begin[ROWS + 1], const ap_uint<8> column[NONZEROS], const ap_int<16> value[NONZEROS],
          const ap_int<16> x[256], ap_int<40> y[ROWS]);
