// Square roots, rounded down, in a pipeline of 16 steps; counts the perfect squares.
#include "kernel.h"

void integer_sqrt(const uint32_t x[N], uint16_t root[N], int& squares) {
    int perfect = 0;
numbers:
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=1
        uint32_t rest = x[n], result = 0;
        for (uint32_t bit = 1u << 30; bit; bit >>= 2) {
            const bool fits = rest >= result + bit;
            if (fits) rest -= result + bit;
            result = result >> 1 | (fits ? bit : 0);
        }
        root[n] = result;
        perfect += rest == 0;
    }
    squares = perfect;
}
