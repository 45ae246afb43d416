// Numbers of all directions in registers, a wide return value, arrays in the address space of the slave.
#include <ap_int.h>
ap_uint<40> scalars(int a, bool flag, ap_int<90> wide, int &out, unsigned short &both, const short in[10], int made[6],
                    unsigned char both_ways[5]) {
#pragma HLS INTERFACE s_axilite port=return
#pragma HLS INTERFACE s_axilite port=a
#pragma HLS INTERFACE s_axilite port=flag
#pragma HLS INTERFACE s_axilite port=wide
#pragma HLS INTERFACE s_axilite port=out
#pragma HLS INTERFACE s_axilite port=both
#pragma HLS INTERFACE s_axilite port=in
#pragma HLS INTERFACE s_axilite port=made
#pragma HLS INTERFACE s_axilite port=both_ways
    int sum = 0;
    for (int i = 0; i < 10; i++) {
#pragma HLS PIPELINE
        sum += in[i];
    }
    for (int i = 0; i < 6; i++) made[i] = sum * i;
    for (int i = 0; i < 5; i++) both_ways[i] ^= (unsigned char)a;
    if (flag) out = sum + a;
    both = both + 3;
    return (ap_uint<40>)wide(80, 41) + (flag ? 1 : 0);
}
#ifdef BENCH
int main() {
    int bad = 0;
    for (int t = 0; t < 4; t++) {
        short in[10];
        int made[6], out = 5, sum = 0;
        unsigned char ways[5], before[5];
        unsigned short both = 65530 + 2 * t;
        for (int i = 0; i < 10; i++) sum += in[i] = i * 31 - 100 * t;
        for (int i = 0; i < 5; i++) before[i] = ways[i] = i * 50;
        ap_int<90> wide = -1 - t;
        wide(60, 50) = 77 * t;
        unsigned short old = both;
        ap_uint<40> got = scalars(1000 * t, true, wide, out, both, in, made, ways);
        ap_uint<40> want = (ap_uint<40>)wide(80, 41) + 1;
        bad += got != want || out != sum + 1000 * t || both != (unsigned short)(old + 3);
        for (int i = 0; i < 6; i++) bad += made[i] != sum * i;
        for (int i = 0; i < 5; i++) bad += ways[i] != (unsigned char)(before[i] ^ (unsigned char)(1000 * t));
    }
    return bad;
}
#endif
