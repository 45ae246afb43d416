#include "hls_stream.h"

void top(unsigned samples, hls::stream<int>& in0, hls::stream<int>& out0, hls::stream<int>& in1, hls::stream<int>& out1,
         hls::stream<int>& seen, hls::stream<int>& words, hls::stream<int>& in2, hls::stream<int>& out2);

int main() {
    hls::stream<int> in0, out0, in1, out1, in2, out2, seen, words;
    const unsigned samples[] = {3, 0, 5, 1};
    for (int call = 0; call < 4; ++call) {
        const unsigned count = 16 * samples[call];
        for (unsigned i = 0; i < count; ++i) {
            in0.write(i * 11 + call);
            in1.write(i * 13 - call);
            in2.write(i * 17 + 3 * call);
            words.write(i * i + call);
        }
        top(samples[call], in0, out0, in1, out1, seen, words, in2, out2);
        for (unsigned i = 0; i < count; ++i) out0.read(), out1.read(), out2.read();
        for (int i = 0; i < 16; ++i) seen.read();
    }
    return 0;
}
