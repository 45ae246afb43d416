#pragma once
#include "ap_int.h"

const int POINTS = 100, CENTRES = 8, DIMENSIONS = 3;

void k_means(const short points[POINTS][DIMENSIONS], short centres[CENTRES][DIMENSIONS], ap_uint<3> nearest[POINTS]);
