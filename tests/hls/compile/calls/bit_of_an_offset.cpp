// LLVM makes `64 * (word >> 40 & 1)` of a bit: a shift to the right that keeps the six zeros below it.
#include "ap_int.h"

struct item {
    unsigned x[3];
    ap_uint<100> wide;
    unsigned y;
    ap_uint<100> other;
};

unsigned top(const item items[2], unsigned long long word) {
    const unsigned long long bit = word & (1ull << 40);
    const unsigned low = items[bit >> 40].wide.to_uint();
    return bit ? low + 1 : low * 3;
}
