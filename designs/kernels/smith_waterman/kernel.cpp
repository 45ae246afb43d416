// Best local alignment: a cell per letter of the query, an antidiagonal each cycle. Match 3, mismatch -2, gap -4.
#include "kernel.h"

struct cell {
    base letter;      // of the reference, on its way through the array
    bool valid;
    score here;       // of this cell's row, one column back
    score diagonal;   // what came from above a column ago
    score best;
};

static score larger(score a, score b) { return a > b ? a : b; }
static score less(score a, int by) { return a > by ? score(a - by) : score(0); }

score smith_waterman(const base query[QUERY], hls::stream<base>& reference, int length) {
#pragma HLS INTERFACE axis port=reference
    cell cells[QUERY] = {};
    base letters[QUERY];
#pragma HLS ARRAY_PARTITION variable=cells complete
#pragma HLS ARRAY_PARTITION variable=letters complete
load:
    for (int i = 0; i < QUERY; ++i) {
#pragma HLS PIPELINE II=1
        letters[i] = query[i];
    }
diagonals:
    for (int t = 0; t < length + QUERY; ++t) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=25 max=224
        base entering = 0;
        if (t < length) entering = reference.read();
        for (int i = QUERY - 1; i >= 0; --i) {
            const base letter = i ? cells[i - 1].letter : entering;
            const bool valid = i ? cells[i - 1].valid : t < length;
            const score above = i ? cells[i - 1].here : score(0);
            cell& c = cells[i];
            if (valid) {
                const score fit = letter == letters[i] ? score(c.diagonal + 3) : less(c.diagonal, 2);
                c.here = larger(fit, larger(less(above, 4), less(c.here, 4)));
                c.best = larger(c.best, c.here);
            }
            c.diagonal = above;
            c.letter = letter;
            c.valid = valid;
        }
    }
    score best = 0;
    for (int i = 0; i < QUERY; ++i) {
#pragma HLS UNROLL
        best = larger(best, cells[i].best);
    }
    return best;
}
