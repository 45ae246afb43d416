#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
void top_choice(hls::stream<ap_fixed<24, 1, AP_RND_ZERO, AP_SAT_SYM>>& in0, hls::stream<long long>& out0) {
    ap_fixed<24, 1, AP_RND_ZERO, AP_SAT_SYM> x = in0.read();
    long long a[4][2];
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 2; ++j) a[i][j] = i * 3 + j * 5;
    out0 << a[0][((unsigned)x) & 1];
}

