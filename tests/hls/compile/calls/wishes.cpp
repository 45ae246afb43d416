#include <ap_int.h>
#include <hls_stream.h>

static const int table[9] = {3, 1, 4, 1, 5, 9, 2, 6, 5};

// Pragmas that change the hardware and not what it does.
void top(hls::stream<ap_int<18>>& in, hls::stream<ap_int<40>>& out, ap_int<18> n, int few[16]) {
#pragma HLS STABLE variable=n
#pragma HLS INTERFACE ap_memory port=few storage_type=ram_1p
#pragma HLS BIND_STORAGE variable=table type=rom_np impl=bram
#pragma HLS ALLOCATION operation instances=mul limit=2
    static int calls = 0;
#pragma HLS RESET variable=calls
    int once[64], copies[32];
#pragma HLS BIND_STORAGE variable=once type=ram_1p
#pragma HLS BIND_STORAGE variable=copies type=ram_1wnr
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE
        copies[i] = once[i] = in.read() + calls;
    }
    for (int i = 0; i < 15; ++i) {
#pragma HLS PIPELINE
        few[i] = few[i + 1] + few[i];
    }
    for (int i = 0; i < 28; ++i) {
#pragma HLS PIPELINE
        ap_int<18> a = copies[i], b = copies[31 - i], c = copies[i + 3];
        ap_int<36> v = a * b;
#pragma HLS BIND_OP variable=v op=mul impl=fabric latency=2
        once[i + 1] = once[i] + c;
        ap_int<36> w;
#pragma HLS BIND_OP variable=w op=mul latency=4
        w = c * n;
        int sum = table[i & 7] + table[(i + 3) & 7] * 2 + table[(i >> 1) & 7] + table[(i & 7) + 1];
        out.write(v + w + sum + once[i] + ap_int<36>(a * c) + ap_int<36>(b * n));
    }
    ++calls;
}
