// hls_math.h: functions of fixed-point numbers and integers, in the type of the argument.
//
// A result is within one unit in the last place of the exact one (sqrt, recip, rsqrt, hypot: rounded to nearest), and
// the nearest number there is where the type ends: exp saturates, log(0) is the smallest number. Where mathematics
// has no result (the root or logarithm of a negative number), the result is that of 0.
#ifndef HLSGEN_HLS_MATH_H
#define HLSGEN_HLS_MATH_H

#include "ap_fixed.h"
#include "ap_int.h"
#include "hlsgen/functions.h"

namespace hlsgen {

template <class T_> using plain = fixed<T_::width, T_::iwidth, T_::is_signed>;

// the number as an integer with F bits behind the point, F at least 0
template <class T_> constexpr int places = larger(T_::fraction, 0);
template <class T_> constexpr auto scaled_up(const T_& x) {
    using wide = raw<T_::width + 1 + places<T_> - T_::fraction, true>;
    return (wide)((wide)x.V << (places<T_> - T_::fraction));
}
template <class T_> constexpr int integer_bits = larger(T_::iwidth, 0) + 1;

}  // namespace hlsgen

namespace hls {

using hlsgen::number;
using hlsgen::ours_fixed;

// ---- roots and reciprocals

template <ours_fixed T_> constexpr hlsgen::plain<T_> sqrt(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = result::fraction;
    if (x.is_neg()) return result(0);
    using wide = hlsgen::raw<result::width + hlsgen::larger(f, 0) + 2, false>;
    const wide n = f + 2 >= 0 ? (wide)((wide)x.V << hlsgen::larger(f + 2, 0)) : (wide)((wide)x.V >> hlsgen::larger(-f - 2, 0));
    const auto twice = hlsgen::root(n);
    using code = hlsgen::raw<result::width + hlsgen::larger(f, 0) + 4, true>;
    return hlsgen::fitted<result>((code)(((code)twice + 1) >> 1));
}

// the root of an integer is rounded down
template <number T_> constexpr T_ sqrt(const T_& x) {
    using bits = hlsgen::raw<hlsgen::width_of<T_>, false>;
    const auto& value = hlsgen::as_int(x);
    if (value.sign()) return T_(0);
    return T_(ap_uint<hlsgen::width_of<T_>>::of(hlsgen::root((bits)value.V)));
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> recip(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = result::fraction;
    if (x.is_zero()) return hlsgen::largest<result>();
    if constexpr (f < 0) {
        return result(0);
    } else {
        using wide = hlsgen::raw<hlsgen::larger(2 * f + 2, result::width + 1) + 1, false>;
        using code = hlsgen::raw<hlsgen::larger(2 * f + 2, result::width + 1) + 3, true>;
        const wide size = (wide)hlsgen::magnitude((hlsgen::raw<result::width + 1, true>)x.V);
        const code near = (code)((code)((wide)((wide)1 << (2 * f + 1)) / size + 1) >> 1);
        return hlsgen::fitted<result>(x.is_neg() ? (code)-near : near);
    }
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> rsqrt(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = result::fraction;
    if (x.is_zero() || x.is_neg()) return hlsgen::largest<result>();
    if constexpr (f < 0) {
        return result(0);
    } else {
        using wide = hlsgen::raw<hlsgen::larger(3 * f + 4, result::width + 1), false>;
        const auto twice = hlsgen::root((wide)((wide)((wide)1 << (3 * f + 2)) / (wide)x.V));
        using code = hlsgen::raw<hlsgen::larger(3 * f + 4, result::width + 1) + 2, true>;
        return hlsgen::fitted<result>((code)(((code)twice + 1) >> 1));
    }
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> hypot(const T_& x, const T_& y) {
    using result = hlsgen::plain<T_>;
    using wide = hlsgen::raw<2 * result::width + 4, false>;
    const wide a = (wide)hlsgen::magnitude((hlsgen::raw<result::width + 1, true>)x.V);
    const wide b = (wide)hlsgen::magnitude((hlsgen::raw<result::width + 1, true>)y.V);
    using code = hlsgen::raw<result::width + 5, true>;
    return hlsgen::fitted<result>((code)(((code)hlsgen::root((wide)((wide)(a * a + b * b) << 2)) + 1) >> 1));
}

// ---- exponentials

template <ours_fixed T_> constexpr hlsgen::plain<T_> exp(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int p = hlsgen::larger(result::fraction, 0) + hlsgen::larger(result::iwidth, 0) + 10;
    return hlsgen::from_power<result>(
        hlsgen::exp_parts<p, hlsgen::places<T_>, hlsgen::integer_bits<T_>>(hlsgen::scaled_up(x)));
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> exp2(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, p = hlsgen::larger(f, 0) + hlsgen::larger(result::iwidth, 0) + 10;
    using value_type = hlsgen::raw<hlsgen::larger(result::width + f - result::fraction, f) + 2, true>;
    const value_type value = (value_type)hlsgen::scaled_up(x);
    using product = hlsgen::raw<2 * p + 8, false>;
    const product rest = (product)((hlsgen::raw<f + 1, false>)value & (hlsgen::raw<f + 1, false>)(((hlsgen::raw<f + 1, false>)1 << f) - 1));
    const auto mantissa = hlsgen::exp_rest<p>((hlsgen::raw<p + 2, false>)(rest * (product)hlsgen::rounded<p>(hlsgen::ln_2) >> f));
    return hlsgen::from_power<result>(hlsgen::power<p>{mantissa, int(value >> f)});
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> expm1(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, i = hlsgen::integer_bits<T_>, p = f + i + 10;
    using code = hlsgen::raw<f + 8 + i + 6, true>;
    const auto power = hlsgen::flattened<f + 8, i + 1>(hlsgen::exp_parts<p, f, i>(hlsgen::scaled_up(x)));
    return hlsgen::fitted<result>(hlsgen::rescaled<f + 8, result::fraction>((code)((code)power - ((code)1 << (f + 8)))));
}

// ---- logarithms

template <ours_fixed T_> constexpr hlsgen::plain<T_> log(const T_& x) {
    using result = hlsgen::plain<T_>;
    if (x.is_zero() || x.is_neg()) return hlsgen::smallest<result>();
    constexpr int p = hlsgen::places<T_> + 10;
    const auto found = hlsgen::ln<p, result::fraction>((hlsgen::raw<result::width, false>)x.V);
    return hlsgen::fitted<result>(hlsgen::rescaled<p, result::fraction>(found));
}

namespace hidden {
template <class T_> constexpr auto log_times(const T_& x, hlsgen::constant factor) {
    using result = hlsgen::plain<T_>;
    if (x.is_zero() || x.is_neg()) return hlsgen::smallest<result>();
    constexpr int p = hlsgen::places<T_> + 12;
    const auto found = hlsgen::ln<p, result::fraction>((hlsgen::raw<result::width, false>)x.V);
    using product = hlsgen::raw<2 * p + 28, true>;
    const product scaled = (product)found * (product)hlsgen::rounded<p + 10>(factor);
    return hlsgen::fitted<result>(hlsgen::rescaled<2 * p + 10, result::fraction>(scaled));
}
constexpr hlsgen::constant ln_10 = 3 * hlsgen::ln_2 + hlsgen::ln_factor(2);
constexpr hlsgen::constant over(hlsgen::constant d) {
    return (hlsgen::constant)((unsigned _BitInt(320))hlsgen::unit * hlsgen::unit / d);
}
}  // namespace hidden

template <ours_fixed T_> constexpr hlsgen::plain<T_> exp10(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, i = hlsgen::integer_bits<T_>, p = f + i + 10, g = p + i + 4;
    using product = hlsgen::raw<hlsgen::larger(result::width + f - result::fraction, f) + g + 6, true>;
    const product scaled = (product)((product)hlsgen::scaled_up(x) * (product)hlsgen::rounded<g>(hidden::ln_10));
    return hlsgen::from_power<result>(hlsgen::exp_parts<p, f + g, i + 2>(scaled));
}

// the cube root: a third of the logarithm
template <ours_fixed T_> constexpr hlsgen::plain<T_> cbrt(const T_& x) {
    using result = hlsgen::plain<T_>;
    if (x.is_zero()) return result(0);
    constexpr int p = hlsgen::places<T_> + hlsgen::integer_bits<T_> + 10, q = p + 4;
    using size = hlsgen::raw<result::width + 1, true>;
    const auto found = hlsgen::ln<q, result::fraction>((hlsgen::raw<result::width + 1, false>)hlsgen::magnitude((size)x.V));
    using product = hlsgen::raw<2 * q + 16, true>;
    const product third = (product)((product)found * (product)hlsgen::rounded<q>(hlsgen::unit / 3) >> q);
    return hlsgen::from_power<result>(hlsgen::exp_parts<p, q, 8>((hlsgen::raw<q + 12, true>)third), x.is_neg());
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> log2(const T_& x) {
    return hidden::log_times(x, hidden::over(hlsgen::ln_2));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> log10(const T_& x) {
    return hidden::log_times(x, hidden::over(hidden::ln_10));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> log1p(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, p = f + 10;
    using wide = hlsgen::raw<result::width + f - result::fraction + f + 3, true>;
    const wide more = (wide)((wide)hlsgen::scaled_up(x) + ((wide)1 << f));
    if (more <= 0) return hlsgen::smallest<result>();
    using bits = hlsgen::raw<result::width + f - result::fraction + f + 3, false>;
    return hlsgen::fitted<result>(hlsgen::rescaled<p, result::fraction>(hlsgen::ln<p, f>((bits)more)));
}

// x**y. Of a negative x the sign is that of an odd y; a y with a fraction then gives 0.
template <ours_fixed T_> constexpr hlsgen::plain<T_> pow(const T_& x, const T_& y) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, i = hlsgen::integer_bits<T_>;
    if (y.is_zero()) return hlsgen::fitted<result>(hlsgen::rescaled<f, result::fraction>((hlsgen::raw<f + 2, true>)1 << f));
    if (x.is_zero()) return y.is_neg() ? hlsgen::largest<result>() : result(0);
    using power_type = hlsgen::raw<hlsgen::larger(result::width + f - result::fraction, f) + 2, true>;
    const power_type exponent = (power_type)hlsgen::scaled_up(y);
    bool negative = false;
    if (x.is_neg()) {
        if (f > 0 && (exponent & (power_type)(((power_type)1 << f) - 1)) != 0) return result(0);
        negative = (exponent >> f & 1) != 0;
    }
    constexpr int p = f + i + 10;          // of the result
    constexpr int q = p + i + 4;           // of the logarithm, which the exponent multiplies
    using size = hlsgen::raw<result::width + 1, true>;
    const auto found = hlsgen::ln<q, result::fraction>((hlsgen::raw<result::width + 1, false>)hlsgen::magnitude((size)x.V));
    using product = hlsgen::raw<q + 14 + result::width + f + i + 4, true>;
    const product scaled = (product)((product)found * (product)exponent >> f);
    // beyond these the result is 0 or has no code
    constexpr int bound_bits = i + 1 + hlsgen::larger(hlsgen::larger(f, i), 4);
    using bound = hlsgen::raw<q + bound_bits + 2, true>;
    constexpr product most = (product)(2 * hlsgen::larger(f, i) + 4) << q;
    if (scaled > most) return negative ? hlsgen::smallest<result>() : hlsgen::largest<result>();
    if (scaled < -most) return result(0);
    return hlsgen::from_power<result>(hlsgen::exp_parts<p, q, 8>((bound)scaled), negative);
}

// ---- hyperbolic functions

namespace hidden {
template <class T_> constexpr auto hyperbolic(const T_& x, bool is_sinh) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, i = hlsgen::integer_bits<T_>, p = f + i + 12;
    const auto value = hlsgen::scaled_up(x);
    using signed_value = __remove_cvref(decltype(value));
    const signed_value size = value < 0 ? (signed_value)-value : (signed_value)value;
    using code = hlsgen::raw<f + 8 + i + 6, true>;
    const code up = (code)hlsgen::flattened<f + 8, i + 1>(hlsgen::exp_parts<p, f, i>(size));
    const code down = (code)hlsgen::flattened<f + 8, i + 1>(hlsgen::exp_parts<p, f, i>((signed_value)-size));
    const code twice = is_sinh ? (code)(up - down) : (code)(up + down);
    return hlsgen::fitted<result>(hlsgen::rescaled<f + 9, result::fraction>(is_sinh && value < 0 ? (code)-twice : twice));
}
}  // namespace hidden

template <ours_fixed T_> constexpr hlsgen::plain<T_> sinh(const T_& x) { return hidden::hyperbolic(x, true); }
template <ours_fixed T_> constexpr hlsgen::plain<T_> cosh(const T_& x) { return hidden::hyperbolic(x, false); }

template <ours_fixed T_> constexpr hlsgen::plain<T_> tanh(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, i = hlsgen::integer_bits<T_> + 1, p = f + 12;
    const auto value = hlsgen::scaled_up(x);
    using twice = hlsgen::raw<result::width + f - result::fraction + 3, true>;
    const twice argument = (twice)(value < 0 ? (twice)value * 2 : (twice)value * -2);
    using wide = hlsgen::raw<2 * p + 4, false>;
    const wide u = (wide)hlsgen::flattened<p, 1>(hlsgen::exp_parts<p, f, i>(argument));
    using code = hlsgen::raw<p + 4, true>;
    const code size = (code)((wide)((wide)(((wide)1 << p) - u) << p) / (wide)(((wide)1 << p) + u));
    return hlsgen::fitted<result>(hlsgen::rescaled<p, result::fraction>(value < 0 ? (code)-size : size));
}

// ---- angles

namespace hidden {
template <class T_> constexpr auto direction(const T_& x) {
    return hlsgen::turned<hlsgen::places<T_> + 10, hlsgen::places<T_>, hlsgen::integer_bits<T_>>(hlsgen::scaled_up(x));
}
}  // namespace hidden

template <ours_fixed T_> constexpr hlsgen::plain<T_> sin(const T_& x) {
    using result = hlsgen::plain<T_>;
    return hlsgen::fitted<result>(hlsgen::rescaled<hlsgen::places<T_> + 10, result::fraction>(hidden::direction(x).sine));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> cos(const T_& x) {
    using result = hlsgen::plain<T_>;
    return hlsgen::fitted<result>(hlsgen::rescaled<hlsgen::places<T_> + 10, result::fraction>(hidden::direction(x).cosine));
}
// of x times pi
template <ours_fixed T_> constexpr hlsgen::plain<T_> sinpi(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, p = f + 10;
    return hlsgen::fitted<result>(hlsgen::rescaled<p, result::fraction>(hlsgen::half_turned<p, f>(hlsgen::scaled_up(x)).sine));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> cospi(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, p = f + 10;
    return hlsgen::fitted<result>(hlsgen::rescaled<p, result::fraction>(hlsgen::half_turned<p, f>(hlsgen::scaled_up(x)).cosine));
}
template <ours_fixed T_, ours_fixed S_, ours_fixed C_> constexpr void sincos(const T_& x, S_* sine, C_* cosine) {
    const auto found = hidden::direction(x);
    using S = hlsgen::plain<S_>;
    using C = hlsgen::plain<C_>;
    *sine = hlsgen::fitted<S>(hlsgen::rescaled<hlsgen::places<T_> + 10, S::fraction>(found.sine));
    *cosine = hlsgen::fitted<C>(hlsgen::rescaled<hlsgen::places<T_> + 10, C::fraction>(found.cosine));
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> tan(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, i = hlsgen::integer_bits<T_>, p = f + 2 * i + 10;
    const auto found = hlsgen::turned<p, f, i>(hlsgen::scaled_up(x));
    using wide = hlsgen::raw<p + f + 16, true>;
    const wide below = (wide)found.cosine, above = (wide)((wide)found.sine << (f + 2));
    if (below == 0) return found.sine < 0 ? hlsgen::smallest<result>() : hlsgen::largest<result>();
    return hlsgen::fitted<result>(hlsgen::rescaled<f + 2, result::fraction>((wide)(above / below)));
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> atan2(const T_& y, const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int p = hlsgen::places<T_> + 10;
    return hlsgen::fitted<result>(
        hlsgen::rescaled<p, result::fraction>(hlsgen::angle_of<p>(hlsgen::scaled_up(y), hlsgen::scaled_up(x))));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> atan(const T_& x) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, p = f + 10;
    using wide = hlsgen::raw<hlsgen::larger(result::width + f - result::fraction, f) + 3, true>;
    return hlsgen::fitted<result>(
        hlsgen::rescaled<p, result::fraction>(hlsgen::angle_of<p>((wide)hlsgen::scaled_up(x), (wide)((wide)1 << f))));
}

// the arc sine, or what a right angle has beyond it; arguments beyond 1 count as 1
namespace hidden {
template <class T_> constexpr hlsgen::plain<T_> arc(const T_& x, bool is_sine) {
    using result = hlsgen::plain<T_>;
    constexpr int f = hlsgen::places<T_>, p = f + 10, g = 12;
    using value_type = hlsgen::raw<hlsgen::larger(result::width + f - result::fraction, f) + 4, true>;
    constexpr value_type one = (value_type)((value_type)1 << f);
    value_type value = (value_type)hlsgen::scaled_up(x);
    value = value > one ? one : value < -one ? (value_type)-one : value;
    using square = hlsgen::raw<2 * (f + g) + 2, false>;
    using side = hlsgen::raw<f + g + 4, true>;
    const square size = (square)hlsgen::magnitude(value);
    const side other = (side)hlsgen::root((square)((square)(((square)1 << 2 * f) - size * size) << 2 * g));
    const side along = (side)((side)value << g);
    return hlsgen::fitted<result>(hlsgen::rescaled<p, result::fraction>(
        is_sine ? hlsgen::angle_of<p>(along, other) : hlsgen::angle_of<p>(other, along)));
}
}  // namespace hidden

template <ours_fixed T_> constexpr hlsgen::plain<T_> asin(const T_& x) { return hidden::arc(x, true); }
template <ours_fixed T_> constexpr hlsgen::plain<T_> acos(const T_& x) { return hidden::arc(x, false); }

// ---- rounding, signs and orders

namespace hidden {
// x / 2**fraction as a whole number, rounded by `up(half, rest, negative, odd)`
template <class T_, class F_> constexpr hlsgen::plain<T_> to_whole(const T_& x, F_ up) {
    using result = hlsgen::plain<T_>;
    constexpr int f = result::fraction;
    if constexpr (f <= 0) {
        return result(x);
    } else {
        using wide = hlsgen::raw<hlsgen::larger(result::width, f) + 3, true>;
        const wide value = (wide)x.V, down = (wide)(value >> f);
        const bool half = (value >> (f - 1) & 1) != 0;
        const bool rest = (value & (wide)(((wide)1 << (f - 1)) - 1)) != 0;
        return hlsgen::fitted<result>((wide)((wide)(down + (wide)up(half, rest, value < 0, (down & 1) != 0)) << f));
    }
}
}  // namespace hidden

template <ours_fixed T_> constexpr hlsgen::plain<T_> floor(const T_& x) {
    return hidden::to_whole(x, [](bool, bool, bool, bool) { return false; });
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> ceil(const T_& x) {
    return hidden::to_whole(x, [](bool half, bool rest, bool, bool) { return half || rest; });
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> trunc(const T_& x) {
    return hidden::to_whole(x, [](bool half, bool rest, bool negative, bool) { return negative && (half || rest); });
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> round(const T_& x) {  // a half away from zero
    return hidden::to_whole(x, [](bool half, bool rest, bool negative, bool) { return half && (rest || !negative); });
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> rint(const T_& x) {  // a half to even
    return hidden::to_whole(x, [](bool half, bool rest, bool, bool odd) { return half && (rest || odd); });
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> nearbyint(const T_& x) { return rint(x); }
template <ours_fixed T_> constexpr hlsgen::plain<T_> frac(const T_& x) {
    return hlsgen::plain<T_>(x - trunc(x));
}

template <ours_fixed T_> constexpr hlsgen::plain<T_> abs(const T_& x) {
    using result = hlsgen::plain<T_>;
    using wide = hlsgen::raw<result::width + 1, true>;
    return hlsgen::fitted<result>((wide)(x.V < 0 ? -(wide)x.V : (wide)x.V));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> fabs(const T_& x) { return abs(x); }
template <number T_> constexpr T_ abs(const T_& x) { return hlsgen::as_int(x).sign() ? T_(-x) : x; }
template <hlsgen::real T_> constexpr bool signbit(const T_& x) { return x < 0; }
template <ours_fixed T_> constexpr hlsgen::plain<T_> copysign(const T_& size, const T_& sign) {
    using result = hlsgen::plain<T_>;
    using wide = hlsgen::raw<result::width + 1, true>;
    return size.is_neg() == sign.is_neg() ? result(size) : hlsgen::fitted<result>((wide)(-(wide)size.V));
}
template <ours_fixed T_> constexpr hlsgen::plain<T_> fdim(const T_& x, const T_& y) {
    using result = hlsgen::plain<T_>;
    using wide = hlsgen::raw<result::width + 2, true>;
    return hlsgen::fitted<result>((wide)(x > y ? (wide)x.V - (wide)y.V : (wide)0));
}
// the rest of x / y rounded toward zero; of y = 0 it is 0
template <ours_fixed T_> constexpr hlsgen::plain<T_> fmod(const T_& x, const T_& y) {
    using result = hlsgen::plain<T_>;
    using wide = hlsgen::raw<result::width + 1, true>;
    return y.is_zero() ? result(0) : hlsgen::fitted<result>((wide)((wide)x.V % (wide)y.V));
}
template <hlsgen::real T_> constexpr T_ max(const T_& a, const T_& b) { return a < b ? b : a; }
template <hlsgen::real T_> constexpr T_ min(const T_& a, const T_& b) { return b < a ? b : a; }
template <ours_fixed T_> constexpr T_ fmax(const T_& a, const T_& b) { return a < b ? b : a; }
template <ours_fixed T_> constexpr T_ fmin(const T_& a, const T_& b) { return b < a ? b : a; }

#ifndef HLSGEN_SYNTHESIS
// for test benches: floating point as the C library has it
#define HLSGEN_C(name)                                                                          \
    template <hlsgen::floating F_> F_ name(F_ x) {                                              \
        if constexpr (__is_same(F_, float)) return __builtin_##name##f(x);                      \
        else return __builtin_##name(x);                                                        \
    }
HLSGEN_C(sqrt) HLSGEN_C(exp) HLSGEN_C(exp2) HLSGEN_C(expm1) HLSGEN_C(log) HLSGEN_C(log2) HLSGEN_C(log10) HLSGEN_C(log1p)
HLSGEN_C(sin) HLSGEN_C(cos) HLSGEN_C(tan) HLSGEN_C(asin) HLSGEN_C(acos) HLSGEN_C(atan) HLSGEN_C(sinh) HLSGEN_C(cosh)
HLSGEN_C(tanh) HLSGEN_C(floor) HLSGEN_C(ceil) HLSGEN_C(trunc) HLSGEN_C(round) HLSGEN_C(rint) HLSGEN_C(fabs)
HLSGEN_C(cbrt)
#undef HLSGEN_C
template <hlsgen::floating F_> F_ abs(F_ x) { return x < 0 ? -x : x; }
template <hlsgen::floating F_> F_ pow(F_ x, F_ y) { return F_(__builtin_pow(x, y)); }
template <hlsgen::floating F_> F_ atan2(F_ y, F_ x) { return F_(__builtin_atan2(y, x)); }
template <hlsgen::floating F_> F_ hypot(F_ x, F_ y) { return F_(__builtin_hypot(x, y)); }
template <hlsgen::floating F_> F_ fmod(F_ x, F_ y) { return F_(__builtin_fmod(x, y)); }
template <hlsgen::floating F_> constexpr F_ max(F_ a, F_ b) { return a < b ? b : a; }
template <hlsgen::floating F_> constexpr F_ min(F_ a, F_ b) { return b < a ? b : a; }
#endif

}  // namespace hls

#endif
