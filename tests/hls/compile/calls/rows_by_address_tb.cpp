#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<long long>& in, hls::stream<ap_uint<9>>& out);
int main(){ for(int i=0;i<4;i++){ hls::stream<long long> a; hls::stream<ap_uint<9>> o; a.write(i); top(a,o); while(!o.empty()) o.read(); } return 0; }
