// The arithmetic behind hls_math.h: elementary functions by shifts and additions on integers.
//
// Numbers are integers with P bits behind the point. exp and log normalise multiplicatively by factors 1 + 2**-i, sine
// and arc tangent rotate by angles atan(2**-i) (CORDIC), roots come digit by digit; where the rest is so small that
// its square does not matter, a product ends the loop. Constants are series summed at compile time to 128 bits.
#ifndef HLSGEN_FUNCTIONS_H
#define HLSGEN_FUNCTIONS_H

#include "../ap_fixed.h"

namespace hlsgen {

// ---- constants, with 128 bits behind the point

using constant = unsigned _BitInt(192);
constexpr int constant_bits = 128;
constexpr constant unit = (constant)1 << constant_bits;

// atanh(1 / d) or atan(1 / d), d >= 2
constexpr constant inverse_series(constant d, bool alternating) {
    constant sum = 0, power = unit / d;
    for (int k = 1; power != 0; k += 2) {
        const constant term = power / (constant)k;
        sum = alternating && k % 4 == 3 ? sum - term : sum + term;
        power = power / d / d;
    }
    return sum;
}

constexpr constant ln_2 = 2 * inverse_series(3, false);
constexpr constant quarter_pi = 4 * inverse_series(5, true) - inverse_series(239, true);

// ln(1 + 2**-i), i >= 1
constexpr constant ln_factor(int i) { return 2 * inverse_series(((constant)2 << i) + 1, false); }
// atan(2**-i)
constexpr constant angle(int i) { return i == 0 ? quarter_pi : inverse_series((constant)1 << i, true); }

// 1 / sqrt((1 + 1)(1 + 1/4)(1 + 1/16)...), n factors
constexpr constant shrink(int n) {
    using wide = unsigned _BitInt(512);
    wide product = (wide)unit;
    for (int i = 0; i < n; ++i) product += product >> 2 * i;
    const wide square = ((wide)1 << 3 * constant_bits) / product;
    wide root = 0;
    for (int bit = constant_bits; bit >= 0; --bit) {
        const wide next = root | (wide)1 << bit;
        if (next * next <= square) root = next;
    }
    return (constant)root;
}

// a constant with P bits behind the point, rounded
template <int P_> constexpr constant rounded(constant value) {
    static_assert(P_ < constant_bits, "hls_math: a format of so many bits is not supported");
    return ((value >> (constant_bits - P_ - 1)) + 1) >> 1;
}

template <int P_, int N_> struct ln_factors {
    raw<P_, false> of[N_ + 1] = {};
    constexpr ln_factors() {
        for (int i = 1; i <= N_; ++i) of[i] = (raw<P_, false>)rounded<P_>(ln_factor(i));
    }
};
template <int P_, int N_> struct angles {
    raw<P_, false> of[N_ + 1] = {};
    constexpr angles() {
        for (int i = 0; i <= N_; ++i) of[i] = (raw<P_, false>)rounded<P_>(angle(i));
    }
};
template <int P_, int N_> constexpr ln_factors<P_, N_> ln_table{};
template <int P_, int N_> constexpr angles<P_, N_> angle_table{};

// ---- between formats

// x with From bits behind the point as one with To of them, rounded to nearest
template <int From_, int To_, int B_> constexpr auto rescaled(const signed _BitInt(B_) & x) {
    if constexpr (From_ > To_) {
        constexpr int drop = smaller(From_ - To_, B_);
        using wide = raw<B_ + 1, true>;
        return (wide)(((wide)x + ((wide)1 << (drop - 1))) >> drop);
    } else {
        using wide = raw<B_ + To_ - From_, true>;
        return (wide)((wide)x << (To_ - From_));
    }
}

// a code fitted to T, the nearest where it has none
template <class T_, int B_> constexpr T_ fitted(const signed _BitInt(B_) & code) {
    using wide = raw<larger(B_, T_::width + 2), true>;
    constexpr wide top = (wide)(((wide)1 << (T_::width - T_::is_signed)) - 1);
    constexpr wide bottom = T_::is_signed ? (wide)(-top - 1) : (wide)0;
    T_ result;
    result.put((wide)code > top ? top : (wide)code < bottom ? bottom : (wide)code);
    return result;
}

template <class T_> constexpr T_ largest() {
    T_ result;
    result.put(((raw<T_::width + 2, true>)1 << (T_::width - T_::is_signed)) - 1);
    return result;
}
template <class T_> constexpr T_ smallest() {
    T_ result;
    result.put(T_::is_signed ? -((raw<T_::width + 2, true>)1 << (T_::width - 1)) : (raw<T_::width + 2, true>)0);
    return result;
}

template <int B_> constexpr raw<B_, false> magnitude(const signed _BitInt(B_) & x) {
    return (raw<B_, false>)(x < 0 ? -x : x);
}

// ---- roots

// floor(sqrt(n))
template <int B_> constexpr raw<(B_ + 1) / 2 + 1, false> root(const unsigned _BitInt(B_) & n) {
    constexpr int digits = (B_ + 1) / 2;
    using part = raw<digits + 3, false>;
    part rest = 0, found = 0;
#pragma clang loop unroll(full)
    for (int i = digits - 1; i >= 0; --i) {
        rest = (part)(rest << 2 | (part)(n >> 2 * i & 3));
        const part trial = (part)(found << 2 | 1);
        const bool fits = rest >= trial;
        rest = fits ? (part)(rest - trial) : rest;
        found = (part)(found << 1 | (part)fits);
    }
    return (raw<(B_ + 1) / 2 + 1, false>)found;
}

// ---- exponentials: 2**exponent * mantissa, the mantissa in [1, 2) with P bits behind the point

template <int P_> struct power {
    raw<P_ + 2, false> mantissa;
    int exponent;
};

// e**rest of a rest in [0, ln 2)
template <int P_> constexpr raw<P_ + 2, false> exp_rest(raw<P_ + 2, false> rest) {
    constexpr int steps = P_ / 2 + 1;
    using number = raw<P_ + 2, false>;
    number y = (number)1 << P_;
#pragma clang loop unroll(full)
    for (int i = 1; i <= steps; ++i) {
        const number factor = (number)ln_table<P_, steps>.of[i];
        const bool fits = rest >= factor;
        rest = fits ? (number)(rest - factor) : rest;
        y = fits ? (number)(y + (y >> i)) : y;
    }
    using product = raw<2 * P_ + 4, false>;
    return (number)(y + (number)((product)y * (product)rest >> P_));
}

// e**x, where x has F bits behind the point and less than 2**I as its magnitude
template <int P_, int F_, int I_, int B_> constexpr power<P_> exp_parts(const signed _BitInt(B_) & x) {
    constexpr int fine = larger(P_ + larger(I_, 0) + 2, F_);
    using wide = raw<fine + larger(I_, 0) + 6, true>;
    using product = raw<B_ + larger(I_, 0) + 8, true>;
    constexpr int g = larger(I_, 0) + 4;  // bits of 1 / ln 2
    constexpr product inverse = (product)(((unit << g) + ln_2 / 2) / ln_2);
    constexpr wide ln = (wide)rounded<fine>(ln_2);
    int k = int((raw<larger(I_, 0) + 5, true>)(((product)x * inverse) >> smaller(F_ + g, B_ + g + 3)));
    wide rest = (wide)((wide)((wide)x << (fine - F_)) - (wide)((wide)k * ln));
    const bool below = rest < 0, above = rest >= ln;
    rest = below ? (wide)(rest + ln) : above ? (wide)(rest - ln) : rest;
    k += above - below;
    return {exp_rest<P_>((raw<P_ + 2, false>)(rest >> (fine - P_))), k};
}

// the power with To bits behind the point, rounded; at most the top of T
template <class T_, int P_> constexpr T_ from_power(const power<P_>& x, bool negative = false) {
    constexpr int f = T_::fraction;
    const int shift = P_ - f - x.exponent;
    using wide = raw<P_ + 3, false>;
    if (shift < P_ - f - T_::iwidth) return negative ? smallest<T_>() : largest<T_>();
    if (shift > P_ + 2) return fitted<T_>((raw<2, true>)0);
    wide code = x.mantissa;
    if constexpr (P_ - f - T_::iwidth >= 1)
        code = (wide)((code + ((wide)1 << (shift - 1))) >> shift);
    else
        code = shift > 0 ? (wide)((code + ((wide)1 << (shift - 1))) >> shift) : (wide)(code << -shift);
    using result = raw<P_ + 5, true>;
    return fitted<T_>(negative ? (result)(-(result)code) : (result)code);
}

// a power with To bits behind the point, below 2**I; more gives the top
template <int To_, int I_, int P_> constexpr raw<To_ + I_ + 1, false> flattened(const power<P_>& x) {
    using number = raw<To_ + I_ + 1, false>;
    if (x.exponent >= I_) return (number)((number)1 << (To_ + I_));
    const int shift = P_ - To_ - x.exponent;
    using wide = raw<larger(P_ + 3, To_ + I_ + 3), false>;
    return shift > P_ + 2 ? (number)0 : shift >= 0 ? (number)((wide)x.mantissa >> shift) : (number)((wide)x.mantissa << -shift);
}

// ---- logarithm

// ln(x) with P bits behind the point; x > 0 has F of them
template <int P_, int F_, int B_> constexpr raw<P_ + 12, true> ln(const unsigned _BitInt(B_) & x) {
    constexpr int steps = P_ / 2 + 1;
    using number = raw<P_ + 3, false>;
    using result = raw<P_ + 12, true>;
    constexpr number two = (number)2 << P_;
    const int zeros = leading_zeros<B_>(x);
    const raw<B_, false> top = (raw<B_, false>)(x << zeros);
    number y;
    if constexpr (P_ >= B_ - 1)
        y = (number)((number)top << (P_ - B_ + 1));
    else
        y = (number)(top >> (B_ - 1 - P_));
    number factors = 0;
#pragma clang loop unroll(full)
    for (int i = 1; i <= steps; ++i) {
        const number more = (number)(y + (y >> i));
        const bool fits = more < two;
        y = fits ? more : y;
        factors = fits ? (number)(factors + (number)ln_table<P_, steps>.of[i]) : factors;
    }
    const int exponent = B_ - zeros - F_;  // one more than that of x
    constexpr int fine = P_ + 12;          // the exponent may multiply the error of ln 2
    using wide = raw<fine + 14, true>;
    const result whole = (result)(((wide)exponent * (wide)rounded<fine>(ln_2)) >> (fine - P_));
    return (result)(whole - (result)factors - (result)((number)(two - y) >> 1));
}

// ---- rotations

template <int P_> struct direction {
    raw<P_ + 4, true> cosine, sine;
};

// of an angle in [0, pi / 2]
template <int P_> constexpr direction<P_> rotated(const raw<P_ + 4, true>& by) {
    constexpr int steps = P_ / 2 + 2;
    using number = raw<P_ + 4, true>;
    number x = (number)rounded<P_>(shrink(steps)), y = 0, z = by;
#pragma clang loop unroll(full)
    for (int i = 0; i < steps; ++i) {
        const number dx = (number)(y >> i), dy = (number)(x >> i), dz = (number)angle_table<P_, steps>.of[i];
        const bool back = z < 0;
        x = back ? (number)(x + dx) : (number)(x - dx);
        y = back ? (number)(y - dy) : (number)(y + dy);
        z = back ? (number)(z + dz) : (number)(z - dz);
    }
    using product = raw<2 * P_ + 8, true>;
    return {(number)(x - (number)((product)y * (product)z >> P_)), (number)(y + (number)((product)x * (product)z >> P_))};
}

// so many right angles further
template <int P_> constexpr direction<P_> turned_on(const direction<P_>& from, int right_angles) {
    using number = raw<P_ + 4, true>;
    const number c = from.cosine, s = from.sine;
    switch (right_angles & 3) {
        case 0: return {c, s};
        case 1: return {(number)-s, c};
        case 2: return {(number)-c, (number)-s};
        default: return {s, (number)-c};
    }
}

// of any angle x with F bits behind the point and less than 2**I as its magnitude
template <int P_, int F_, int I_, int B_> constexpr direction<P_> turned(const signed _BitInt(B_) & x) {
    constexpr int fine = larger(P_ + larger(I_, 0) + 2, F_);
    using wide = raw<fine + larger(I_, 0) + 6, true>;
    using product = raw<B_ + larger(I_, 0) + 8, true>;
    using number = raw<P_ + 4, true>;
    constexpr int g = larger(I_, 0) + 4;  // bits of 2 / pi
    constexpr product inverse = (product)(((unit << g) + quarter_pi) / (2 * quarter_pi));
    constexpr wide right = (wide)rounded<fine>(2 * quarter_pi);
    using count = raw<larger(I_, 0) + 5, true>;
    count turns = (count)(((product)x * inverse) >> smaller(F_ + g, B_ + g + 3));
    wide rest = (wide)((wide)((wide)x << (fine - F_)) - (wide)((wide)turns * right));
    const bool below = rest < 0, above = rest >= right;
    rest = below ? (wide)(rest + right) : above ? (wide)(rest - right) : rest;
    turns = below ? (count)(turns - 1) : above ? (count)(turns + 1) : turns;
    return turned_on(rotated<P_>((number)(rest >> (fine - P_))), int(turns & 3));
}

// of x times pi, x with F bits behind the point
template <int P_, int F_, int B_> constexpr direction<P_> half_turned(const signed _BitInt(B_) & x) {
    using wide = raw<larger(B_, F_) + 3, true>;
    using product = raw<P_ + F_ + 4, false>;
    const wide twice = (wide)((wide)x << 1);
    const product rest = (product)((raw<F_ + 1, false>)twice & (raw<F_ + 1, false>)(((raw<F_ + 1, false>)1 << F_) - 1));
    const product by = (product)(rest * (product)rounded<P_>(2 * quarter_pi) >> F_);
    return turned_on(rotated<P_>((raw<P_ + 4, true>)by), int((twice >> F_) & 3));
}

// the angle of (x, y) in (-pi, pi], with P bits behind the point; both have the same number of them
template <int P_, int B_> constexpr raw<P_ + 4, true> angle_of(const signed _BitInt(B_) & y0, const signed _BitInt(B_) & x0) {
    constexpr int steps = P_ + 1;
    using number = raw<P_ + 5, true>;
    using result = raw<P_ + 4, true>;
    const raw<B_, false> across = magnitude(x0), up = magnitude(y0);
    if (across == 0 && up == 0) return 0;
    const int zeros = leading_zeros<B_>(across | up);
    using wide = raw<larger(B_, P_ + 1), false>;
    constexpr int low = larger(B_, P_ + 1) - B_;
    number x = (number)((wide)((wide)across << zeros) << low >> (larger(B_, P_ + 1) - P_ - 1));
    number y = (number)((wide)((wide)up << zeros) << low >> (larger(B_, P_ + 1) - P_ - 1));
    number z = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i <= steps; ++i) {
        const number dx = (number)(y >> i), dy = (number)(x >> i), dz = (number)angle_table<P_, steps>.of[i];
        const bool over = y >= 0;
        x = over ? (number)(x + dx) : (number)(x - dx);
        y = over ? (number)(y - dy) : (number)(y + dy);
        z = over ? (number)(z + dz) : (number)(z - dz);
    }
    const number pi = (number)rounded<P_>(4 * quarter_pi);
    const number half = x0 < 0 ? (number)(pi - z) : z;
    return (result)(y0 < 0 ? (number)-half : half);
}

}  // namespace hlsgen

#endif
