#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
void acknowledged(unsigned short& r0, unsigned short n1, hls::stream<ap_int<17>>& inw2, hls::stream<ap_int<17>>& out) {
#pragma HLS INTERFACE ap_ack port=r0
#pragma HLS INTERFACE ap_hs port=n1
    ap_int<17> x17 = inw2.read();
    r0 = (unsigned short)(x17 + n1);
    out.write(x17);
}
