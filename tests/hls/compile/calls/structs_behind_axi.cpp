// Structs and vectors behind AXI masters: whole ones are words of bursts, those written in part are not; on a bus of
// their size too; and of sizes that are no powers of two.
#include "structs_behind_axi.h"

void top(const Point *in, Point *both, const Complex *c, Complex *d, const Row *rows, const Row *picked, Triple *triples,
         Triple *sums, int n) {
#pragma HLS INTERFACE m_axi port=rows bundle=gmem2 depth=24
#pragma HLS INTERFACE m_axi port=picked bundle=gmem0 depth=24
#pragma HLS INTERFACE m_axi port=triples bundle=gmem1 depth=24
#pragma HLS INTERFACE m_axi port=sums bundle=gmem0 depth=24
#pragma HLS INTERFACE m_axi port=in bundle=gmem0 depth=24
#pragma HLS INTERFACE m_axi port=both bundle=gmem1 depth=24
#pragma HLS INTERFACE m_axi port=c bundle=gmem0 depth=24
#pragma HLS INTERFACE m_axi port=d bundle=gmem2 depth=24 max_widen_bitwidth=64
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        Point p = in[i];
        Point q = both[i];
        q.x += p.y;
        q.w -= p.w;
        both[i] = q;
    }
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        Complex t = c[i];
        Complex u;
        u.re = t.re * 3 - t.im;
        u.im = t.im >> 1;
        d[i] = u;
    }
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE
        const Row row = rows[i];
        const Triple old = sums[i];
        sums[i] = {row.reduce_add() + old.z, old.x - row[7], picked[i >> 1][row[2] & 7]};
    }
    for (unsigned char i = 0; i < n; i += 2) {
#pragma HLS PIPELINE
        triples[i + 1].y += triples[i].z;
        triples[23 - i].x = n;
    }
}
