#include "ap_int.h"
#include "hls_stream.h"

void top(hls::stream<int>& in, hls::stream<int>& odd, hls::stream<int>& even, hls::stream<int>& last, ap_int<9> offset);

int main() {
    hls::stream<int> in, odd, even, last;
    int past = 0, count = 0;
    for (int call = 0; call < 4; ++call) {
        for (int i = 0; i < 24; ++i) in.write(i * i + 5 * i + i / 3 - 40 * call);
        top(in, odd, even, last, -200);
        for (int i = 0; i < 24; ++i) {
            const int value = i * i + 5 * i + i / 3 - 40 * call;
            if (value & 1) {
                for (int n = 0; n < 3; ++n)
                    if (odd.read() != value + past + n - 200) return 1;
                past = value;
            } else if (even.read() != value || last.read() != value + count++) {
                return 2;
            }
        }
        if (!odd.empty() || !even.empty() || !last.empty()) return 3;
    }
    return 0;
}
