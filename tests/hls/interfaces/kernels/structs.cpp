// Members of structs, wide numbers, elements larger than the bus.
#include <ap_int.h>
struct Point { int x; short y; unsigned char tag; };
void structs(const Point *in, Point *out, const ap_uint<512> *wide, ap_int<18> *narrow, ap_uint<200> *odd) {
#pragma HLS INTERFACE m_axi port=in bundle=g0 depth=20
#pragma HLS INTERFACE m_axi port=out bundle=g0 depth=20
#pragma HLS INTERFACE m_axi port=wide bundle=g1 depth=8
#pragma HLS INTERFACE m_axi port=narrow bundle=g2 depth=8
#pragma HLS INTERFACE m_axi port=odd bundle=g3 depth=8
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < 20; i++) {
#pragma HLS PIPELINE
        Point p = in[i];
        p.x += p.y;
        p.tag ^= 0x55;
        out[19 - i] = p;
    }
    for (int i = 0; i < 8; i++) {
#pragma HLS PIPELINE
        ap_uint<512> w = wide[i];
        narrow[i] = (ap_int<18>)(w(17, 0)) + (ap_int<18>)(w(511, 494));
        odd[i] = w(299, 100);
    }
}
#ifdef BENCH
int main() {
    static Point in[20], out[20];
    static ap_uint<512> wide[8];
    static ap_int<18> narrow[8];
    static ap_uint<200> odd[8];
    int bad = 0;
    for (int i = 0; i < 20; i++) { in[i].x = i * 1000; in[i].y = -i; in[i].tag = i * 13; }
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < 16; k++) wide[i](32 * k + 31, 32 * k) = i * 0x9E3779B9u + k * 0x85EBCA6Bu;
    structs(in, out, wide, narrow, odd);
    for (int i = 0; i < 20; i++) {
        Point p = out[19 - i];
        bad += p.x != in[i].x + in[i].y || p.y != in[i].y || p.tag != (in[i].tag ^ 0x55);
    }
    for (int i = 0; i < 8; i++) {
        ap_int<18> want = (ap_int<18>)(wide[i](17, 0)) + (ap_int<18>)(wide[i](511, 494));
        ap_uint<200> part = wide[i](299, 100);
        bad += narrow[i] != want || odd[i] != part;
    }
    return bad;
}
#endif
