// Shifts that follow each other, whose amounts together exceed the bits of one: simulators may make one shift of them.
#include "hls_stream.h"

void top(hls::stream<int>& in, hls::stream<int>& out) {
    for (int i = 0; i < 8; ++i) {
        const int word = in.read(), by = word & 7;
        out.write(word << by << by);
        out.write(word << by >> by << 6);
        out.write((int)((unsigned)word >> by >> by >> by));
        out.write(word >> by >> 5 >> by);
    }
}
