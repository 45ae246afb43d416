#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(3);
    Checker check;
    hls::stream<number> x, y, at_x, at_y;
    for (int t = 0; t < 60; ++t) {
        const double true_x = 10 + 0.5 * t, true_y = 5 - 0.25 * t;
        x.write(number(true_x + random.real(-0.5, 0.5)));
        y.write(number(true_y + random.real(-0.5, 0.5)));
        kalman(x, y, at_x, at_y);
        const double found_x = at_x.read().to_double(), found_y = at_y.read().to_double();
        if (t >= 40) {  // it has found the speed
            check.close("x", t, found_x, true_x, 0.8);
            check.close("y", t, found_y, true_y, 0.8);
        }
    }
    return check.status();
}
