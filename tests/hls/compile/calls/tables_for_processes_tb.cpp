#include <hls_stream.h>

void top(hls::stream<int> &in, hls::stream<int> &out, int first);

int main() {
  hls::stream<int> in, out;
  for (int call = 0; call < 3; ++call) {
    for (int i = 0; i < 8; ++i) in.write(100 * i + call);
    top(in, out, call);
    for (int i = 0; i < 8; ++i) out.read();
  }
  return 0;
}
