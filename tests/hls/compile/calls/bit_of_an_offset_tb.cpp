#include "ap_int.h"

struct item {
    unsigned x[3];
    ap_uint<100> wide;
    unsigned y;
    ap_uint<100> other;
};

unsigned top(const item items[2], unsigned long long word);

int main() {
    item items[2] = {};
    unsigned mixed = 0;
    for (unsigned k = 0; k < 8; ++k) {
        for (item& each : items) each.wide = ap_uint<100>(0x9e3779b97f4a7c15ull) * (++mixed | 1);
        mixed = 31 * mixed + top(items, 0x5bd1e9955bd1ull * k << 3);
    }
    return mixed == 0;
}
