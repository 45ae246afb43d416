#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(79);
    Checker check;
    static byte image[IN * SIZE * SIZE], weights[OUT * IN * KERNEL * KERNEL], result[RESULT * RESULT * OUT];
    int bias[OUT];
    for (int call = 0; call < 2; ++call) {
        const int shift = 8 + call;
        for (byte& pixel : image) pixel = random.between(-128, 127);
        for (byte& weight : weights) weight = random.between(-128, 127);
        for (int& b : bias) b = random.between(-20000, 20000);
        conv_2d(image, weights, bias, result, shift);
        for (int at = 0; at < RESULT * RESULT * OUT; ++at) {
            const int o = at % OUT, x = at / OUT % RESULT, y = at / OUT / RESULT;
            int sum = bias[o];
            for (int n = 0; n < IN * KERNEL * KERNEL; ++n) {
                const int i = n / 9, dy = n / 3 % 3, dx = n % 3;
                sum += image[(i * SIZE + y + dy) * SIZE + x + dx].to_int() * weights[o * IN * 9 + n].to_int();
            }
            const int scaled = (sum + (1 << shift >> 1)) >> shift;
            check.equal("result", at, result[at].to_int(), scaled < 0 ? 0 : scaled > 127 ? 127 : scaled);
        }
    }
    return check.status();
}
