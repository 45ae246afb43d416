// CRC-32 of a packet, four bytes a step by four tables; the last beat may be partly filled.
#include "kernel.h"

struct tables {
    unsigned entry[4][256];

    constexpr tables() : entry() {
        for (int byte = 0; byte < 256; ++byte) {
            unsigned crc = byte;
            for (int table = 0; table < 4; ++table) {
                for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
                entry[table][byte] = crc;
            }
        }
    }
};

static constexpr tables slicing;

void crc32_slicing(hls::stream<beat>& in, ap_uint<32>& crc) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE ap_vld port=crc
#pragma HLS ARRAY_PARTITION variable=slicing.entry complete dim=1
    ap_uint<32> now = -1;
    beat next;
beats:
    do {
#pragma HLS PIPELINE II=2
#pragma HLS LOOP_TRIPCOUNT min=1 max=100
        next = in.read();
        const ap_uint<32> mixed = now ^ next.data;
        ap_uint<32> full = 0;
        for (int k = 0; k < 4; ++k) full ^= slicing.entry[3 - k][mixed(8 * k + 7, 8 * k)];
        if (next.keep == 15) now = full;
    } while (!next.last);
rest:
    for (int k = 0; k < 3; ++k)
        if (next.keep != 15 && next.keep[k]) now = slicing.entry[0][ap_uint<8>(now ^ next.data >> 8 * k)] ^ now >> 8;
    crc = ~now;
}
