#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<ap_int<4>>& in, hls::stream<ap_uint<8>>& out);

int main() {
    for (int call = 0; call < 4; ++call) {
        hls::stream<ap_int<4>> in;
        hls::stream<ap_uint<8>> out;
        in.write(call);
        top(in, out);
        if (out.size() != 10) return 1;
        while (!out.empty()) out.read();
    }
    return 0;
}
