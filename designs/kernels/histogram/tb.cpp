#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(33);
    Checker check;
    const int calls[] = {400, 1, 5, 150};
    for (int count : calls) {
        hls::stream<ap_uint<6>> in;
        ap_uint<16> bins[BINS];
        int expected[BINS] = {}, bin = 0;
        for (int n = 0; n < count; ++n) {
            if (random.bits(1)) bin = random.bits(n % 64 < 32 ? 6 : 1);  // repetitions at every distance
            ++expected[bin];
            in.write(bin);
        }
        histogram(in, bins, count);
        for (int i = 0; i < BINS; ++i) check.equal("bins", i, bins[i].to_int(), expected[i]);
    }
    return check.status();
}
