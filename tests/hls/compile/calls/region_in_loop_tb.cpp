#include "ap_int.h"
#include "hls_stream.h"

void top(int count, hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out);

int main() {
    hls::stream<ap_uint<8>> in, out;
    ap_uint<8> x = 1;
    const int counts[] = {1, 0, 9};
    for (int call = 0; call < 3; ++call) {
        for (int i = 0; i < 32 * counts[call]; ++i) {
            x = x * 13 + 7;
            in.write(x);
        }
        top(counts[call], in, out);
        for (int i = 0; i < 32 * counts[call]; ++i) {
            out.read();
        }
    }
    return out.empty() ? 0 : 1;
}
