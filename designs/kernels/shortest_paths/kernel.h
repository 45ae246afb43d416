#pragma once
#include "ap_int.h"

const int N = 20;

void shortest_paths(ap_uint<12> distance[N][N]);
