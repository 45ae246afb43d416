// Streams of blocks, which are used in any order under a lock; and objects that refer to what is outside of them.
#include "ap_int.h"
#include "hls_stream.h"
#include "hls_streamofblocks.h"

typedef ap_int<12> row[10];
typedef hls::stream_of_blocks<row> rows;

class counted {
  public:
    counted(const int (&weights)[4], hls::stream<int>& out) : weights(weights), out(out) {}
    void add(ap_uint<2> which, int value) {
        seen[which] += value * weights[which];
        out.write(seen[which]);
    }

  private:
    const int (&weights)[4];
    int seen[4] = {};
    hls::stream<int>& out;
};

static void deal(hls::stream<int>& in, rows& straight, rows& back) {
    for (int i = 0; i < 6; ++i) {
#pragma HLS PIPELINE II=10
        hls::write_lock<row> one(straight);
        hls::write_lock<row> other(back);
        for (int j = 0; j < 10; ++j) one[j] = other[9 - j] = in.read();
    }
}

static void grow(rows& in, rows& out) {
    for (int i = 0; i < 6; ++i) {
        hls::read_lock<row> from(in);
        hls::write_lock<row> to(out);
        for (int j = 0; j < 10; ++j) to[j] = from[j] + j;
    }
}

static void sum(rows& first, rows& second, hls::stream<int>& out) {
    for (int i = 0; i < 6; ++i) {
        hls::read_lock<row> a(first);
        hls::read_lock<row> b(second);
        int total = 0;
        for (int j = 0; j < 10; ++j) total += a[j] * b[9 - j];
        out.write(total);
    }
}

static void count(hls::stream<int>& in, hls::stream<int>& out, const int weights[4]) {
    int kept[4];
    for (int i = 0; i < 4; ++i) kept[i] = weights[i];
    counted found(kept, out);
    for (int i = 0; i < 6; ++i) {
        const int value = in.read();
        found.add(ap_uint<2>(value), value >> 3);
    }
}

void top(hls::stream<int>& in, const int weights[4], hls::stream<int>& out) {
#pragma HLS DATAFLOW
    rows straight("straight"), back;
    hls::stream_of_blocks<row, 4> unused;
    hls::stream_of_blocks<row> grown;
    hls::stream<int> sums;
    deal(in, straight, back);
    grow(back, grown);
    sum(straight, grown, sums);
    count(sums, out, weights);
}
