#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
void t279(int* a, hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INTERFACE m_axi port=a depth=32 offset=direct
    unsigned x = in.read(), y = in.read();
    a[28] = x * y * x * y * x;
    for (int i = 0; i < 4; ++i) {
        out.write(a[5 * i & 31]);
        out.write(a[7 * i & 31]);
        out.write(a[9 * i & 31]);
        out.write(a[11 * i & 31]);
        out.write(a[13 * i & 31]);
        out.write(a[15 * i & 31]);
    }
}
