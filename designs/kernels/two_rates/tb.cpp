#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(61);
    Checker check;
    static short fast[FAST];
    static int smooth[FAST], slow[SLOW], given[SLOW];
    for (int call = 0; call < 3; ++call) {
        for (short& each : fast) each = short(random.bits(16));
        for (int i = 0; i < SLOW; ++i) given[i] = slow[i] = random.between(-100000, 100000);
        two_rates(fast, smooth, slow);
        for (int i = 0; i < FAST; ++i) check.equal("smooth", i, smooth[i], fast[i] + (i ? fast[i - 1] : 0));
        for (int i = 0; i < SLOW; ++i) {
            int sum = 0;
            for (int k = 0; k <= i; ++k) sum += given[k];
            check.equal("slow", i, slow[i], sum);
        }
    }
    return check.status();
}
