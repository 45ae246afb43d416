#include <stdlib.h>

#include "../bench.h"
#include "kernel.h"

// Every board in order, a column per row.
static int count, found[12];
static void place(int* columns, int row, int size) {
    if (row == size && count++ == 0)
        for (int r = 0; r < size; ++r) found[r] = columns[r];
    for (int c = 0; c < size && row < size; ++c) {
        bool free = true;
        for (int r = 0; r < row; ++r) free &= columns[r] != c && abs(columns[r] - c) != row - r;
        columns[row] = c;
        if (free) place(columns, row + 1, size);
    }
}

int main() {
    Checker check;
    const int known[] = {1, 0, 0, 2, 10, 4, 40};
    for (int size = 1; size <= 7; ++size) {
        int first[12] = {}, columns[12];
        count = 0;
        place(columns, 0, size);
        check.equal("known", size, count, known[size - 1]);
        check.equal("count", size, n_queens(size, first), count);
        for (int row = 0; row < size && count; ++row) check.equal("first", row, first[row], found[row]);
    }
    return check.status();
}
