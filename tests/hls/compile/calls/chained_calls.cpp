// Calls that overlap, each of whose ends waits until it was seen (ap_continue).
#include "hls_stream.h"

void top(hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INTERFACE ap_ctrl_chain port=return
    const int words = in.read() & 3;
    for (int i = 0; i < words; ++i) out.write(in.read() + i);
}
