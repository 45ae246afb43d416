// CRC-32 of Ethernet, the eight bits of a byte in one cycle.
#include "kernel.h"

ap_uint<32> crc32_bitwise(hls::stream<ap_uint<8>>& in, int length) {
#pragma HLS INTERFACE axis port=in
    ap_uint<32> crc = -1;
bytes:
    for (int n = 0; n < length; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=300
        crc ^= in.read();
        for (int bit = 0; bit < 8; ++bit) {
            const bool out = crc[0];
            crc >>= 1;
            if (out) crc ^= 0xEDB88320;
        }
    }
    return ~crc;
}
