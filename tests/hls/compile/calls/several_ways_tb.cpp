#include <hls_stream.h>
#include <cstdio>

void top(hls::stream<int>& in, hls::stream<int>& log, hls::stream<int>& out);

int main() {
    hls::stream<int> in, log, out;
    for (int i = 0; i < 40; ++i) {
        in.write(i * 7 + 5);
        if ((i * 7 + 5 & 3) > 1) in.write(i + 1000);
        top(in, log, out);
    }
    while (!log.empty()) std::printf("%d\n", log.read());
    while (!out.empty()) std::printf("%d\n", out.read());
}
