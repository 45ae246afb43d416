#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(63);
    Checker check;
    for (int call = 0; call < 24; ++call) {
        const uint32_t common = random.bits(10);
        const uint32_t a = call == 1 ? 0 : common * random.bits(20), b = call == 2 || call == 3 ? 0 : common * random.bits(20);
        uint32_t x = call == 3 ? 0 : a, y = b, divisor;
        uint64_t multiple;
        gcd(x, y, divisor, multiple);
        const uint64_t product = (uint64_t)x * y;
        while (y) {  // Euclid
            const uint32_t rest = x % y;
            x = y;
            y = rest;
        }
        check.equal("divisor", call, divisor, x);
        check.equal("multiple", call, multiple, x ? product / x : 0);
    }
    return check.status();
}
