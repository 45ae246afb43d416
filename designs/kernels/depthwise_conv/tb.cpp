#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(81);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        hls::stream<ap_int<8>> in;
        hls::stream<ap_int<20>> out;
        ap_int<8> taps[CHANNELS][9];
        static int image[HEIGHT + 2][WIDTH + 2][CHANNELS];
        for (auto& filter : taps)
            for (ap_int<8>& tap : filter) tap = random.between(-128, 127);
        for (int y = 1; y <= HEIGHT; ++y)
            for (int x = 1; x <= WIDTH; ++x)
                for (int& value : image[y][x]) in.write(value = random.between(-128, 127));
        depthwise_conv(in, out, taps);
        for (int y = 0; y < HEIGHT; ++y)
            for (int x = 0; x < WIDTH; ++x)
                for (int c = 0; c < CHANNELS; ++c) {
                    int sum = 0;
                    for (int k = 0; k < 9; ++k) sum += taps[c][k].to_int() * image[y + k / 3][x + k % 3][c];
                    check.equal("out", (y * WIDTH + x) * CHANNELS + c, out.read().to_int(), sum);
                }
    }
    return check.status();
}
