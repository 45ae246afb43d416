// As one writes it first: local copies, three loops, no pragma.
#include "kernel.h"

void plain_product(const int8_t a[SIZE][SIZE], const int8_t b[SIZE][SIZE], int c[SIZE][SIZE]) {
    int8_t left[SIZE][SIZE], right[SIZE][SIZE];
copy:
    for (int i = 0; i < SIZE; ++i)
        for (int j = 0; j < SIZE; ++j) {
            left[i][j] = a[i][j];
            right[i][j] = b[i][j];
        }
multiply:
    for (int i = 0; i < SIZE; ++i)
        for (int j = 0; j < SIZE; ++j) {
            int sum = 0;
            for (int k = 0; k < SIZE; ++k) sum += left[i][k] * right[k][j];
            c[i][j] = sum;
        }
}
