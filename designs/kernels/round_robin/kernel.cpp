// Streams in arrays: items are tagged and merged in turn; in a second process some of them return to their way.
#include "kernel.h"

static void merge(hls::stream<ap_uint<16>> in[WAYS], hls::stream<ap_uint<18>>& merged) {
    for (int n = 0; n < ITEMS; ++n)
    merge:
        for (int way = 0; way < WAYS; ++way) {
#pragma HLS PIPELINE II=1
            ap_uint<16> item = 0;
            for (int k = 0; k < WAYS; ++k)
                if (k == way) item = in[k].read();
            merged.write((ap_uint<2>(way), item));
        }
}

static void sort_out(hls::stream<ap_uint<18>>& merged, hls::stream<ap_uint<18>>& out, hls::stream<ap_uint<16>> back[WAYS]) {
sort_out:
    for (int n = 0; n < WAYS * ITEMS; ++n) {
#pragma HLS PIPELINE II=1
        const ap_uint<18> item = merged.read();
        if (!item[0]) out.write(item);
        for (int way = 0; way < WAYS; ++way)
            if (item[0] && item(17, 16) == way) back[way].write(item);
    }
}

void round_robin(hls::stream<ap_uint<16>> in[WAYS], hls::stream<ap_uint<18>>& out, hls::stream<ap_uint<16>> back[WAYS]) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE axis port=back
#pragma HLS DATAFLOW
    hls::stream<ap_uint<18>> merged("merged");
    merge(in, merged);
    sort_out(merged, out, back);
}
