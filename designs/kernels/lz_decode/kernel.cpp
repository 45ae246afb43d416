// Literals and copies out of the last 256 bytes; a copy may overlap itself. Returns the number of bytes.
#include "kernel.h"

int lz_decode(hls::stream<token>& in, hls::stream<ap_uint<8>>& out, int tokens) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    static ap_uint<8> window[WINDOW];
    ap_uint<8> at = 0;
    int bytes = 0;
tokens:
    for (int n = 0; n < tokens; ++n) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=60
        const token next = in.read();
        if (!next[16]) {
            const ap_uint<8> literal = next(7, 0);
            window[at++] = literal;
            out.write(literal);
            ++bytes;
            continue;
        }
        const ap_uint<8> distance = next(15, 8);
        const int length = next(7, 0).to_int();
    copy:
        for (int k = 0; k < length; ++k) {
#pragma HLS PIPELINE
#pragma HLS LOOP_TRIPCOUNT min=1 max=40
            const ap_uint<8> byte = window[ap_uint<8>(at - distance - 1)];
            window[at++] = byte;
            out.write(byte);
        }
        bytes += length;
    }
    return bytes;
}
