#include "ap_int.h"
#include "hls_stream.h"

void top(ap_int<1> number, hls::stream<int>& in, hls::stream<ap_uint<2>>& out);

int main() {
    hls::stream<int> in;
    hls::stream<ap_uint<2>> out;
    unsigned mixed = 0;
    for (int k = 0; k < 8; ++k) {
        for (int i = 0; i < 4; ++i) in.write(i * k + (k >> 1));
        top(ap_int<1>(-(k & 1)), in, out);
        while (!out.empty()) mixed = 31 * mixed + out.read().to_uint();
    }
    return mixed == 0;
}
