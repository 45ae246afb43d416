#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<unsigned>& q0, hls::stream<ap_int<64>>& out);
int main(){ for(int i=0;i<8;i++){ hls::stream<unsigned> a; hls::stream<ap_int<64>> o; for (int k=0;k<300;k++){ a.write((i*7+k*3)>>1);} top(a, o); int n=0; while(!o.empty()) {o.read();n++;} while(!a.empty()) a.read(); } return 0; }
