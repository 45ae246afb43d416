#pragma once
#include "ap_int.h"

const int ROWS = 32, COLUMNS = 48;

void life(ap_uint<COLUMNS> field[ROWS], int generations);
