// One bit with a sign, of which LLVM reads two: into a region, between processes and on to them.
#include "ap_int.h"
#include "hls_stream.h"
typedef hls::stream<int> INS;
typedef hls::stream<ap_uint<2>> OUTS;
static void first(INS& in, INS& q, ap_int<1>& made, ap_int<1>& other) {
    ap_int<1> last = 0;
    for (int i = 0; i < 4; ++i) { int x = in.read(); q.write(x); last = ap_int<1>(x); }
    made = last;
    other = ap_int<1>(~last);
}
static void second(INS& q, ap_int<1> number, ap_int<1> made, const ap_int<1>& other, OUTS& out) {
    for (int i = 0; i < 4; ++i) { out.write(ap_uint<2>(number) + ap_uint<2>(q.read())); out.write(ap_uint<2>(made)); out.write(ap_uint<2>(other)); }
}
void top(ap_int<1> number, INS& in, OUTS& out) {
#pragma HLS DATAFLOW
    INS q;
#pragma HLS STREAM variable=q depth=8
    ap_int<1> made, other;
    first(in, q, made, other);
    second(q, number, made, other, out);
}
