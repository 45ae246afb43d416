#include "ap_axi_sdata.h"
#include "hls_stream.h"

typedef ap_axiu<16, 0, 0, 0> beat;

void reorder(hls::stream<beat>& in_stream, hls::stream<beat>& out_stream);

int main() {
    hls::stream<beat> in("in"), out("out");
    int wrong = 0;
    for (int call = 0; call < 10; ++call) {
        for (int i = 0; i < 8; ++i) {
            beat word;
            word.data = 1000 * call + i;
            word.keep_all();
            word.strb = -1;
            word.last = i == 7;
            in.write(word);
        }
        reorder(in, out);
        for (int i = 0; i < 8; ++i) wrong += (out.read().data % 1000 % 2 == 1) != (i < 4);
    }
    return wrong;
}
