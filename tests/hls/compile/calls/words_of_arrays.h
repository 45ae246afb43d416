#include <cmath>

#include "ap_fixed.h"

typedef ap_int<13> narrow;
typedef ap_fixed<9, 4> level;
