// Prints hls:: functions of many arguments: name, width, integer bits, signed, the codes of both arguments and result.
#include "hls_math.h"
#include <cstdio>

static unsigned long long seed = 88172645463325252ULL;
static unsigned long long rnd() {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed >> 16;
}

template <class T> void say(const char* name, const T& x, const T& y, const T& result) {
    std::printf("%s %d %d %d %lld %lld %lld\n", name, T::width, T::iwidth, int(T::is_signed), (long long)x.V,
                (long long)y.V, (long long)result.V);
}

template <class T> void all() {
    const int count = T::width <= 8 ? 1 << T::width : 250;
    for (int n = 0; n < count; ++n) {
        T x, y;
        // small magnitudes as often as large ones
        const long long bits = T::width <= 8 ? n : (long long)(rnd() << 16) >> (64 - T::width + int(rnd() % T::width));
        x.range(T::width - 1, 0) = bits;
        y.range(T::width - 1, 0) = rnd() >> rnd() % 20;
#define ONE(name) say(#name, x, y, T(hls::name(x)));
#define TWO(name) say(#name, x, y, T(hls::name(x, y)));
        ONE(sqrt) ONE(recip) ONE(rsqrt) ONE(exp) ONE(exp2) ONE(expm1) ONE(log) ONE(log2) ONE(log10) ONE(log1p)
        ONE(exp10) ONE(cbrt) ONE(sinpi) ONE(cospi)
        ONE(sin) ONE(cos) ONE(tan) ONE(asin) ONE(acos) ONE(atan) ONE(sinh) ONE(cosh) ONE(tanh)
        ONE(floor) ONE(ceil) ONE(trunc) ONE(round) ONE(rint) ONE(abs) ONE(fabs)
        TWO(hypot) TWO(atan2) TWO(pow) TWO(fmod) TWO(fdim) TWO(copysign) TWO(max) TWO(min)
        T sine, cosine;
        hls::sincos(x, &sine, &cosine);
        say("sin", x, y, sine), say("cos", x, y, cosine);
    }
}

int main() {
    all<ap_fixed<8, 4> >();
    all<ap_ufixed<8, 3> >();
    all<ap_fixed<8, 1> >();
    all<ap_fixed<8, 8> >();
    all<ap_fixed<16, 6> >();
    all<ap_fixed<24, 12> >();
    all<ap_ufixed<20, 2> >();
    all<ap_fixed<18, -1> >();
    all<ap_fixed<12, 15> >();
    all<ap_fixed<32, 16> >();
    all<ap_fixed<32, 4> >();
}
