#include <ap_int.h>
#include <hls_stream.h>
#include <cstdio>

void top(hls::stream<ap_int<18>>& in, hls::stream<ap_int<40>>& out, ap_int<18> n, int few[16]);

int main() {
    hls::stream<ap_int<18>> in;
    hls::stream<ap_int<40>> out;
    int few[16];
    for (int i = 0; i < 16; ++i) few[i] = i * i - 7;
    for (int call = 0; call < 4; ++call) {
        for (int i = 0; i < 32; ++i) in.write((i * 7919 + call * 104729) % 200000 - 100000);
        top(in, out, call * 4001 - 6000, few);
        while (!out.empty()) std::printf("%lld\n", (long long)out.read());
    }
}
