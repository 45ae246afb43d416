// ap_fixed<W, I, Q, O>, ap_ufixed: fixed point with the result types, rounding and overflow modes of Vitis HLS.
//
// W bits, I of them left of the binary point (I may be negative, or more than W). Arithmetic is exact; a value is
// rounded (Q) and then fitted (O) only when it is assigned, by the modes of the destination.
#ifndef HLSGEN_AP_FIXED_H
#define HLSGEN_AP_FIXED_H

#include "ap_int.h"

enum ap_q_mode { AP_RND, AP_RND_ZERO, AP_RND_MIN_INF, AP_RND_INF, AP_RND_CONV, AP_TRN, AP_TRN_ZERO };
enum ap_o_mode { AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, AP_WRAP, AP_WRAP_SM };

template <int W_, int I_, bool S_, ap_q_mode Q_, ap_o_mode O_, int N_> struct ap_fixed_base;
template <int W_, int I_, ap_q_mode Q_ = AP_TRN, ap_o_mode O_ = AP_WRAP, int N_ = 0> struct ap_fixed;
template <int W_, int I_, ap_q_mode Q_ = AP_TRN, ap_o_mode O_ = AP_WRAP, int N_ = 0> struct ap_ufixed;

namespace hlsgen {

template <int W_, int I_, bool S_, ap_q_mode Q_ = AP_TRN, ap_o_mode O_ = AP_WRAP, int N_ = 0>
using fixed = typename choose<S_, ap_fixed<W_, I_, Q_, O_, N_>, ap_ufixed<W_, I_, Q_, O_, N_>>::type;

template <class T_> concept ours_fixed = requires { typename T_::ap_fixed_number; };
template <class T_> concept real = number<T_> || ours_fixed<T_>;
template <class A_, class B_> concept fixed_pair = real<A_> && real<B_> && (ours_fixed<A_> || ours_fixed<B_>);

// any number as an ap_fixed_base with the same value
template <real T_> constexpr decltype(auto) as_fixed(const T_& x) {
    if constexpr (ours_fixed<T_>)
        return static_cast<const typename T_::ap_fixed_number&>(x);
    else
        return ap_fixed_base<width_of<T_>, width_of<T_>, is_signed<T_>, AP_TRN, AP_WRAP, 0>::of(as_int(x).V);
}
template <class T_> using fixed_of = __remove_cvref(decltype(as_fixed(*(const T_*)nullptr)));

// Whether rounding adds one to x >> drop (floor); drop >= 1.
template <ap_q_mode Q_, class X_> constexpr bool rounds_up(const X_& x, int drop) {
    const bool half = (x >> (drop - 1) & 1) != 0;
    const bool rest = (x & (X_)(((X_)1 << (drop - 1)) - 1)) != 0;
    const bool negative = x < 0, odd = (x >> drop & 1) != 0;
    if constexpr (Q_ == AP_TRN_ZERO) return negative && (half || rest);
    if constexpr (Q_ == AP_RND) return half;
    if constexpr (Q_ == AP_RND_ZERO) return half && (rest || negative);
    if constexpr (Q_ == AP_RND_MIN_INF) return half && rest;
    if constexpr (Q_ == AP_RND_INF) return half && (rest || !negative);
    if constexpr (Q_ == AP_RND_CONV) return half && (rest || odd);
    return false;  // AP_TRN
}

}  // namespace hlsgen

template <int W_, int I_, bool S_, ap_q_mode Q_ = AP_TRN, ap_o_mode O_ = AP_WRAP, int N_ = 0>
struct alignas(hlsgen::alignment<W_>) ap_fixed_base {
    static_assert(W_ >= 1 && W_ <= hlsgen::max_result_width, "ap_fixed: the width must be 1 to 4096 (of results, twice that)");
    static_assert(N_ >= 0 && N_ <= W_, "ap_fixed: there are at most as many saturation bits as bits");
    static_assert(S_ || O_ != AP_WRAP_SM, "ap_ufixed: AP_WRAP_SM is for numbers with a sign; use AP_WRAP or AP_SAT");

    using ap_fixed_number = ap_fixed_base;
    static constexpr int width = W_;
    static constexpr int iwidth = I_;
    static constexpr int fraction = W_ - I_;
    static constexpr bool is_signed = S_;
    static constexpr ap_q_mode qmode = Q_;
    static constexpr ap_o_mode omode = O_;

    hlsgen::raw<W_, S_> V;

    template <int W2_, int I2_, bool S2_> struct RType {
        static constexpr int integer = hlsgen::larger(I_ + (S2_ && !S_), I2_ + (S_ && !S2_));
        static constexpr int fraction2 = W2_ - I2_, fractions = hlsgen::larger(W_ - I_, fraction2);
        using mult = hlsgen::fixed<W_ + W2_, I_ + I2_, S_ || S2_>;
        using plus = hlsgen::fixed<integer + 1 + fractions, integer + 1, S_ || S2_>;
        using minus = hlsgen::fixed<integer + 1 + fractions, integer + 1, true>;
        using logic = hlsgen::fixed<integer + fractions, integer, S_ || S2_>;
        using div = hlsgen::fixed<S2_ + W_ + hlsgen::larger(fraction2, 0), S2_ + I_ + fraction2, S_ || S2_>;
    };

    // ---- construction: round, then fit

    constexpr ap_fixed_base() = default;
    constexpr ap_fixed_base(const ap_fixed_base&) = default;
    constexpr ap_fixed_base& operator=(const ap_fixed_base&) = default;
    template <hlsgen::real T_> constexpr ap_fixed_base(const T_& value) {
        const auto& x = hlsgen::as_fixed(value);
        using source = __remove_cvref(decltype(x));
        convert<source::width, source::fraction>(x.V);
    }
    template <hlsgen::floating T_> constexpr ap_fixed_base(T_ value) { convert_double(double(value)); }

    template <class R_> static constexpr ap_fixed_base of(const R_& bits) {
        ap_fixed_base result;
        result.put(bits);
        return result;
    }
    static constexpr ap_fixed_base bitsToFixed(unsigned long long bits) { return of(bits); }
    constexpr ap_fixed_base& setBits(unsigned long long bits) { return put(bits), *this; }

    // ---- to integers (toward zero) and C types

    constexpr ap_int_base<hlsgen::larger(I_, 1), S_> to_ap_int_base() const {
        using result = ap_int_base<hlsgen::larger(I_, 1), S_>;
        if constexpr (W_ <= I_) {
            using wide = hlsgen::raw<I_, S_>;
            return result::of((wide)((wide)V << (I_ - W_)));
        } else if constexpr (I_ <= 0) {
            return result::of(0);
        } else {
            const bool up = V < 0 && (V & (hlsgen::raw<W_, S_>)(((hlsgen::raw<W_ + 1, false>)1 << (W_ - I_)) - 1)) != 0;
            return result::of((hlsgen::raw<W_ + 1, true>)((hlsgen::raw<W_ + 1, true>)(V >> (W_ - I_)) + up));
        }
    }
    constexpr double to_double() const { return double(V) * hlsgen::power_of_two(I_ - W_); }
    constexpr float to_float() const { return float(V) * float(hlsgen::power_of_two(I_ - W_)); }
    constexpr int to_int() const { return to_ap_int_base().to_int(); }
    constexpr unsigned to_uint() const { return to_ap_int_base().to_uint(); }
    constexpr long long to_int64() const { return to_ap_int_base().to_int64(); }
    constexpr unsigned long long to_uint64() const { return to_ap_int_base().to_uint64(); }
    template <class T_> requires(__is_arithmetic(T_)) constexpr operator T_() const {
        if constexpr (__is_same(T_, bool))
            return V != 0;
        else if constexpr (__is_same(T_, float))
            return to_float();
        else if constexpr (hlsgen::floating<T_>)
            return T_(to_double());
        else
            return T_(to_ap_int_base().V);
    }

    // ---- bits

    static constexpr int length() { return W_; }
    constexpr bool is_zero() const { return V == 0; }
    constexpr bool is_neg() const { return S_ && V < 0; }
    constexpr ap_bit_ref<W_, S_> operator[](int index) { return {V, index}; }
    constexpr bool operator[](int index) const { return (V >> index & 1) != 0; }
    constexpr ap_bit_ref<W_, S_> bit(int index) { return {V, index}; }
    constexpr bool bit(int index) const { return (V >> index & 1) != 0; }
    template <hlsgen::number A_, hlsgen::number B_> constexpr af_range_ref<W_, S_> range(const A_& hi, const B_& lo) const {
        return {const_cast<hlsgen::raw<W_, S_>&>(V), int(hlsgen::as_int(hi).V), int(hlsgen::as_int(lo).V)};
    }
    constexpr af_range_ref<W_, S_> range() const { return range(W_ - 1, 0); }
    template <hlsgen::number A_, hlsgen::number B_>
    constexpr af_range_ref<W_, S_> operator()(const A_& hi, const B_& lo) const {
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
    constexpr ap_fixed<W_ + 1, I_ + 1> operator-() const {
        ap_fixed<W_ + 1, I_ + 1> r;
        r.put((hlsgen::raw<W_ + 1, true>)(-(hlsgen::raw<W_ + 1, true>)V));
        return r;
    }
    constexpr bool operator!() const { return V == 0; }
    constexpr hlsgen::fixed<W_, I_, S_> operator~() const {
        hlsgen::fixed<W_, I_, S_> r;
        r.put(~V);
        return r;
    }

    // Shifts keep the type and neither round nor saturate: bits fall off.
    template <hlsgen::number T_> constexpr hlsgen::fixed<W_, I_, S_, Q_, O_, N_> operator<<(const T_& amount) const {
        hlsgen::fixed<W_, I_, S_, Q_, O_, N_> r;
        const auto shifted = ap_int_base<W_, S_>::of(V) << amount;
        r.put(shifted.V);
        return r;
    }
    template <hlsgen::number T_> constexpr hlsgen::fixed<W_, I_, S_, Q_, O_, N_> operator>>(const T_& amount) const {
        hlsgen::fixed<W_, I_, S_, Q_, O_, N_> r;
        const auto shifted = ap_int_base<W_, S_>::of(V) >> amount;
        r.put(shifted.V);
        return r;
    }
    template <hlsgen::number T_> constexpr ap_fixed_base& operator<<=(const T_& amount) { return *this = *this << amount; }
    template <hlsgen::number T_> constexpr ap_fixed_base& operator>>=(const T_& amount) { return *this = *this >> amount; }

    template <hlsgen::real T_> constexpr ap_fixed_base& operator+=(const T_& other) { return *this = *this + other; }
    template <hlsgen::real T_> constexpr ap_fixed_base& operator-=(const T_& other) { return *this = *this - other; }
    template <hlsgen::real T_> constexpr ap_fixed_base& operator*=(const T_& other) { return *this = *this * other; }
    template <hlsgen::real T_> constexpr ap_fixed_base& operator/=(const T_& other) { return *this = *this / other; }
    template <hlsgen::real T_> constexpr ap_fixed_base& operator&=(const T_& other) { return *this = *this & other; }
    template <hlsgen::real T_> constexpr ap_fixed_base& operator|=(const T_& other) { return *this = *this | other; }
    template <hlsgen::real T_> constexpr ap_fixed_base& operator^=(const T_& other) { return *this = *this ^ other; }

    // -1, 0, 1: this value below, equal to or above the double, compared exactly and without floating point
    constexpr int compare(double other) const {
        using wide = hlsgen::raw<W_ + 58, true>;
        const hlsgen::scaled parts = hlsgen::split(other);
        const int up = parts.exponent + fraction;
        wide floor = parts.mantissa;
        bool inexact = false;
        if (up >= 0) {
            floor = (wide)(floor << (up < W_ + 2 ? up : W_ + 2));
        } else {
            const int down = -up < 56 ? -up : 56;
            inexact = (floor & (((wide)1 << down) - 1)) != 0;
            floor = floor >> down;
        }
        return (wide)V < floor ? -1 : (wide)V > floor ? 1 : inexact ? -1 : 0;
    }

    // the low W bits of `value`
    template <class R_> constexpr void put(const R_& value) {
        if constexpr (S_ && W_ == 1)
            V = (hlsgen::raw<W_, S_>)(-(hlsgen::raw<W_, S_>)(value & 1));
        else
            V = (hlsgen::raw<W_, S_>)value;
    }

  private:
    template <int W2_, int F2_, class X_> constexpr void convert(const X_& x) {
        constexpr int drop = hlsgen::smaller(F2_ - fraction, W2_ + 1);  // more would leave the sign alone just the same
        if constexpr (drop <= 0) {
            using wide = hlsgen::raw<hlsgen::larger(W2_ + 1 - drop, W_ + 2), true>;
            const wide all = (wide)((wide)x << -drop);
            fit(all, (all >> W_ & 1) != 0);
        } else {
            using wide = hlsgen::raw<W2_ + 2, true>;
            using rounded = hlsgen::raw<hlsgen::larger(W2_ + 1 - drop, 1) + 1, true>;
            const rounded floor = (rounded)((wide)x >> drop);
            bool dropped = false;
            if constexpr (W_ + drop < W2_) dropped = (floor >> W_ & 1) != 0;
            fit((rounded)(floor + (rounded)hlsgen::rounds_up<Q_, wide>(x, drop)), dropped);
        }
    }

    constexpr void convert_double(double value) {
        using wide = hlsgen::raw<W_ + 58, true>;
        const hlsgen::scaled parts = hlsgen::split(value);
        const int up = parts.exponent + fraction;
        wide x = parts.mantissa;
        if (up >= 0) {
            x = (wide)(x << (up < W_ + 2 ? up : W_ + 2));
            fit(x, (x >> W_ & 1) != 0);
        } else {
            const int down = -up < 56 ? -up : 56;
            fit((wide)((x >> down) + (wide)hlsgen::rounds_up<Q_, wide>(x, down)), ((x >> down) >> W_ & 1) != 0);
        }
    }

    // `dropped`: the lowest of the bits that fall off, before rounding; AP_WRAP_SM keeps it as the sign
    template <class R_> constexpr void fit(const R_& value, bool dropped) {
        if constexpr (O_ == AP_WRAP && N_ == 0) {
            put(value);
        } else {
            using limit = hlsgen::raw<W_ + 2, true>;
            constexpr limit top = S_ ? (limit)(((limit)1 << (W_ - 1)) - 1) : (limit)(((limit)1 << W_) - 1);
            constexpr limit bottom = S_ ? (O_ == AP_SAT_SYM ? (limit)-top : (limit)(-top - 1)) : (limit)0;
            if (value > top)
                put(beyond(value, top, false, dropped));
            else if (value < bottom)
                put(beyond(value, bottom, true, dropped));
            else
                put(value);
        }
    }

    // what becomes of a value beyond the limit on the negative or positive side
    template <class R_, class L_> static constexpr L_ beyond(const R_& value, const L_& limit, bool negative, bool dropped) {
        using bits = hlsgen::raw<W_, false>;
        constexpr bits sign_bit = (bits)((bits)1 << (W_ - 1));
        // the N - 1 bits below the sign, or the N topmost ones without a sign
        constexpr bits held = N_ > S_ ? (bits)((bits)(~(bits)0 >> (W_ - (N_ - S_))) << (W_ - N_)) : (bits)0;
        bits v = (bits)value;
        if constexpr (O_ == AP_SAT_ZERO) {
            return 0;
        } else if constexpr (O_ == AP_SAT || O_ == AP_SAT_SYM) {
            return limit;
        } else if constexpr (!S_) {
            return (L_)(bits)(v | held);
        } else {
            bool sign = negative;
            if constexpr (O_ == AP_WRAP_SM) {
                bool turn = false;
                if constexpr (N_ == 0) {
                    sign = dropped;
                    turn = dropped != ((v & sign_bit) != 0);
                } else if constexpr (N_ == 1) {
                    turn = negative != ((v & sign_bit) != 0);
                } else {
                    turn = negative == ((v >> (W_ - N_) & 1) != 0);
                }
                if (turn) v = (bits)~v;
            }
            v = negative ? (bits)(v & (bits)~held) : (bits)(v | held);
            return (L_)(sign ? (bits)(v | sign_bit) : (bits)(v & (bits)~sign_bit));
        }
    }
};

// ---- operators on two numbers, at least one of them fixed point

#define HLSGEN_FIXED_TYPES(A_, B_)                                                                                    \
    const auto& x = hlsgen::as_fixed(a);                                                                            \
    const auto& y = hlsgen::as_fixed(b);                                                                            \
    using X_ = hlsgen::fixed_of<A_>;                                                                                  \
    using Y_ = hlsgen::fixed_of<B_>;                                                                                  \
    using types [[maybe_unused]] = typename X_::template RType<Y_::width, Y_::iwidth, Y_::is_signed>;

#define HLSGEN_BINARY(op, kind)                                                                                     \
    template <class A_, class B_> requires hlsgen::fixed_pair<A_, B_> constexpr auto operator op(const A_& a, const B_& b) { \
        HLSGEN_FIXED_TYPES(A_, B_)                                                                                    \
        using result = typename types::kind;                                                                        \
        using bits = hlsgen::raw<result::width, result::is_signed>;                                                 \
        result r;                                                                                                   \
        r.put((bits)((bits)((bits)x.V << (result::fraction - X_::fraction))                                          \
                         op(bits)((bits)y.V << (result::fraction - Y_::fraction))));                                 \
        return r;                                                                                                   \
    }
HLSGEN_BINARY(+, plus)
HLSGEN_BINARY(-, minus)
HLSGEN_BINARY(&, logic)
HLSGEN_BINARY(|, logic)
HLSGEN_BINARY(^, logic)
#undef HLSGEN_BINARY

template <class A_, class B_> requires hlsgen::fixed_pair<A_, B_> constexpr auto operator*(const A_& a, const B_& b) {
    HLSGEN_FIXED_TYPES(A_, B_)
    using result = typename types::mult;
    using bits = hlsgen::raw<result::width, result::is_signed>;
    result r;
    r.put((bits)((bits)x.V * (bits)y.V));
    return r;
}

template <class A_, class B_> requires hlsgen::fixed_pair<A_, B_> constexpr auto operator/(const A_& a, const B_& b) {
    HLSGEN_FIXED_TYPES(A_, B_)
    constexpr int up = hlsgen::larger(Y_::fraction, 0);
    using bits = hlsgen::raw<hlsgen::larger(X_::width + up, Y_::width) + 1, X_::is_signed || Y_::is_signed>;
    typename types::div r;
    r.put((bits)((bits)((bits)x.V << up) / (bits)y.V));
    return r;
}

#define HLSGEN_COMPARE(op)                                                                                          \
    template <class A_, class B_> requires hlsgen::fixed_pair<A_, B_> constexpr bool operator op(const A_& a, const B_& b) { \
        HLSGEN_FIXED_TYPES(A_, B_)                                                                                    \
        constexpr int common = hlsgen::larger(X_::fraction, Y_::fraction);                                               \
        using bits = hlsgen::raw<hlsgen::larger(X_::iwidth, Y_::iwidth) + common + 1, true>;                             \
        return (bits)((bits)x.V << (common - X_::fraction)) op(bits)((bits)y.V << (common - Y_::fraction));           \
    }                                                                                                               \
    template <hlsgen::ours_fixed A_, hlsgen::floating F_> constexpr bool operator op(const A_& a, F_ b) {               \
        return a.compare(b) op 0;                                                                                   \
    }                                                                                                               \
    template <hlsgen::floating F_, hlsgen::ours_fixed B_> constexpr bool operator op(F_ a, const B_& b) {               \
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
template <hlsgen::ours_fixed T_> std::ostream& operator<<(std::ostream& out, const T_& x) { return out << x.to_double(); }
template <int W_, int I_, bool S_, ap_q_mode Q_, ap_o_mode O_, int N_>
std::istream& operator>>(std::istream& in, ap_fixed_base<W_, I_, S_, Q_, O_, N_>& x) {
    double number;
    if (in >> number) x = ap_fixed_base<W_, I_, S_, Q_, O_, N_>(number);
    return in;
}
#endif

// ---- the two names that users write

template <int W_, int I_, ap_q_mode Q_, ap_o_mode O_, int N_>
struct ap_fixed : ap_fixed_base<W_, I_, true, Q_, O_, N_> {
    using Base = ap_fixed_base<W_, I_, true, Q_, O_, N_>;
    using Base::Base;
    constexpr ap_fixed() = default;
    constexpr ap_fixed(const Base& other) : Base(other) {}
};

template <int W_, int I_, ap_q_mode Q_, ap_o_mode O_, int N_>
struct ap_ufixed : ap_fixed_base<W_, I_, false, Q_, O_, N_> {
    using Base = ap_fixed_base<W_, I_, false, Q_, O_, N_>;
    using Base::Base;
    constexpr ap_ufixed() = default;
    constexpr ap_ufixed(const Base& other) : Base(other) {}
};

#endif
