#include "../bench.h"
#include "kernel.h"

// All subsets of the first and of the second half, best by capacity, then combined.
static int best_of(const int* weight, const int* value, int capacity) {
    int best[2][CAPACITY + 1] = {}, most = 0;
    for (int half = 0; half < 2; ++half) {
        for (int set = 0; set < 1 << ITEMS / 2; ++set) {
            int w = 0, v = 0;
            for (int n = 0; n < ITEMS / 2; ++n)
                if (set >> n & 1) w += weight[half * ITEMS / 2 + n], v += value[half * ITEMS / 2 + n];
            for (int c = w; c <= capacity; ++c) best[half][c] = v > best[half][c] ? v : best[half][c];
        }
    }
    for (int c = 0; c <= capacity; ++c)
        most = best[0][c] + best[1][capacity - c] > most ? best[0][c] + best[1][capacity - c] : most;
    return most;
}

int main() {
    Random random(77);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        ap_uint<7> weight[ITEMS];
        ap_uint<10> value[ITEMS];
        bool taken[ITEMS];
        int w[ITEMS], v[ITEMS], weighs = 0, counts = 0;
        for (int n = 0; n < ITEMS; ++n) {
            weight[n] = w[n] = random.between(1, call ? 40 : 12);
            value[n] = v[n] = random.between(1, 1023);
        }
        const int most = knapsack(weight, value, taken).to_int();
        for (int n = 0; n < ITEMS; ++n)
            if (taken[n]) weighs += w[n], counts += v[n];
        check.equal("best", call, most, best_of(w, v, CAPACITY));
        check.equal("value", call, counts, most);
        check.equal("fits", call, weighs <= CAPACITY, 1);
    }
    return check.status();
}
