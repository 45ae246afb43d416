// Sorts 16 numbers each cycle in a bitonic network.
#include "kernel.h"

void bitonic_sort(hls::stream<group>& in, hls::stream<group>& out, int groups) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
groups:
    for (int g = 0; g < groups; ++g) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=60
        group v = in.read();
        for (int size = 2; size <= N; size *= 2)
            for (int reach = size / 2; reach > 0; reach /= 2)
                for (int i = 0; i < N; ++i) {
                    const int other = i ^ reach;
                    if (other < i) continue;
                    const ap_int<16> x = v.key[i], y = v.key[other];
                    const bool swap = (i & size) ? x < y : y < x;
                    v.key[i] = swap ? y : x;
                    v.key[other] = swap ? x : y;
                }
        out.write(v);
    }
}
