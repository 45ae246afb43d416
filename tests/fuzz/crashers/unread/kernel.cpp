#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
struct Part { ap_uint<5> few[2]; unsigned long long many[2]; ap_uint<5> last[2]; };
static ap_uint<100> wide(ap_uint<100> x, hls::stream<ap_uint<8>>& other) {
#pragma HLS INLINE off
    return x * 3 + other.read();
}
static void makes(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& other, int words[4], int& number, hls::stream<ap_uint<8>>& out) {
    Part part = {{1, 2}, {3, 4}, {5, 6}};
    ap_uint<100> sum = 0;
    for (int i = 0; i < 4; ++i) {
#pragma HLS PIPELINE off
        words[i] = in.read();
        part.last[i & 1] += words[i];
        sum = wide(sum, other);
    }
    number = words[0] + 1;
    for (int i = 0; i < 2; ++i) out.write(part.last[i] + sum);
}
static void drops(const int words[4], int number, hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
    for (int i = 0; i < 2; ++i) out.write(in.read() + ((words[i] + number) & 0));
}
void unread(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& other, hls::stream<ap_uint<8>>& out) {
#pragma HLS DATAFLOW
    hls::stream<ap_uint<8>, 4> between;
    int words[4];
    int number;
    makes(in, other, words, number, between);
    drops(words, number, between, out);
}
