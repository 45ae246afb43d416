// Raw bits and number traits: what ap_int, ap_fixed and the streams are built on.
//
// raw<W, S> is clang's _BitInt; a signed single bit, which clang has not, lives in two. number<T> says that T reads
// as an integer of a known width: the C integers, ap_int and its references. No standard header is needed here.
#ifndef HLSGEN_BITS_H
#define HLSGEN_BITS_H

#ifndef __clang__
#error "hlsgen's headers need clang's _BitInt; compile with `python -m ziglang c++`, or use the open ap_types headers"
#endif

template <int W_, bool S_> struct ap_int_base;
template <int W_> struct ap_int;
template <int W_> struct ap_uint;

namespace hlsgen {

constexpr int max_width = 4096;
constexpr int max_result_width = 2 * max_width + 2;  // of what operators give

constexpr int checked(int width) { return width >= 1 && width <= max_result_width ? width : 1; }
template <int W_, bool S_> struct raw_of { using type = unsigned _BitInt(checked(W_)); };
template <int W_> struct raw_of<W_, true> { using type = signed _BitInt(checked(W_)); };
template <> struct raw_of<1, true> { using type = signed _BitInt(2); };
template <int W_, bool S_> using raw = typename raw_of<W_, S_>::type;

template <int W_> constexpr int alignment = W_ > 64 ? 16 : alignof(raw<W_, false>);

constexpr int larger(int a, int b) { return a > b ? a : b; }
constexpr int smaller(int a, int b) { return a < b ? a : b; }

template <bool C_, class A_, class B_> struct choose { using type = A_; };
template <class A_, class B_> struct choose<false, A_, B_> { using type = B_; };
template <int W_, bool S_> using ap = typename choose<S_, ap_int<W_>, ap_uint<W_>>::type;

// width, is_signed, and as_int(x): the same number as an ap_int_base
template <class T_> struct traits {};

template <class T_> requires(__is_integral(T_)) struct traits<T_> {
    static constexpr bool is_signed = T_(-1) < T_(0);
    static constexpr int width = __is_same(T_, bool) ? 1 : int(sizeof(T_)) * 8;
    static constexpr ap_int_base<width, is_signed> as_int(const T_& x) { return ap_int_base<width, is_signed>::of(x); }
};

template <int W_> struct traits<signed _BitInt(W_)> {
    static constexpr bool is_signed = true;
    static constexpr int width = W_;
    static constexpr ap_int_base<W_, true> as_int(const signed _BitInt(W_) & x) { return ap_int_base<W_, true>::of(x); }
};

template <int W_> struct traits<unsigned _BitInt(W_)> {
    static constexpr bool is_signed = false;
    static constexpr int width = W_;
    static constexpr ap_int_base<W_, false> as_int(const unsigned _BitInt(W_) & x) {
        return ap_int_base<W_, false>::of(x);
    }
};

template <class T_> requires(__is_enum(T_) && __is_convertible(T_, long long)) struct traits<T_>
    : traits<__underlying_type(T_)> {};

// ap_int and its references name themselves through the member type `ap_number` (their value type)
template <class T_> concept ours = requires { typename T_::ap_number; };

template <ours T_> struct traits<T_> {
    static constexpr bool is_signed = T_::ap_number::is_signed;
    static constexpr int width = T_::ap_number::width;
    static constexpr decltype(auto) as_int(const T_& x) { return x.get(); }
};

template <class T_> concept number = requires { traits<__remove_cvref(T_)>::width; };
template <class T_> constexpr int width_of = traits<__remove_cvref(T_)>::width;
template <class T_> constexpr bool is_signed = traits<__remove_cvref(T_)>::is_signed;
template <number T_> constexpr decltype(auto) as_int(const T_& x) { return traits<T_>::as_int(x); }

// one of ours with any number, in this order or the other
template <class A_, class B_>
concept pair = number<A_> && number<B_> && (ours<__remove_cvref(A_)> || ours<__remove_cvref(B_)>);

// Views for which Vitis has no operator, so that C++ converts them: a range of an ap_fixed and a concatenation (unless it
// meets another) to unsigned long long, x[i] to bool where it meets a C integer or another x[i].
template <class T_> concept of_fixed = requires { T_::of_fixed; };
template <class T_> concept joined = requires(const T_& x) { x.high; };
template <class T_> concept one_bit = requires(const T_& x) { x.index; };
template <class A_, class B_> concept as_word = of_fixed<A_> || (joined<A_> && !joined<B_>);
template <class A_, class B_> concept as_bool = one_bit<A_> && (one_bit<B_> || !ours<B_>);
template <class A_, class B_>
concept plain_pair = pair<A_, B_> && !as_word<A_, B_> && !as_word<B_, A_> && !as_bool<A_, B_> && !as_bool<B_, A_>;
template <class A_, class B_> concept word_and_ours = as_word<A_, B_> && ours<B_> && !as_word<B_, A_> && !one_bit<B_>;

template <class T_> concept floating = __is_floating_point(T_);

// A double as sign * mantissa * 2**exponent, exactly; by integer operations only, so that constants fold away.
struct scaled {
    long long mantissa;
    int exponent;
};

constexpr scaled split(double value) {
    const unsigned long long bits = __builtin_bit_cast(unsigned long long, value);
    const int field = int(bits >> 52 & 0x7ff);
    long long mantissa = (long long)(bits & 0xfffffffffffffULL);
    if (field != 0) mantissa |= 1LL << 52;
    return {bits >> 63 ? -mantissa : mantissa, (field != 0 ? field : 1) - 1075};
}

// 2.0 ** exponent for normal doubles
constexpr double power_of_two(int exponent) {
    return __builtin_bit_cast(double, (unsigned long long)(exponent + 1023) << 52);
}

// LLVM 22 loses bits of a count of zeros that is an integer of two bits.
template <int W_> constexpr int leading_zeros(const raw<W_, false>& x) {
    if constexpr (W_ == 2)
        return x & 2 ? 0 : x & 1 ? 1 : 2;
    else
        return __builtin_clzg(x, W_);
}

}  // namespace hlsgen

#endif
