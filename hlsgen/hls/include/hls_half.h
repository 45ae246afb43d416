// half: 16-bit floating point, for test benches; kernels have no floating-point arithmetic.
#ifndef HLSGEN_HLS_HALF_H
#define HLSGEN_HLS_HALF_H

typedef _Float16 half;

#endif
