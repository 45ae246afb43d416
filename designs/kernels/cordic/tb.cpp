#include <math.h>

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(32);
    Checker check;
    const int calls[] = {200, 1, 33};
    for (int count : calls) {
        hls::stream<angle> in;
        hls::stream<direction> out;
        double radians[200];
        for (int n = 0; n < count; ++n) {
            const angle a = radians[n] = random.real(-3.14159, 3.14159);
            radians[n] = a.to_double();
            in.write(a);
        }
        cordic(in, out, count);
        for (int n = 0; n < count; ++n) {
            const direction got = out.read();
            check.close("cosine", n, got.cosine.to_double(), cos(radians[n]), 2e-5);
            check.close("sine", n, got.sine.to_double(), sin(radians[n]), 2e-5);
        }
    }
    return check.status();
}
