#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(72);
    Checker check;
    static ap_uint<512> in[WORDS], out[WORDS];
    for (int call = 0; call < 3; ++call) {
        hls::stream<ap_uint<32>> sums;
        static uint32_t values[WORDS][LANES];
        for (int n = 0; n < WORDS; ++n)
            for (uint32_t& value : values[n]) {
                value = random.bits();
                in[n] = (in[n] >> 32) | (ap_uint<512>(value) << 480);
            }
        unpack_512(in, out, sums);
        for (int n = 0; n < WORDS; ++n) {
            uint32_t sum = 0;
            for (int lane = 0; lane < LANES; ++lane) {
                sum += values[n][lane];
                check.equal("out", 16 * n + lane, uint32_t((out[n] >> 32 * lane).to_uint64()), uint32_t(-values[n][15 - lane]));
            }
            check.equal("sums", n, sums.read().to_uint(), sum);
        }
    }
    return check.status();
}
