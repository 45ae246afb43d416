// In place of the C library's: the target that kernels are compiled for has no __float128, and kernels no use for it.
#ifndef HLSGEN_FLOATN_H
#define HLSGEN_FLOATN_H

#define __HAVE_FLOAT128 0
#define __HAVE_DISTINCT_FLOAT128 0
#define __HAVE_FLOAT64X 0
#define __HAVE_FLOAT64X_LONG_DOUBLE 0
#include <bits/floatn-common.h>

#endif
