#include "beats.h"

int main() {
    hls::stream<Tagged> tags, tags_out;
    hls::stream<Bare> in;
    hls::stream<Full> out;
    for (int call = 1; call < 4; ++call) {
        for (int i = 0; i < 5 * call; ++i) {
            Tagged tag;
            tag.user = 700 * i + call;
            tag.last = i + 1 == 5 * call;
            tags.write(tag);
            Bare bare;
            bare.data = {short(i * 77), short(call - i)};
            in.write(bare);
        }
        top(tags, in, out, tags_out);
    }
    while (!out.empty()) out.read();
    while (!tags_out.empty()) tags_out.read();
    return 0;
}
