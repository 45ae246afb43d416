// Words with odd numbers first, then those with even ones; the RTL of the same name is written by hand.
#include "ap_axi_sdata.h"
#include "hls_stream.h"

typedef ap_axiu<16, 0, 0, 0> beat;

void reorder(hls::stream<beat>& in_stream, hls::stream<beat>& out_stream) {
    beat words[8];
    for (int i = 0; i < 8; ++i) words[i] = in_stream.read();
    for (int i = 0; i < 8; ++i) {
        beat word = words[i < 4 ? 2 * i + 1 : 2 * i - 8];
        word.last = i == 7;
        out_stream.write(word);
    }
}
