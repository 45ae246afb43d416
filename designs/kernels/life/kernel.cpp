// Conway's game of life on a torus, a row of cells at a time.
#include "kernel.h"

typedef ap_uint<COLUMNS> cells;

// Eight one-bit neighbours of each column are summed bit by bit.
static cells evolve(const cells& above, const cells& self, const cells& below) {
    cells next;
    for (int x = 0; x < COLUMNS; ++x) {
        const int left = (x + 1) % COLUMNS, right = (x + COLUMNS - 1) % COLUMNS;
        const ap_uint<4> alive = ap_uint<4>(above[left]) + above[x] + above[right] + self[left] + self[right] +
                                 below[left] + below[x] + below[right];
        next[x] = alive == 3 || (alive == 2 && self[x]);
    }
    return next;
}

void life(ap_uint<COLUMNS> field[ROWS], int generations) {
generations:
    for (int g = 0; g < generations; ++g) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=12
        const cells first = field[0];
        cells above = field[ROWS - 1], self = first;
    rows:
        for (int y = 0; y < ROWS; ++y) {
#pragma HLS PIPELINE II=1
            const cells below = y + 1 < ROWS ? field[y + 1] : first;
            field[y] = evolve(above, self, below);
            above = self;
            self = below;
        }
    }
}
