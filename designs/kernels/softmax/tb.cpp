#include <math.h>

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(73);
    Checker check;
    const double spread[] = {3, 0, 20, 31};
    for (double range : spread) {
        logit x[N];
        share y[N];
        double sum = 0;
        for (int i = 0; i < N; ++i) {
            x[i] = random.real(-range, range);
            sum += exp(x[i].to_double());
        }
        softmax(x, y);
        for (int i = 0; i < N; ++i) check.close("y", i, y[i].to_double(), exp(x[i].to_double()) / sum, 1e-4);
    }
    return check.status();
}
