#include "hls_stream.h"

void top(hls::stream<int>& in, hls::stream<int>& out);

int main() {
    hls::stream<int> in, out;
    for (int call = 0; call < 5; ++call) {
        for (int i = 0; i < 8; ++i) in.write(call * 1000 + i * 77);
        top(in, out);
    }
    while (!out.empty()) out.read();
    return 0;
}
