#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(22);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        ap_uint<20> keys[N];
        int given[N];
        for (int i = 0; i < N; ++i) keys[i] = given[i] = call == 3 ? N - i : int(random.bits(call ? 20 : 3));
        odd_even_sort(keys);
        for (int i = 0; i < N; ++i) {  // each value stands where its rank puts it
            int below = 0, same = 0;
            for (int other : given) {
                below += other < given[i];
                same += other == given[i];
            }
            for (int at = below; at < below + same; ++at) check.equal("keys", at, keys[at].to_int(), given[i]);
        }
    }
    return check.status();
}
