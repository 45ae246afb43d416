#include <ap_axi_sdata.h>
#include <ap_int.h>
#include <hls_stream.h>

struct pair_t {
    short x;
    ap_uint<5> y;
    int v[2];
};
using packet = ap_axiu<24, 2, 0, 0>;

void top(const int a[16], int b[16], pair_t p[8], pair_t q[8], packet s[6], packet t[6], ap_int<5> c[4][3], ap_int<7>* d,
         int kept[16], unsigned char bytes[8], unsigned* words, hls::stream<short>& in, hls::stream<ap_uint<19>>& out, int n);
