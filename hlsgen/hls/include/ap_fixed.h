// ap_fixed<W, I, Q, O>, ap_ufixed: fixed point with the result types, rounding and overflow modes of Vitis HLS.
//
// W bits, I of them left of the binary point (I may be negative, or more than W). Arithmetic is exact; a value is
// rounded (Q) and then fitted (O) only when it is assigned, by the modes of the destination.
#ifndef HLSGEN_AP_FIXED_H
#define HLSGEN_AP_FIXED_H

#include "ap_int.h"

enum ap_q_mode { AP_RND, AP_RND_ZERO, AP_RND_MIN_INF, AP_RND_INF, AP_RND_CONV, AP_TRN, AP_TRN_ZERO };
enum ap_o_mode { AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, AP_WRAP, AP_WRAP_SM };

template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, int N> struct ap_fixed_base;
template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0> struct ap_fixed;
template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0> struct ap_ufixed;

namespace hlsgen {

template <int W, int I, bool S, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
using fixed = typename choose<S, ap_fixed<W, I, Q, O, N>, ap_ufixed<W, I, Q, O, N>>::type;

template <class T> concept ours_fixed = requires { typename T::ap_fixed_number; };
template <class T> concept real = number<T> || ours_fixed<T>;
template <class A, class B> concept fixed_pair = real<A> && real<B> && (ours_fixed<A> || ours_fixed<B>);

// any number as an ap_fixed_base with the same value
template <real T> constexpr decltype(auto) as_fixed(const T& x) {
    if constexpr (ours_fixed<T>)
        return static_cast<const typename T::ap_fixed_number&>(x);
    else
        return ap_fixed_base<width_of<T>, width_of<T>, is_signed<T>, AP_TRN, AP_WRAP, 0>::of(as_int(x).V);
}
template <class T> using fixed_of = __remove_cvref(decltype(as_fixed(*(const T*)nullptr)));

// Whether rounding adds one to x >> drop (floor); drop >= 1.
template <ap_q_mode Q, class X> constexpr bool rounds_up(const X& x, int drop) {
    const bool half = (x >> (drop - 1) & 1) != 0;
    const bool rest = (x & (X)(((X)1 << (drop - 1)) - 1)) != 0;
    const bool negative = x < 0, odd = (x >> drop & 1) != 0;
    if constexpr (Q == AP_TRN_ZERO) return negative && (half || rest);
    if constexpr (Q == AP_RND) return half;
    if constexpr (Q == AP_RND_ZERO) return half && (rest || negative);
    if constexpr (Q == AP_RND_MIN_INF) return half && rest;
    if constexpr (Q == AP_RND_INF) return half && (rest || !negative);
    if constexpr (Q == AP_RND_CONV) return half && (rest || odd);
    return false;  // AP_TRN
}

}  // namespace hlsgen

template <int W, int I, bool S, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
struct [[clang::trivial_abi]] alignas(hlsgen::alignment<W>) ap_fixed_base {
    static_assert(W >= 1 && W <= hlsgen::max_width, "ap_fixed: the width must be 1 to 4096");
    static_assert(O != AP_WRAP_SM, "ap_fixed: AP_WRAP_SM is not supported; use AP_WRAP or AP_SAT");
    static_assert(N == 0, "ap_fixed: saturation bits (N > 0) are not supported; use AP_WRAP with N = 0");

    using ap_fixed_number = ap_fixed_base;
    static constexpr int width = W;
    static constexpr int iwidth = I;
    static constexpr int fraction = W - I;
    static constexpr bool is_signed = S;
    static constexpr ap_q_mode qmode = Q;
    static constexpr ap_o_mode omode = O;

    hlsgen::raw<W, S> V;

    template <int W2, int I2, bool S2> struct RType {
        static constexpr int integer = hlsgen::max(I + (S2 && !S), I2 + (S && !S2));
        static constexpr int fraction2 = W2 - I2, fractions = hlsgen::max(W - I, fraction2);
        using mult = hlsgen::fixed<W + W2, I + I2, S || S2>;
        using plus = hlsgen::fixed<integer + 1 + fractions, integer + 1, S || S2>;
        using minus = hlsgen::fixed<integer + 1 + fractions, integer + 1, true>;
        using logic = hlsgen::fixed<integer + fractions, integer, S || S2>;
        using div = hlsgen::fixed<S2 + W + hlsgen::max(fraction2, 0), S2 + I + fraction2, S || S2>;
    };

    // ---- construction: round, then fit

    constexpr ap_fixed_base() = default;
    constexpr ap_fixed_base(const ap_fixed_base& other) : V(other.V) {}
    constexpr ap_fixed_base& operator=(const ap_fixed_base& other) {
        V = other.V;
        return *this;
    }
    template <hlsgen::real T> constexpr ap_fixed_base(const T& value) {
        const auto& x = hlsgen::as_fixed(value);
        using source = __remove_cvref(decltype(x));
        convert<source::width, source::fraction>(x.V);
    }
    template <hlsgen::floating T> constexpr ap_fixed_base(T value) { convert_double(double(value)); }

    template <class R> static constexpr ap_fixed_base of(const R& bits) {
        ap_fixed_base result;
        result.put(bits);
        return result;
    }
    static constexpr ap_fixed_base bitsToFixed(unsigned long long bits) { return of(bits); }
    constexpr ap_fixed_base& setBits(unsigned long long bits) { return put(bits), *this; }

    // ---- to integers (toward zero) and C types

    constexpr ap_int_base<hlsgen::max(I, 1), S> to_ap_int_base() const {
        using result = ap_int_base<hlsgen::max(I, 1), S>;
        if constexpr (W <= I) {
            using wide = hlsgen::raw<I, S>;
            return result::of((wide)((wide)V << (I - W)));
        } else if constexpr (I <= 0) {
            return result::of(0);
        } else {
            const bool up = V < 0 && (V & (hlsgen::raw<W, S>)(((hlsgen::raw<W + 1, false>)1 << (W - I)) - 1)) != 0;
            return result::of((hlsgen::raw<W + 1, true>)((hlsgen::raw<W + 1, true>)(V >> (W - I)) + up));
        }
    }
    constexpr double to_double() const { return double(V) * hlsgen::power_of_two(I - W); }
    constexpr float to_float() const { return float(V) * float(hlsgen::power_of_two(I - W)); }
    constexpr int to_int() const { return to_ap_int_base().to_int(); }
    constexpr unsigned to_uint() const { return to_ap_int_base().to_uint(); }
    constexpr long long to_int64() const { return to_ap_int_base().to_int64(); }
    constexpr unsigned long long to_uint64() const { return to_ap_int_base().to_uint64(); }
    template <class T> requires(__is_arithmetic(T)) constexpr operator T() const {
        if constexpr (__is_same(T, bool))
            return V != 0;
        else if constexpr (__is_same(T, float))
            return to_float();
        else if constexpr (hlsgen::floating<T>)
            return T(to_double());
        else
            return T(to_ap_int_base().V);
    }

    // ---- bits

    static constexpr int length() { return W; }
    constexpr bool is_zero() const { return V == 0; }
    constexpr bool is_neg() const { return S && V < 0; }
    constexpr ap_bit_ref<W, S> operator[](int index) { return {V, index}; }
    constexpr bool operator[](int index) const { return (V >> index & 1) != 0; }
    constexpr ap_bit_ref<W, S> bit(int index) { return {V, index}; }
    constexpr bool bit(int index) const { return (V >> index & 1) != 0; }
    template <hlsgen::number A, hlsgen::number B> constexpr ap_range_ref<W, S> range(const A& hi, const B& lo) const {
        return {const_cast<hlsgen::raw<W, S>&>(V), int(hlsgen::as_int(hi).V), int(hlsgen::as_int(lo).V)};
    }
    constexpr ap_range_ref<W, S> range() const { return range(W - 1, 0); }
    template <hlsgen::number A, hlsgen::number B>
    constexpr ap_range_ref<W, S> operator()(const A& hi, const B& lo) const {
        return range(hi, lo);
    }

    // ---- arithmetic that changes or reads this one only

    constexpr ap_fixed_base& operator++() { return *this += 1; }
    constexpr ap_fixed_base& operator--() { return *this -= 1; }
    constexpr ap_fixed_base operator++(int) {
        ap_fixed_base before(*this);
        ++*this;
        return before;
    }
    constexpr ap_fixed_base operator--(int) {
        ap_fixed_base before(*this);
        --*this;
        return before;
    }
    constexpr ap_fixed_base operator+() const { return *this; }
    constexpr ap_fixed<W + 1, I + 1> operator-() const {
        ap_fixed<W + 1, I + 1> r;
        r.put((hlsgen::raw<W + 1, true>)(-(hlsgen::raw<W + 1, true>)V));
        return r;
    }
    constexpr bool operator!() const { return V == 0; }
    constexpr hlsgen::fixed<W, I, S> operator~() const {
        hlsgen::fixed<W, I, S> r;
        r.put(~V);
        return r;
    }

    // Shifts keep the type and neither round nor saturate: bits fall off.
    template <hlsgen::number T> constexpr hlsgen::fixed<W, I, S, Q, O, N> operator<<(const T& amount) const {
        hlsgen::fixed<W, I, S, Q, O, N> r;
        const auto shifted = ap_int_base<W, S>::of(V) << amount;
        r.put(shifted.V);
        return r;
    }
    template <hlsgen::number T> constexpr hlsgen::fixed<W, I, S, Q, O, N> operator>>(const T& amount) const {
        hlsgen::fixed<W, I, S, Q, O, N> r;
        const auto shifted = ap_int_base<W, S>::of(V) >> amount;
        r.put(shifted.V);
        return r;
    }
    template <hlsgen::number T> constexpr ap_fixed_base& operator<<=(const T& amount) { return *this = *this << amount; }
    template <hlsgen::number T> constexpr ap_fixed_base& operator>>=(const T& amount) { return *this = *this >> amount; }

    template <hlsgen::real T> constexpr ap_fixed_base& operator+=(const T& other) { return *this = *this + other; }
    template <hlsgen::real T> constexpr ap_fixed_base& operator-=(const T& other) { return *this = *this - other; }
    template <hlsgen::real T> constexpr ap_fixed_base& operator*=(const T& other) { return *this = *this * other; }
    template <hlsgen::real T> constexpr ap_fixed_base& operator/=(const T& other) { return *this = *this / other; }
    template <hlsgen::real T> constexpr ap_fixed_base& operator&=(const T& other) { return *this = *this & other; }
    template <hlsgen::real T> constexpr ap_fixed_base& operator|=(const T& other) { return *this = *this | other; }
    template <hlsgen::real T> constexpr ap_fixed_base& operator^=(const T& other) { return *this = *this ^ other; }

    // -1, 0, 1: this value below, equal to or above the double, compared exactly and without floating point
    constexpr int compare(double other) const {
        using wide = hlsgen::raw<W + 58, true>;
        const hlsgen::scaled parts = hlsgen::split(other);
        const int up = parts.exponent + fraction;
        wide floor = parts.mantissa;
        bool inexact = false;
        if (up >= 0) {
            floor = (wide)(floor << (up < W + 2 ? up : W + 2));
        } else {
            const int down = -up < 56 ? -up : 56;
            inexact = (floor & (((wide)1 << down) - 1)) != 0;
            floor = floor >> down;
        }
        return (wide)V < floor ? -1 : (wide)V > floor ? 1 : inexact ? -1 : 0;
    }

    // the low W bits of `value`
    template <class R> constexpr void put(const R& value) {
        if constexpr (S && W == 1)
            V = (hlsgen::raw<W, S>)(-(hlsgen::raw<W, S>)(value & 1));
        else
            V = (hlsgen::raw<W, S>)value;
    }

  private:
    template <int W2, int F2, class X> constexpr void convert(const X& x) {
        constexpr int drop = hlsgen::min(F2 - fraction, W2 + 1);  // more would leave the sign alone just the same
        if constexpr (drop <= 0) {
            using wide = hlsgen::raw<W2 + 1 - drop, true>;
            fit((wide)((wide)x << -drop));
        } else {
            using wide = hlsgen::raw<W2 + 2, true>;
            using rounded = hlsgen::raw<hlsgen::max(W2 + 1 - drop, 1) + 1, true>;
            fit((rounded)((rounded)((wide)x >> drop) + (rounded)hlsgen::rounds_up<Q, wide>(x, drop)));
        }
    }

    constexpr void convert_double(double value) {
        using wide = hlsgen::raw<W + 58, true>;
        const hlsgen::scaled parts = hlsgen::split(value);
        const int up = parts.exponent + fraction;
        wide x = parts.mantissa;
        if (up >= 0) {
            fit((wide)(x << (up < W ? up : W)));
        } else {
            const int down = -up < 56 ? -up : 56;
            fit((wide)((x >> down) + (wide)hlsgen::rounds_up<Q, wide>(x, down)));
        }
    }

    template <class R> constexpr void fit(const R& value) {
        if constexpr (O == AP_WRAP) {
            put(value);
        } else {
            using limit = hlsgen::raw<W + 2, true>;
            constexpr limit top = S ? (limit)(((limit)1 << (W - 1)) - 1) : (limit)(((limit)1 << W) - 1);
            constexpr limit bottom = S ? (O == AP_SAT_SYM ? (limit)-top : (limit)(-top - 1)) : (limit)0;
            if (value > top)
                put(O == AP_SAT_ZERO ? (limit)0 : top);
            else if (value < bottom)
                put(O == AP_SAT_ZERO ? (limit)0 : bottom);
            else
                put(value);
        }
    }
};

// ---- operators on two numbers, at least one of them fixed point

#define HLSGEN_FIXED_TYPES(A, B)                                                                                    \
    const auto& x = hlsgen::as_fixed(a);                                                                            \
    const auto& y = hlsgen::as_fixed(b);                                                                            \
    using X = hlsgen::fixed_of<A>;                                                                                  \
    using Y = hlsgen::fixed_of<B>;                                                                                  \
    using types [[maybe_unused]] = typename X::template RType<Y::width, Y::iwidth, Y::is_signed>;

#define HLSGEN_BINARY(op, kind)                                                                                     \
    template <class A, class B> requires hlsgen::fixed_pair<A, B> constexpr auto operator op(const A& a, const B& b) { \
        HLSGEN_FIXED_TYPES(A, B)                                                                                    \
        using result = typename types::kind;                                                                        \
        using bits = hlsgen::raw<result::width, result::is_signed>;                                                 \
        result r;                                                                                                   \
        r.put((bits)((bits)((bits)x.V << (result::fraction - X::fraction))                                          \
                         op(bits)((bits)y.V << (result::fraction - Y::fraction))));                                 \
        return r;                                                                                                   \
    }
HLSGEN_BINARY(+, plus)
HLSGEN_BINARY(-, minus)
HLSGEN_BINARY(&, logic)
HLSGEN_BINARY(|, logic)
HLSGEN_BINARY(^, logic)
#undef HLSGEN_BINARY

template <class A, class B> requires hlsgen::fixed_pair<A, B> constexpr auto operator*(const A& a, const B& b) {
    HLSGEN_FIXED_TYPES(A, B)
    using result = typename types::mult;
    using bits = hlsgen::raw<result::width, result::is_signed>;
    result r;
    r.put((bits)((bits)x.V * (bits)y.V));
    return r;
}

template <class A, class B> requires hlsgen::fixed_pair<A, B> constexpr auto operator/(const A& a, const B& b) {
    HLSGEN_FIXED_TYPES(A, B)
    constexpr int up = hlsgen::max(Y::fraction, 0);
    using bits = hlsgen::raw<hlsgen::max(X::width + up, Y::width) + 1, X::is_signed || Y::is_signed>;
    typename types::div r;
    r.put((bits)((bits)((bits)x.V << up) / (bits)y.V));
    return r;
}

#define HLSGEN_COMPARE(op)                                                                                          \
    template <class A, class B> requires hlsgen::fixed_pair<A, B> constexpr bool operator op(const A& a, const B& b) { \
        HLSGEN_FIXED_TYPES(A, B)                                                                                    \
        constexpr int common = hlsgen::max(X::fraction, Y::fraction);                                               \
        using bits = hlsgen::raw<hlsgen::max(X::iwidth, Y::iwidth) + common + 1, true>;                             \
        return (bits)((bits)x.V << (common - X::fraction)) op(bits)((bits)y.V << (common - Y::fraction));           \
    }                                                                                                               \
    template <hlsgen::ours_fixed A, hlsgen::floating F> constexpr bool operator op(const A& a, F b) {               \
        return a.compare(b) op 0;                                                                                   \
    }                                                                                                               \
    template <hlsgen::floating F, hlsgen::ours_fixed B> constexpr bool operator op(F a, const B& b) {               \
        return 0 op b.compare(a);                                                                                   \
    }
HLSGEN_COMPARE(==)
HLSGEN_COMPARE(!=)
HLSGEN_COMPARE(<)
HLSGEN_COMPARE(<=)
HLSGEN_COMPARE(>)
HLSGEN_COMPARE(>=)
#undef HLSGEN_COMPARE
#undef HLSGEN_FIXED_TYPES

#ifndef HLSGEN_SYNTHESIS
template <hlsgen::ours_fixed T> std::ostream& operator<<(std::ostream& out, const T& x) { return out << x.to_double(); }
#endif

// ---- the two names that users write

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
struct [[clang::trivial_abi]] ap_fixed : ap_fixed_base<W, I, true, Q, O, N> {
    using Base = ap_fixed_base<W, I, true, Q, O, N>;
    using Base::Base;
    constexpr ap_fixed() = default;
    constexpr ap_fixed(const Base& other) : Base(other) {}
};

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
struct [[clang::trivial_abi]] ap_ufixed : ap_fixed_base<W, I, false, Q, O, N> {
    using Base = ap_fixed_base<W, I, false, Q, O, N>;
    using Base::Base;
    constexpr ap_ufixed() = default;
    constexpr ap_ufixed(const Base& other) : Base(other) {}
};

#endif
