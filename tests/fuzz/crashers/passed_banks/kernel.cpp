#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
static void add(ap_uint<8> (&x)[4], ap_uint<8> by) {
#pragma HLS INLINE off
    for (int i = 0; i < 4; ++i) x[i] += by;
}
void passed_banks(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
    ap_uint<8> m[4];
#pragma HLS ARRAY_PARTITION variable=m complete
    for (int i = 0; i < 4; ++i) m[i] = in.read();
    add(m, m[1]);
    for (int i = 0; i < 4; ++i) out.write(m[i]);
}
