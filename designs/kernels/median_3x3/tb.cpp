#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(16);
    Checker check;
    for (int call = 0; call < 2; ++call) {
        hls::stream<pixel> in, out;
        int image[HEIGHT][WIDTH];
        for (auto& row : image)
            for (int& value : row) {
                value = random.between(0, call ? 255 : 5);
                in.write(value);
            }
        median_3x3(in, out);
        for (int y = 1; y < HEIGHT - 1; ++y)
            for (int x = 1; x < WIDTH - 1; ++x) {
                int expected = 0;  // the smallest value that at least five do not exceed
                for (int found = 0; found < 5; expected += found < 5) {
                    found = 0;
                    for (int k = 0; k < 9; ++k) found += image[y - 1 + k / 3][x - 1 + k % 3] <= expected;
                }
                check.equal("out", y * WIDTH + x, out.read().to_int(), expected);
            }
    }
    return check.status();
}
