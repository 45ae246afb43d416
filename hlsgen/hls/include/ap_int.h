// ap_int<W>, ap_uint<W>: integers of any width with the result widths, conversions and names of Vitis HLS.
//
// One header for synthesis and native simulation. Arithmetic is exact: a result is as wide as it has to be, and bits
// are lost only on assignment. Differs from the open ap_types headers in one respect: everything is constexpr.
#ifndef HLSGEN_AP_INT_H
#define HLSGEN_AP_INT_H

#include "hlsgen/bits.h"
#include "hlsgen/refs.h"

#ifndef HLSGEN_SYNTHESIS  // test benches rely on what the headers of Vitis HLS bring
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#endif

// Beyond 64 bits aligned as LLVM aligns such integers, or its structs and arrays of them would have gaps that ours
// have not.
template <int W_, bool S_> struct alignas(hlsgen::alignment<W_>) ap_int_base {
    static_assert(W_ >= 1 && W_ <= hlsgen::max_result_width, "ap_int: the width must be 1 to 4096 (of results, twice that)");

    using ap_number = ap_int_base;
    static constexpr int width = W_;
    static constexpr bool is_signed = S_;

    hlsgen::raw<W_, S_> V;

    template <int W2_, bool S2_> struct RType {
        static constexpr int common_w = hlsgen::larger(W_ + (S2_ && !S_), W2_ + (S_ && !S2_));
        using mult = hlsgen::ap<W_ + W2_, S_ || S2_>;
        using plus = hlsgen::ap<common_w + 1, S_ || S2_>;
        using minus = hlsgen::ap<common_w + 1, true>;
        using logic = hlsgen::ap<common_w, S_ || S2_>;
        using div = hlsgen::ap<W_ + S2_, S_ || S2_>;
        using mod = hlsgen::ap<hlsgen::smaller(W_, W2_ + (!S2_ && S_)), S_>;
        using arg1 = hlsgen::ap<W_, S_>;
    };

    // ---- construction, assignment: the low W bits of any number

    constexpr ap_int_base() = default;
    constexpr ap_int_base(const ap_int_base&) = default;
    constexpr ap_int_base& operator=(const ap_int_base&) = default;
    template <hlsgen::number T_> constexpr ap_int_base(const T_& value) { put(hlsgen::as_int(value).V); }
    template <hlsgen::floating T_> constexpr ap_int_base(T_ value) { put_double(double(value)); }
    template <class T_> requires requires(const T_& x) { x.to_ap_int_base(); }
    constexpr ap_int_base(const T_& value) {
        put(value.to_ap_int_base().V);
    }
    // decimal, or 0x, 0o, 0b; with a sign in front if there is one
    constexpr ap_int_base(const char* text, signed char radix = 0) { put_text(text, radix); }

    template <class R_> static constexpr ap_int_base of(const R_& bits) {
        ap_int_base result;
        result.put(bits);
        return result;
    }

    // ---- C types

    using RetType = typename hlsgen::choose<S_, long long, unsigned long long>::type;
    constexpr operator RetType() const { return RetType(V); }
    constexpr explicit operator bool() const { return V != 0; }
    constexpr bool to_bool() const { return V != 0; }
    constexpr char to_char() const { return char(V); }
    constexpr signed char to_schar() const { return (signed char)V; }
    constexpr unsigned char to_uchar() const { return (unsigned char)V; }
    constexpr short to_short() const { return short(V); }
    constexpr unsigned short to_ushort() const { return (unsigned short)V; }
    constexpr int to_int() const { return int(V); }
    constexpr unsigned to_uint() const { return unsigned(V); }
    constexpr long to_long() const { return long(V); }
    constexpr unsigned long to_ulong() const { return (unsigned long)V; }
    constexpr long long to_int64() const { return (long long)V; }
    constexpr unsigned long long to_uint64() const { return (unsigned long long)V; }
    constexpr float to_float() const { return float(V); }
    constexpr double to_double() const { return double(V); }

    // ---- bits

    static constexpr int length() { return W_; }
    constexpr ap_int_base& get() { return *this; }
    constexpr const ap_int_base& get() const { return *this; }
    constexpr bool iszero() const { return V == 0; }
    constexpr bool is_zero() const { return V == 0; }
    constexpr bool sign() const { return S_ && V < 0; }

    constexpr ap_bit_ref<W_, S_> operator[](int index) { return {V, index}; }
    constexpr bool operator[](int index) const { return test(index); }
    template <hlsgen::ours T_> constexpr ap_bit_ref<W_, S_> operator[](const T_& index) { return {V, index.to_int()}; }
    template <hlsgen::ours T_> constexpr bool operator[](const T_& index) const { return test(index.to_int()); }
    constexpr ap_bit_ref<W_, S_> bit(int index) { return {V, index}; }
    constexpr bool bit(int index) const { return test(index); }
    constexpr bool test(int index) const { return (V >> index & 1) != 0; }
    constexpr bool get_bit(int index) const { return test(index); }
    constexpr void set_bit(int index, bool value) { bit(index) = value; }
    constexpr void set(int index, bool value) { bit(index) = value; }
    template <class T_> constexpr void set(const T_& value) { put(value); }
    constexpr void clear(int index) { bit(index) = false; }
    constexpr void invert(int index) { bit(index) = !test(index); }
    constexpr void b_not() { put(~V); }

    template <hlsgen::number A_, hlsgen::number B_> constexpr ap_range_ref<W_, S_> range(const A_& hi, const B_& lo) const {
        return {const_cast<hlsgen::raw<W_, S_>&>(V), int(hlsgen::as_int(hi).V), int(hlsgen::as_int(lo).V)};
    }
    constexpr ap_range_ref<W_, S_> range() const { return range(W_ - 1, 0); }
    template <hlsgen::number A_, hlsgen::number B_>
    constexpr ap_range_ref<W_, S_> operator()(const A_& hi, const B_& lo) const {
        return range(hi, lo);
    }
    template <hlsgen::ours T_> constexpr auto concat(const T_& low) const { return *this, low; }

    constexpr bool and_reduce() const { return bits() == (hlsgen::raw<W_, false>)~(hlsgen::raw<W_, false>)0; }
    constexpr bool or_reduce() const { return V != 0; }
    constexpr bool xor_reduce() const { return __builtin_popcountg(bits()) & 1; }
    constexpr bool nand_reduce() const { return !and_reduce(); }
    constexpr bool nor_reduce() const { return V == 0; }
    constexpr bool xnor_reduce() const { return !xor_reduce(); }
    constexpr int countLeadingZeros() const { return hlsgen::leading_zeros<W_>(bits()); }

    constexpr ap_int_base& reverse() { return put(__builtin_elementwise_bitreverse(bits())), *this; }
    constexpr ap_int_base& lrotate(int n) { return put(bits() << n | bits() >> (W_ - n)), *this; }
    constexpr ap_int_base& rrotate(int n) { return put(bits() >> n | bits() << (W_ - n)), *this; }

    // ---- arithmetic that changes or reads this one only

    constexpr ap_int_base& operator++() { return *this += 1; }
    constexpr ap_int_base& operator--() { return *this -= 1; }
    constexpr hlsgen::ap<W_, S_> operator++(int) {
        hlsgen::ap<W_, S_> before(*this);
        ++*this;
        return before;
    }
    constexpr hlsgen::ap<W_, S_> operator--(int) {
        hlsgen::ap<W_, S_> before(*this);
        --*this;
        return before;
    }
    constexpr hlsgen::ap<W_, S_> operator+() const { return *this; }
    constexpr hlsgen::ap<hlsgen::larger(1 + S_, W_) + 1, true> operator-() const {
        using bits = hlsgen::raw<hlsgen::larger(1 + S_, W_) + 1, true>;
        hlsgen::ap<hlsgen::larger(1 + S_, W_) + 1, true> r;
        r.put((bits)(-(bits)V));
        return r;
    }
    constexpr hlsgen::ap<W_, S_> operator~() const { return ap_int_base::of(~V); }
    constexpr bool operator!() const { return V == 0; }

#define HLSGEN_ASSIGN(op)                                                                        \
    template <class T_> requires hlsgen::pair<ap_int_base, T_>                                     \
    constexpr ap_int_base& operator op##=(const T_& other) {                                      \
        const auto result = *this op other;                                                      \
        put(result.V);                                                                           \
        return *this;                                                                            \
    }
    HLSGEN_ASSIGN(+)
    HLSGEN_ASSIGN(-)
    HLSGEN_ASSIGN(*)
    HLSGEN_ASSIGN(/)
    HLSGEN_ASSIGN(%)
    HLSGEN_ASSIGN(&)
    HLSGEN_ASSIGN(|)
    HLSGEN_ASSIGN(^)
    HLSGEN_ASSIGN(<<)
    HLSGEN_ASSIGN(>>)
#undef HLSGEN_ASSIGN

    // the low W bits of `value`, by reference because wide _BitInt arguments are split by the ABI
    template <class R_> constexpr void put(const R_& value) {
        if constexpr (S_ && W_ == 1)
            V = (hlsgen::raw<W_, S_>)(-(hlsgen::raw<W_, S_>)(value & 1));
        else
            V = (hlsgen::raw<W_, S_>)value;
    }

#ifndef HLSGEN_SYNTHESIS
    // 2: all W bits; 8, 16: digits of the sign-extended bits; each with its prefix. 10: plain.
    std::string to_string(signed char radix = 2, bool with_sign = S_) const {
        const bool negative = radix == 10 && with_sign && sign();
        hlsgen::raw<W_, false> rest = bits();
        if (negative) rest = (hlsgen::raw<W_, false>)(-rest);
        const int step = radix == 2 ? 1 : radix == 8 ? 3 : 4;
        std::string digits;
        if (radix == 10) {
            do {
                digits.insert(digits.begin(), char('0' + int(rest % 10 + 0u)));
                rest = (hlsgen::raw<W_, false>)(rest / 10u);
            } while (rest != 0);
            return negative ? "-" + digits : digits;
        }
        for (int at = 0; at < W_; at += step) {
            int digit = 0;
            for (int i = 0; i < step; ++i)
                digit |= int(at + i < W_ ? test(at + i) : with_sign && sign()) << i;
            digits.insert(digits.begin(), "0123456789abcdef"[digit]);
        }
        return (radix == 2 ? "0b" : radix == 8 ? "0o" : "0x") + digits;
    }
#endif

  private:
    constexpr hlsgen::raw<W_, false> bits() const { return (hlsgen::raw<W_, false>)V; }

    // toward zero, then the low W bits
    constexpr void put_double(double value) {
        const hlsgen::scaled parts = hlsgen::split(value);
        const bool negative = parts.mantissa < 0;
        unsigned _BitInt(W_ + 64) magnitude = (unsigned long long)(negative ? -parts.mantissa : parts.mantissa);
        if (parts.exponent < 0)
            magnitude = parts.exponent > -64 ? magnitude >> -parts.exponent : 0;
        else
            magnitude = parts.exponent < W_ ? magnitude << parts.exponent : 0;
        put((unsigned _BitInt(W_ + 64))(negative ? -magnitude : magnitude));
    }

    constexpr void put_text(const char* text, int radix) {
        const bool negative = *text == '-';
        if (*text == '-' || *text == '+') ++text;
        if (*text == '0' && text[1] != '\0') {
            const char kind = text[1] | 0x20;
            const int named = kind == 'x' ? 16 : kind == 'b' && radix != 16 ? 2 : kind == 'o' ? 8 : 0;
            if (named != 0 && (radix == 0 || radix == named)) {
                radix = named;
                text += 2;
            }
        }
        if (radix == 0) radix = 10;
        unsigned _BitInt(W_ + 8) total = 0;
        for (; *text != '\0'; ++text) {
            const char c = *text | 0x20;
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit >= 0) total = (unsigned _BitInt(W_ + 8))(total * (unsigned)radix + (unsigned)digit);
        }
        put((unsigned _BitInt(W_ + 8))(negative ? -total : total));
    }
};

// ---- operators on two numbers, at least one of them ours

namespace hlsgen {

// A range of a signed number, met by an ap_int, counts as signed in the result's type, though its value is not. That
// is how Vitis has it.
template <class A_, class B_> constexpr bool sign_in_type() {
    if constexpr (requires { A_::of_signed; typename B_::RetType; }) return A_::of_signed;
    return is_signed<A_>;
}
template <class A_, class B_>
using result_types =
    typename ap_int_base<width_of<A_>, sign_in_type<A_, B_>()>::template RType<width_of<B_>, sign_in_type<B_, A_>()>;

}  // namespace hlsgen

#define HLSGEN_BINARY(op, kind)                                                                           \
    template <class A_, class B_> requires hlsgen::plain_pair<A_, B_>                                         \
    constexpr auto operator op(const A_& a, const B_& b) {                                                  \
        const auto& x = hlsgen::as_int(a);                                                                \
        const auto& y = hlsgen::as_int(b);                                                                \
        using result = typename hlsgen::result_types<A_, B_>::kind;                                         \
        using bits = hlsgen::raw<result::width, result::is_signed>;                                       \
        result r;                                                                                         \
        r.put((bits)((bits)x.V op (bits)y.V));                                                            \
        return r;                                                                                         \
    }
HLSGEN_BINARY(+, plus)
HLSGEN_BINARY(-, minus)
HLSGEN_BINARY(*, mult)
HLSGEN_BINARY(&, logic)
HLSGEN_BINARY(|, logic)
HLSGEN_BINARY(^, logic)
#undef HLSGEN_BINARY

// Division happens at the operands' common width; only the result has the width of RType.
#define HLSGEN_DIVIDE(op, kind)                                                                           \
    template <class A_, class B_> requires hlsgen::plain_pair<A_, B_>                                         \
    constexpr auto operator op(const A_& a, const B_& b) {                                                  \
        const auto& x = hlsgen::as_int(a);                                                                \
        const auto& y = hlsgen::as_int(b);                                                                \
        using exact = typename ap_int_base<hlsgen::width_of<A_>, hlsgen::is_signed<A_>>::template RType<    \
            hlsgen::width_of<B_>, hlsgen::is_signed<B_>>::plus;                                             \
        using bits = hlsgen::raw<exact::width, exact::is_signed>;                                         \
        typename hlsgen::result_types<A_, B_>::kind r;                                                                           \
        r.put((bits)((bits)x.V op (bits)y.V));                                                            \
        return r;                                                                                         \
    }
HLSGEN_DIVIDE(/, div)
HLSGEN_DIVIDE(%, mod)
#undef HLSGEN_DIVIDE

#define HLSGEN_WITH_WORD(op)                                                                              \
    template <class A_, class B_> requires hlsgen::word_and_ours<A_, B_>                                    \
    constexpr auto operator op(const A_& a, const B_& b) { return (unsigned long long)a op b; }             \
    template <class A_, class B_> requires hlsgen::word_and_ours<B_, A_>                                    \
    constexpr auto operator op(const A_& a, const B_& b) { return a op(unsigned long long) b; }
HLSGEN_WITH_WORD(+)
HLSGEN_WITH_WORD(-)
HLSGEN_WITH_WORD(*)
HLSGEN_WITH_WORD(/)
HLSGEN_WITH_WORD(%)
HLSGEN_WITH_WORD(&)
HLSGEN_WITH_WORD(|)
HLSGEN_WITH_WORD(^)
#undef HLSGEN_WITH_WORD

#define HLSGEN_COMPARE(op)                                                                                 \
    template <class A_, class B_> requires hlsgen::pair<A_, B_> constexpr bool operator op(const A_& a, const B_& b) { \
        const auto& x = hlsgen::as_int(a);                                                                 \
        const auto& y = hlsgen::as_int(b);                                                                 \
        constexpr bool sign = hlsgen::is_signed<A_> || hlsgen::is_signed<B_>;                                \
        using bits = hlsgen::raw<hlsgen::larger(hlsgen::width_of<A_> + (sign && !hlsgen::is_signed<A_>),        \
                                             hlsgen::width_of<B_> + (sign && !hlsgen::is_signed<B_>)),       \
                                 sign>;                                                                    \
        return (bits)x.V op (bits)y.V;                                                                     \
    }
HLSGEN_COMPARE(==)
HLSGEN_COMPARE(!=)
HLSGEN_COMPARE(<)
HLSGEN_COMPARE(<=)
HLSGEN_COMPARE(>)
HLSGEN_COMPARE(>=)
#undef HLSGEN_COMPARE

namespace hlsgen {

// Shifts keep the left operand's type. A negative amount shifts the other way; one of W or more shifts all out.
template <int W_, bool S_, class N_> constexpr ap_int_base<W_, S_> shift_up(const ap_int_base<W_, S_>& x, const N_& amount) {
    return ap_int_base<W_, S_>::of(amount < W_ ? (raw<W_, S_>)(x.V << amount) : (raw<W_, S_>)0);
}

template <int W_, bool S_, class N_> constexpr ap_int_base<W_, S_> shift_down(const ap_int_base<W_, S_>& x, const N_& amount) {
    return ap_int_base<W_, S_>::of(amount < W_ ? (raw<W_, S_>)(x.V >> amount) : (raw<W_, S_>)(x.sign() ? -1 : 0));
}

}  // namespace hlsgen

#define HLSGEN_SHIFT(op, there, back)                                                          \
    template <hlsgen::ours A_, hlsgen::number B_> requires(!hlsgen::of_fixed<A_> && !hlsgen::as_bool<A_, B_>) \
    constexpr auto operator op(const A_& a, const B_& b) {                                     \
        const auto& x = hlsgen::as_int(a);                                                     \
        const auto& n = hlsgen::as_int(b);                                                     \
        using bits = hlsgen::raw<hlsgen::larger(hlsgen::width_of<B_>, 16), false>;                 \
        hlsgen::ap<hlsgen::width_of<A_>, hlsgen::is_signed<A_>> r;                               \
        if constexpr (hlsgen::is_signed<B_>)                                                    \
            r = n.V < 0 ? hlsgen::back(x, (bits)(-(bits)n.V)) : hlsgen::there(x, (bits)n.V);   \
        else                                                                                   \
            r = hlsgen::there(x, (bits)n.V);                                                   \
        return r;                                                                              \
    }
HLSGEN_SHIFT(<<, shift_up, shift_down)
HLSGEN_SHIFT(>>, shift_down, shift_up)
#undef HLSGEN_SHIFT

// With floating point the integer is converted first, as C does.
#define HLSGEN_WITH_FLOAT(op)                                                                              \
    template <hlsgen::ours A_, hlsgen::floating F_> constexpr auto operator op(const A_& a, F_ b) {            \
        return (F_)hlsgen::as_int(a).V op b;                                                                \
    }                                                                                                      \
    template <hlsgen::floating F_, hlsgen::ours B_> constexpr auto operator op(F_ a, const B_& b) {            \
        return a op(F_) hlsgen::as_int(b).V;                                                                \
    }
HLSGEN_WITH_FLOAT(+)
HLSGEN_WITH_FLOAT(-)
HLSGEN_WITH_FLOAT(*)
HLSGEN_WITH_FLOAT(/)
HLSGEN_WITH_FLOAT(==)
HLSGEN_WITH_FLOAT(!=)
HLSGEN_WITH_FLOAT(<)
HLSGEN_WITH_FLOAT(<=)
HLSGEN_WITH_FLOAT(>)
HLSGEN_WITH_FLOAT(>=)
#undef HLSGEN_WITH_FLOAT

#ifndef HLSGEN_SYNTHESIS
template <hlsgen::ours T_> std::ostream& operator<<(std::ostream& out, const T_& x) {
    const auto base = out.flags() & std::ios_base::basefield;
    return out << hlsgen::as_int(x).to_string(base == std::ios_base::hex ? 16 : base == std::ios_base::oct ? 8 : 10);
}
template <int W_, bool S_> std::istream& operator>>(std::istream& in, ap_int_base<W_, S_>& x) {
    const auto base = in.flags() & std::ios_base::basefield;
    std::string text;
    if (in >> text) x = ap_int_base<W_, S_>(text.c_str(), base == std::ios_base::hex ? 16 : base == std::ios_base::oct ? 8 : 0);
    return in;
}
#endif

// ---- the two names that users write

template <int W_> struct ap_int : ap_int_base<W_, true> {
    using Base = ap_int_base<W_, true>;
    using Base::Base;
    constexpr ap_int() = default;
    constexpr ap_int(const Base& other) : Base(other) {}
};

template <int W_> struct ap_uint : ap_int_base<W_, false> {
    using Base = ap_int_base<W_, false>;
    using Base::Base;
    constexpr ap_uint() = default;
    constexpr ap_uint(const Base& other) : Base(other) {}
};

#include "ap_fixed.h"

#endif
