#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(64);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        uint32_t x[N];
        uint16_t root[N];
        int squares, expected = 0;
        for (int n = 0; n < N; ++n) {
            const uint32_t r = random.bits(16);
            x[n] = n == 0 ? 0 : n == 1 ? ~0u : n % 4 == 2 ? r * r : n % 4 == 3 ? r * r - 1 : random.bits(n / 2);
        }
        integer_sqrt(x, root, squares);
        for (int n = 0; n < N; ++n) {
            uint64_t low = 0, high = 65536;  // by bisection
            while (high - low > 1) {
                const uint64_t middle = (low + high) / 2;
                (middle * middle <= x[n] ? low : high) = middle;
            }
            check.equal("root", n, root[n], low);
            expected += low * low == x[n];
        }
        check.equal("squares", call, squares, expected);
    }
    return check.status();
}
