#pragma once
#include "ap_int.h"

const int FRAMES = 4, SIZE = 64;

void pingpong(const int in[SIZE], int out[SIZE], int gain, int& peak);
