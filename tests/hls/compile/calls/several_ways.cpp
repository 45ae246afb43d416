#include <hls_stream.h>

// A word goes on to the end at once, or past one more block: there it comes from a register.
void top(hls::stream<int>& in, hls::stream<int>& log, hls::stream<int>& out) {
    int word = in.read();
    int result = word;
    switch (word & 3) {
    case 0: break;
    case 1: log.write(word + 1); break;
    case 2: log.write(in.read()); break;
    default: result = in.read() - 1;
    }
    out.write(result);
}
