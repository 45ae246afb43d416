#include "hls_stream.h"
int top(int a, int b, hls::stream<int> &out, int &rest);
int main() {
    for (int n = 0; n < 6; n++) {
        hls::stream<int> out;
        int rest;
        top(n * 7919 - 9000, n * 31 - 40, out, rest);
        while (!out.empty()) out.read();
    }
    return 0;
}
