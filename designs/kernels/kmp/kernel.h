#pragma once
#include <stdint.h>

const int TEXT = 400, PATTERN = 16;

int kmp(const char text[TEXT], int length, const char pattern[PATTERN], int pattern_length, int found[TEXT]);
