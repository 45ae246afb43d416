#include "../bench.h"
#include "kernel.h"

// Division of the message, most significant bit first, by the polynomial.
static uint32_t by_division(const uint8_t* message, int length) {
    uint32_t rest = ~0u;
    for (int n = 0; n < 8 * length; ++n) {
        const uint32_t bit = message[n / 8] >> (n % 8) & 1;
        rest = rest << 1 ^ ((rest >> 31 ^ bit) ? 0x04C11DB7 : 0);
    }
    uint32_t mirrored = 0;
    for (int bit = 0; bit < 32; ++bit) mirrored |= (rest >> bit & 1) << (31 - bit);
    return ~mirrored;
}

int main() {
    Random random(41);
    Checker check;
    check.equal("oracle", 0, by_division((const uint8_t*)"123456789", 9), 0xCBF43926);
    const int calls[] = {300, 0, 1, 9};
    for (int length : calls) {
        hls::stream<ap_uint<8>> in;
        uint8_t message[300];
        for (int n = 0; n < length; ++n) in.write(message[n] = random.bits(8));
        check.equal("crc", length, crc32_bitwise(in, length).to_uint(), by_division(message, length));
    }
    return check.status();
}
