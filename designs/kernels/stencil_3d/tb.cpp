#include "../bench.h"
#include "kernel.h"

static const int strides[] = {1, X, X * Y};

int main() {
    Random random(12);
    Checker check;
    static int in[Z][Y][X], out[Z][Y][X];
    const int *flat = &in[0][0][0], *result = &out[0][0][0];
    for (int call = 0; call < 3; ++call) {
        for (int i = 0; i < X * Y * Z; ++i) (&in[0][0][0])[i] = random.between(-100000, 100000);
        const int centre = random.between(-9, 9), neighbour = random.between(-9, 9);
        stencil_3d(in, out, centre, neighbour);
        for (int i = 0; i < X * Y * Z; ++i) {
            const int x = i % X, y = i / X % Y, z = i / (X * Y);
            const bool hull = x % (X - 1) == 0 || y % (Y - 1) == 0 || z % (Z - 1) == 0;
            int expected = flat[i];
            if (!hull) {
                expected *= centre;
                for (int step : strides) expected += neighbour * (flat[i - step] + flat[i + step]);
            }
            check.equal("out", i, result[i], expected);
        }
    }
    return check.status();
}
