#pragma once

#include <stdint.h>

const int SIZE = 16;

void plain_product(const int8_t a[SIZE][SIZE], const int8_t b[SIZE][SIZE], int c[SIZE][SIZE]);
