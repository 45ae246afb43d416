// Included ahead of everything: hlsgen's numbers without their text output, so that no C++ library is needed.
#ifndef HLSGEN_NATIVE_H
#define HLSGEN_NATIVE_H

#define HLSGEN_SYNTHESIS
#include "ap_int.h"
#undef HLSGEN_SYNTHESIS

#endif
