#include "../bench.h"
#include "kernel.h"

static uint32_t by_bits(const uint8_t* message, int length) {
    uint32_t crc = ~0u;
    for (int n = 0; n < 8 * length; ++n) {
        const bool out = (crc ^ message[n / 8] >> n % 8) & 1;
        crc = crc >> 1 ^ (out ? 0xEDB88320 : 0);
    }
    return ~crc;
}

int main() {
    Random random(43);
    Checker check;
    const int calls[] = {400, 1, 2, 3, 4, 63};
    for (int length : calls) {
        hls::stream<beat> in;
        uint8_t message[400];
        for (int n = 0; n < length; n += 4) {
            beat next;
            next.data = 0;
            next.keep = 0;
            for (int k = 0; k < 4 && n + k < length; ++k) {
                message[n + k] = random.bits(8);
                next.data(8 * k + 7, 8 * k) = message[n + k];
                next.keep[k] = 1;
            }
            next.strb = next.keep;
            next.last = n + 4 >= length;
            in.write(next);
        }
        ap_uint<32> crc;
        crc32_slicing(in, crc);
        check.equal("crc", length, crc.to_uint(), by_bits(message, length));
    }
    return check.status();
}
