#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
void t32(hls::stream<int>& c, hls::stream<int>& a, hls::stream<int>& b, hls::stream<int> s[3], hls::stream<int>& out) {
    for (int i = 0; i < 6; ++i) {
#pragma HLS PIPELINE II=1
        out.write((c.read() & 1) ? a.read() : b.read());
    }
    int x;
    if (c.read() & 1) x = a.read(); else x = s[1].read();
    int y = s[2].read();
    for (int i = 0; i < 2; ++i) y = s[0].read();
    out.write(x ^ y);
    for (int i = 0; i < 5; ++i) {
        out.write(x);
        switch (x & 3) {
            case 0: x = a.read(); break;
            case 1: x = b.read(); break;
            default: x = s[1].read();
        }
    }
}
