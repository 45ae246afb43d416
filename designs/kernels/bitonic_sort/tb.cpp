#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(21);
    Checker check;
    const int calls[] = {60, 1, 7};
    for (int groups : calls) {
        hls::stream<group> in, out;
        static int sorted[60][N];
        for (int g = 0; g < groups; ++g) {
            group keys;
            for (int i = 0; i < N; ++i) {  // by insertion
                const int key = random.between(-32768, 32767) >> (g % 3 * 6);
                keys.key[i] = key;
                int at = i;
                for (; at > 0 && sorted[g][at - 1] > key; --at) sorted[g][at] = sorted[g][at - 1];
                sorted[g][at] = key;
            }
            in.write(keys);
        }
        bitonic_sort(in, out, groups);
        for (int g = 0; g < groups; ++g) {
            const group got = out.read();
            for (int i = 0; i < N; ++i) check.equal("key", g * N + i, got.key[i].to_int(), sorted[g][i]);
        }
    }
    return check.status();
}
