#include <stdlib.h>

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(15);
    Checker check;
    for (int call = 0; call < 2; ++call) {
        hls::stream<beat> in, out;
        static int image[HEIGHT][WIDTH];
        for (int y = 0; y < HEIGHT; ++y)
            for (int x = 0; x < WIDTH; ++x) {
                image[y][x] = call ? random.between(0, 255) : (x / 8 + y / 5) % 2 * 60 + random.between(0, 9);
                beat pixel;
                pixel.data = image[y][x];
                pixel.keep = pixel.strb = 1;
                pixel.user = x == 0 && y == 0;
                pixel.last = x == WIDTH - 1;
                in.write(pixel);
            }
        sobel(in, out);
        for (int y = 0; y < HEIGHT; ++y)
            for (int x = 0; x < WIDTH; ++x) {
                int expected = 0;
                if (x > 0 && y > 0 && x < WIDTH - 1 && y < HEIGHT - 1) {
                    int gx = 0, gy = 0;
                    for (int k = -1; k <= 1; ++k) {
                        gx += (2 - abs(k)) * (image[y + k][x + 1] - image[y + k][x - 1]);
                        gy += (2 - abs(k)) * (image[y + 1][x + k] - image[y - 1][x + k]);
                    }
                    expected = abs(gx) + abs(gy) < 255 ? abs(gx) + abs(gy) : 255;
                }
                const beat edge = out.read();
                check.equal("data", y * WIDTH + x, edge.data.to_int(), expected);
                check.equal("user", y * WIDTH + x, edge.user.to_int(), x == 0 && y == 0);
                check.equal("last", y * WIDTH + x, edge.last.to_int(), x == WIDTH - 1);
            }
    }
    return check.status();
}
