// Beats of an AXI4-Stream with the signals that their types enable: none but data, all, or none that is data.
#include "beats.h"

void top(hls::stream<Tagged>& tags, hls::stream<Bare>& in, hls::stream<Full>& out, hls::stream<Tagged>& tags_out) {
#pragma HLS INTERFACE axis port=tags
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE axis port=tags_out
    Tagged tag;
    do {
#pragma HLS PIPELINE II=1
        tag = tags.read();
        const std::complex<type> z = in.read().data;
        Full full;
        full.set_data(z.real() + z.imag());
        full.keep_all();
        full.strb = z.imag();
        full.last = tag.get_last();
        full.user = tag.user >> 3;
        full.set_id(tag.get_user());
        full.dest = z.real();
        out.write(full);
        tag.set_user(tag.get_user() + 5);
        tags_out.write(tag);
    } while (!tag.last);
}
