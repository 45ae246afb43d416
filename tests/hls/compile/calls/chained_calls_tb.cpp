#include "hls_stream.h"

void top(hls::stream<int>& in, hls::stream<int>& out);

int main() {
    hls::stream<int> in, out;
    for (int call = 0; call < 40; ++call) {
        in.write(call * 7);
        for (int i = 0; i < (call * 7 & 3); ++i) in.write(call + i);
        top(in, out);
    }
    while (!out.empty()) out.read();
    return 0;
}
