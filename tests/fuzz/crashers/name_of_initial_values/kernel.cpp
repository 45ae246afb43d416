#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
static void part(hls::stream<unsigned short>& in, hls::stream<ap_uint<5>>& out) {
    bool flags[8] = {true, true, false, false, true, false, true, true};
    for (int i = 0; i < 4; ++i) {
        unsigned short x = in.read();
        out.write(flags[x & 7] ? ap_uint<5>(x) : ap_uint<5>(x >> 5));
        flags[x & 3] = !flags[x & 7];
    }
}
void top_names(hls::stream<unsigned short>& in0, hls::stream<ap_uint<5>>& out0) { part(in0, out0); }

