#pragma once

const int LONGEST = 40;

int levenshtein(const char a[LONGEST], int a_length, const char b[LONGEST], int b_length);
