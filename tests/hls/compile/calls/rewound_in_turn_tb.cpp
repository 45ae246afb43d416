#include "hls_stream.h"

void top(hls::stream<int>& in, hls::stream<int>& out);

int main() {
    for (int call = 0; call < 4; ++call) {
        hls::stream<int> in, out;
        for (int i = 0; i < 25; ++i) in.write(i * call + 1);
        top(in, out);
        while (!out.empty()) out.read();
    }
    return 0;
}
