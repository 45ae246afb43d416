// ap_fixed<32, 16> as integers, for the test benches: a value is its bits, 16 of them behind the point. Products are
// exact; what is assigned is cut toward minus infinity and wraps at 32 bits.
#pragma once

#include "../bench.h"
#include "ap_fixed.h"

typedef ap_fixed<32, 16> real;

inline int code(const real& x) { return ap_int<32>(x.range()).to_int(); }
inline real from_code(int bits) {
    real x;
    x.range() = ap_int<32>(bits);
    return x;
}
inline int random_code(Random& random) { return random.between(-1 << 19, 1 << 19); }  // -8 to 8

inline void fill(real& element, Random& random) { element = from_code(random_code(random)); }
template <class T, int N> void fill(T (&array)[N], Random& random) {
    for (T& element : array) fill(element, random);
}

typedef __int128 wide;
inline int cut(wide value, int bits = 16) { return int(unsigned(value >> bits)); }
inline int sum(int a, int b) { return int(unsigned(a) + unsigned(b)); }
