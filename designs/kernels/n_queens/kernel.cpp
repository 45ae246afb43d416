// Counts the ways to place queens on a board of up to 12 rows, and gives the first; backtracking with a stack.
#include "ap_int.h"
#include "kernel.h"

const int MOST = 12;
typedef ap_uint<MOST> row_mask;

int n_queens(int size, int first[MOST]) {
#pragma HLS INTERFACE s_axilite port=size
#pragma HLS INTERFACE s_axilite port=first
#pragma HLS INTERFACE s_axilite port=return
    struct frame {
        row_mask open, columns, rising, falling, queen;
    };
    frame stack[MOST + 1];
    const row_mask full = (ap_uint<MOST + 1>(1) << size) - 1;
    stack[0] = {full, 0, 0, 0, 0};
    int depth = 0, count = 0;
search:
    while (depth >= 0) {
#pragma HLS LOOP_TRIPCOUNT min=10 max=20000
        frame& top = stack[depth];
        if (top.open == 0) {
            --depth;
            continue;
        }
        const row_mask queen = top.open & -top.open;
        top.open ^= queen;
        top.queen = queen;
        const row_mask columns = top.columns | queen, rising = (top.rising | queen) << 1, falling = (top.falling | queen) >> 1;
        if (columns == full) {
            if (count++ == 0) {
                for (int row = 0; row < size; ++row) {
                    int place = 0;
                    for (int k = 0; k < MOST; ++k)
                        if (stack[row].queen[k]) place = k;
                    first[row] = place;
                }
            }
            continue;
        }
        stack[++depth] = {row_mask(full & ~(columns | rising | falling)), columns, rising, falling, 0};
    }
    return count;
}
