// Running sums, four at a time: within a group by a small tree, from group to group by one addition.
#include "kernel.h"

void prefix_sum(const int* in, int* out, int count) {
#pragma HLS INTERFACE m_axi port=in bundle=gmem0 depth=256
#pragma HLS INTERFACE m_axi port=out bundle=gmem1 depth=256
#pragma HLS INTERFACE s_axilite port=count
#pragma HLS INTERFACE s_axilite port=return
    int held[N];
#pragma HLS ARRAY_PARTITION variable=held cyclic factor=4
read:
    for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=256
        held[i] = in[i];
    }
    int carry = 0;
scan:
    for (int i = 0; i < count; i += LANES) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=64
        int sum[LANES];
        for (int k = 0; k < LANES; ++k) sum[k] = held[i + k];
        for (int reach = 1; reach < LANES; reach *= 2)
            for (int k = LANES - 1; k >= reach; --k) sum[k] += sum[k - reach];
        for (int k = 0; k < LANES; ++k) held[i + k] = carry + sum[k];
        carry += sum[LANES - 1];
    }
write:
    for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=256
        out[i] = held[i];
    }
}
