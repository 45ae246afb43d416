#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(80);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        hls::stream<beat> in, out;
        static int image[HEIGHT][WIDTH][CHANNELS];
        for (int at = 0; at < WIDTH * HEIGHT; ++at) {
            beat next;
            for (int c = 0; c < CHANNELS; ++c)
                next.data(8 * c + 7, 8 * c) = image[at / WIDTH][at % WIDTH][c] = random.between(-128, 127);
            next.keep = next.strb = -1;
            next.last = at == WIDTH * HEIGHT - 1;
            in.write(next);
        }
        max_pool(in, out);
        for (int y = 0; y < HEIGHT; y += 2)
            for (int x = 0; x < WIDTH; x += 2) {
                const beat got = out.read();
                for (int c = 0; c < CHANNELS; ++c) {
                    int most = -128;
                    for (int k = 0; k < 4; ++k)
                        most = image[y + k / 2][x + k % 2][c] > most ? image[y + k / 2][x + k % 2][c] : most;
                    const ap_int<8> value = got.data(8 * c + 7, 8 * c);
                    check.equal("out", y * WIDTH + x, value.to_int(), most);
                }
                check.equal("last", y * WIDTH + x, got.last.to_int(), y == HEIGHT - 2 && x == WIDTH - 2);
            }
    }
    return check.status();
}
