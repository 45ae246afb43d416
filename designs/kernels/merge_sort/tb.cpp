#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(23);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        hls::stream<key> in, out;
        static int count[65536];
        for (int i = 0; i < N; ++i) {
            const int value = random.bits(call ? 16 : 4);
            ++count[value];
            in.write(value);
        }
        merge_sort(in, out);
        int at = 0;
        for (int value = 0; value < 65536; ++value)  // by counting
            for (; count[value] > 0; --count[value]) check.equal("out", at++, out.read().to_int(), value);
    }
    return check.status();
}
