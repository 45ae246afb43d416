#pragma once
#include "ap_int.h"

const int X = 12, Y = 10, Z = 10;

void stencil_3d(const int in[Z][Y][X], int out[Z][Y][X], int centre, int neighbour);
