// Where a pattern ends in a packet: one bit per prefix, a letter each cycle. '?' in the pattern fits any letter.
//
// Matches of the packet leave with TLAST low; a beat with TLAST and the packet's length closes them.
#include "kernel.h"

void shift_or(hls::stream<letter>& text, hls::stream<match>& ends, const ap_uint<8> pattern[LENGTH], int length) {
#pragma HLS INTERFACE axis port=text
#pragma HLS INTERFACE axis port=ends
#pragma HLS INTERFACE s_axilite port=pattern
#pragma HLS INTERFACE s_axilite port=length
#pragma HLS INTERFACE s_axilite port=return
    ap_uint<LENGTH> masks[256];
masks:
    for (int c = 0; c < 256; ++c) {
#pragma HLS PIPELINE II=1
        masks[c] = -1;
    }
    ap_uint<LENGTH> any = 0;
fill:
    for (int i = 0; i < length; ++i) {
#pragma HLS PIPELINE II=2
#pragma HLS LOOP_TRIPCOUNT min=1 max=24
        const ap_uint<8> c = pattern[i];
        if (c == '?')
            any[i] = 1;
        else
            masks[c] &= ~(ap_uint<LENGTH>(1) << i);
    }
    ap_uint<LENGTH> missed = -1;
    bool last = false;
letters:
    for (ap_uint<16> n = 0; !last; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=300
        const letter next = text.read();
        last = next.last;
        missed = (missed << 1 | masks[next.data]) & ~(any & ~(missed << 1));
        if (!missed[length - 1]) {
            match at;
            at.data = n;
            at.keep = at.strb = 3;
            at.last = 0;
            ends.write(at);
        }
    }
    match end;
    end.data = 0xFFFF;
    end.keep = end.strb = 3;
    end.last = 1;
    ends.write(end);
}
