// hls::numeric_limits<T>: the bounds of ap_int, ap_fixed and C's own types, and the step between two of their numbers.
#ifndef HLSGEN_X_HLS_UTILS_H
#define HLSGEN_X_HLS_UTILS_H

#include <limits>

#include "ap_fixed.h"

namespace hls {

template <class T_> struct numeric_limits {
    static constexpr T_ max() { return std::numeric_limits<T_>::max(); }
    static constexpr T_ min() { return std::numeric_limits<T_>::min(); }
    static constexpr T_ epsilon() { return std::numeric_limits<T_>::epsilon(); }
};

template <hlsgen::ours T_> struct numeric_limits<T_> {
    static constexpr T_ max() { return of(~lowest()); }
    static constexpr T_ min() { return of(lowest()); }
    static constexpr T_ epsilon() { return of(1); }

  private:
    using bits = decltype(T_::V);

    static constexpr bits lowest() { return T_::is_signed ? (bits)((bits)-1 << (T_::width - 1)) : (bits)0; }
    static constexpr T_ of(bits value) {
        T_ x;
        x.V = value;
        return x;
    }
};

template <hlsgen::ours_fixed T_> struct numeric_limits<T_> {
    using integer = hlsgen::ap<T_::width, T_::is_signed>;
    static constexpr T_ max() { return T_::of(numeric_limits<integer>::max().V); }
    static constexpr T_ min() { return T_::of(numeric_limits<integer>::min().V); }
    static constexpr T_ epsilon() { return T_::of(1); }
};

}  // namespace hls

#endif
