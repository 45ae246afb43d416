#include <hls_stream.h>

void top(hls::stream<int> &in, hls::stream<int> &out, hls::stream<int> from[4], hls::stream<int> to[4], unsigned k);

int main() {
  hls::stream<int> in, out, from[4], to[4];
  int wrong = 0;
  for (unsigned call = 0; call < 3; ++call) {
    for (int i = 0; i < 12; ++i) in.write(i + 7 * call);
    for (int i = 0; i < 4; ++i)
      for (int n = 0; n < 2; ++n) from[i].write(10 * i + n + call);
    top(in, out, from, to, call);
    for (int i = 0; i < 12; ++i) wrong += out.read() != int(i + 7 * call) * (i % 3 + 1);
    for (auto &each : to)
      while (!each.empty()) each.read();
  }
  return wrong;
}
