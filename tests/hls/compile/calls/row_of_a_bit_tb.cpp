#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<ap_int<4>>& in1, hls::stream<int>& inw0, hls::stream<ap_int<8>>& out);
int main(){ for(int i=0;i<12;i++){ hls::stream<ap_int<4>> a; hls::stream<int> w; hls::stream<ap_int<8>> o; a.write(i); w.write(i); top(a,w,o); while(!o.empty()) o.read(); } return 0; }
