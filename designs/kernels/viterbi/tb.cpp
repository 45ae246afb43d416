#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(75);
    Checker check;
    for (int call = 0; call < 5; ++call) {
        ap_uint<2> received[BITS];
        ap_uint<1> decoded[BITS];
        int message[BITS], errors = 0;
        for (int t = 0; t < BITS; ++t) {
            message[t] = t < BITS - 2 ? int(random.bits(1)) : 0;
            const int one = t >= 1 ? message[t - 1] : 0, two = t >= 2 ? message[t - 2] : 0;
            int word = (message[t] ^ one ^ two) << 1 | (message[t] ^ two);
            if (call && t % 12 == 5) word ^= 1 << random.bits(1), ++errors;  // far enough apart to be corrected
            received[t] = word;
        }
        check.equal("errors", call, viterbi(received, decoded).to_int(), errors);
        for (int t = 0; t < BITS; ++t) check.equal("decoded", t, decoded[t].to_int(), message[t]);
    }
    return check.status();
}
