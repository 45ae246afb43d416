#include "ap_int.h"
#include "hls_stream.h"
void top_reads(hls::stream<ap_uint<25>>& in0, hls::stream<ap_uint<25>>& out) {
    ap_uint<25> x7 = in0.read();
    const unsigned v8 = ((unsigned)(x7));
    for (int i2_11 = 0; i2_11 < 2; ++i2_11) {
#pragma HLS PIPELINE II=1 rewind
        switch (((unsigned)(ap_int<17>(ap_int<17>(i2_11) | ap_int<17>(v8)))) & 1) { case 0: {
        } break; case 1: {
        } default: {
            ap_uint<25> x13 ; in0.read(x13);
        } }
        ap_uint<25> x15 ; in0 >> x15;
    }
    out.write(x7);
}
