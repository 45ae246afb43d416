#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(19);
    Checker check;
    // the matrix in units of 2^-11, rounded down
    const int matrix[3][3] = {{612, 1202, 233}, {-346, -679, 1024}, {1024, -858, -167}};
    const int calls[] = {500, 1, 64};
    for (int pixels : calls) {
        hls::stream<rgb> in;
        hls::stream<yuv> out;
        int source[500][3];
        for (int i = 0; i < pixels; ++i) {
            for (int& value : source[i]) value = random.bits(2) ? random.between(0, 255) : 255 * int(random.bits(1));
            in.write({source[i][0], source[i][1], source[i][2]});
        }
        rgb_to_yuv(in, out, pixels);
        for (int i = 0; i < pixels; ++i) {
            const yuv got = out.read();
            const int levels[3] = {got.y.to_int(), got.u.to_int(), got.v.to_int()};
            for (int k = 0; k < 3; ++k) {
                int sum = 1024 + (k ? 128 * 2048 : 0);
                for (int c = 0; c < 3; ++c) sum += matrix[k][c] * source[i][c];
                const int level = sum >> 11;
                check.equal("yuv", 3 * i + k, levels[k], level < 0 ? 0 : level > 255 ? 255 : level);
            }
        }
    }
    return check.status();
}
