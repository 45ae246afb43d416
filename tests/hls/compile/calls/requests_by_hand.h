#include "ap_int.h"
#include "hls_burst_maxi.h"
#include "hls_stream.h"
#include "hls_vector.h"

struct Pair {
    short low;
    ap_int<20> high;
};
using Row = hls::vector<short, 4>;
using Wide = ap_uint<128>;

void top(hls::burst_maxi<Pair> in, hls::burst_maxi<Row> out, hls::burst_maxi<Wide> mem, int* plain, unsigned n, unsigned m);
