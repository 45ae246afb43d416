// What a call leaves for later ones, by numbers that differ from call to call: none may be taken for the same in all.
#include "ap_int.h"
#include "hls_stream.h"

void top(hls::stream<int> &in, hls::stream<int> &out, ap_uint<4> at, bool put, int gain, int &last) {
#pragma HLS PIPELINE II=1
    static int table[16];
    static int total = 3;
#pragma HLS BIND_STORAGE variable=table type=ram_2p impl=lutram
    int word = in.read();
    if (put) table[at] = word * gain;
    else total += table[at];
    if (at == 3) total ^= gain;
    last = total;
    out.write(word - total);
}
