// Which stream of an array it is, a number says at run time: in turn, by a word that was read, by the counter of a loop.
#include <hls_stream.h>

typedef hls::stream<int, 4> lane;

static void deal(hls::stream<int> &in, lane (&lanes)[3]) {
  int next = 0;
  for (int i = 0; i < 12; ++i) {
#pragma HLS PIPELINE II=1
    lanes[next].write(in.read());
    next = next == 2 ? 0 : next + 1;
  }
}

template <int N> static void work(lane &in, lane &out) {
  for (int i = 0; i < 4; ++i) {
#pragma HLS PIPELINE II=3
    out.write(in.read() * N);
  }
}

static void gather(lane lanes[3], hls::stream<int> &out) {
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 3; ++k) {
#pragma HLS PIPELINE
      out.write(lanes[k].read());
    }
}

static void through(hls::stream<int> &in, hls::stream<int> &out) {
#pragma HLS DATAFLOW
  lane before[3], behind[3];
  deal(in, before);
  work<1>(before[0], behind[0]);
  work<2>(before[1], behind[1]);
  work<3>(before[2], behind[2]);
  gather(behind, out);
}

void top(hls::stream<int> &in, hls::stream<int> &out, hls::stream<int> from[4], hls::stream<int> to[4], unsigned k) {
  through(in, out);
  for (int i = 0; i < 4; ++i) to[i].write(from[(i + k) & 3].read());
  for (int i = 0; i < 4; ++i) {
#pragma HLS PIPELINE off
    int v = 0;
    if (!from[i].empty()) v += from[i].read();
    to[v & 3].write(v);
  }
}
