#pragma once
#include <stdint.h>

void mersenne_twister(uint32_t seed, int count, uint32_t* out);
