#pragma once
#include <stdint.h>

void gcd(uint32_t a, uint32_t b, uint32_t& divisor, uint64_t& multiple);
