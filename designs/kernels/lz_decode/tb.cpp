#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(52);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        hls::stream<token> in;
        hls::stream<ap_uint<8>> out;
        static uint8_t bytes[4000];
        int size = 0;
        for (int n = 0; n < 60; ++n) {
            if (size < 4 || random.bits(2) == 0) {
                bytes[size] = random.bits(8);
                in.write(bytes[size++]);
                continue;
            }
            const int distance = random.between(1, random.bits(1) ? 4 : size < 256 ? size : 256), length = random.between(1, 40);
            in.write(1 << 16 | (distance - 1) << 8 | length);
            for (int k = 0; k < length; ++k, ++size) bytes[size] = bytes[size - distance];
        }
        check.equal("bytes", call, lz_decode(in, out, 60), size);
        for (int n = 0; n < size; ++n) check.equal("out", n, out.read().to_int(), bytes[n]);
    }
    return check.status();
}
