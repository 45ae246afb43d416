#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
void te(int* a, hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INTERFACE m_axi port=a depth=64 offset=direct
    for (int i = 0; i < 8; ++i) {
        int x = in.read();
        for (int j = 0; j < 4; ++j) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_FLATTEN
#pragma HLS DEPENDENCE variable=a inter false
            a[j * 3] = a[j * 3] ^ x;
            out.write(x);
        }
    }
}
