#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
void one_bank(ap_uint<8> m[4], hls::stream<ap_uint<8>>& out) {
#pragma HLS ARRAY_PARTITION variable=m block factor=1 dim=1
    for (int i = 0; i < 4; ++i) m[i] = m[i] + 3;
    out.write(m[2]);
}
