// Two generators side by side that go on where the last call ended.
#include "kernel.h"

template <int BITS, int TAP> class lfsr {
  public:
    void start(ap_uint<BITS> seed) { state = seed; }
    ap_uint<BITS> next() {
        state = (ap_uint<BITS - 1>(state), ap_uint<1>(state[BITS - 1] ^ state[TAP]));
        return state;
    }

  private:
    ap_uint<BITS> state = 1;
};

class xorshift {
  public:
    void start(ap_uint<32> seed) { state = seed; }
    ap_uint<32> next() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    }

  private:
    ap_uint<32> state = 2463534242;
};

void prng(hls::stream<numbers>& out, int count, bool reseed, ap_uint<32> seed) {
#pragma HLS INTERFACE axis port=out
    static lfsr<23, 17> bits;
    static xorshift words;
    if (reseed) {
        bits.start(seed | 1);
        words.start(seed | 1);
    }
numbers:
    for (int n = 0; n < count; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=200
        out.write({bits.next(), words.next()});
    }
}
