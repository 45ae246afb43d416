// Processes that get tables (of the file, of the function, a row of one, the same twice) and objects with a state.
#include <hls_stream.h>

const int of_file[4] = {1, 20, -3, 4};

static void scale(hls::stream<int> &in, hls::stream<int> &out, const int factors[4]) {
  for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE
    out.write(in.read() * factors[i & 3]);
  }
}

static void shift(hls::stream<int> &in, hls::stream<int> &out, const int (&by)[4], int first) {
  for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE
    out.write(in.read() + by[(i + first) & 3]);
  }
}

struct adder {
  int sum;
  constexpr adder() : sum(3) {}
  ~adder() {}
  void run(hls::stream<int> &in, hls::stream<int> &out) {
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE
      out.write(sum += in.read());
    }
  }
};

void top(hls::stream<int> &in, hls::stream<int> &out, int first) {
#pragma HLS DATAFLOW
  const int local[2][4] = {{5, 6, 7, 8}, {-1, 1000, 30, 4}};
  static adder before, behind;
  hls::stream<int> a, b, c, d, e;
  before.run(in, d);
  scale(d, a, of_file);
  scale(a, b, local[1]);
  shift(b, c, of_file, first);
  shift(c, e, local[0], 1);
  behind.run(e, out);
}
