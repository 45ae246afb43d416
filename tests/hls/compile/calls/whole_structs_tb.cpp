#include "hls_stream.h"

int top(hls::stream<int> &in, hls::stream<int> &out, int n);

int main() {
    for (int n = 0; n < 12; n += 4) {
        hls::stream<int> in("in"), out("out");
        for (int i = 0; i < n; ++i) in.write(i * 2971 + n);
        top(in, out, n);
        while (!out.empty()) out.read();
    }
    return 0;
}
