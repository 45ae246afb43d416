// Raw bits and number traits: what ap_int, ap_fixed and the streams are built on.
//
// raw<W, S> is clang's _BitInt; a signed single bit, which clang has not, lives in two. number<T> says that T reads
// as an integer of a known width: the C integers, ap_int and its references. No standard header is needed here.
#ifndef HLSGEN_BITS_H
#define HLSGEN_BITS_H

#ifndef __clang__
#error "hlsgen's headers need clang's _BitInt; compile with `python -m ziglang c++`, or use the open ap_types headers"
#endif

template <int W, bool S> struct ap_int_base;
template <int W> struct ap_int;
template <int W> struct ap_uint;

namespace hlsgen {

constexpr int max_width = 4096;

template <int W, bool S> struct raw_of { using type = unsigned _BitInt(W); };
template <int W> struct raw_of<W, true> { using type = signed _BitInt(W); };
template <> struct raw_of<1, true> { using type = signed _BitInt(2); };
template <int W, bool S> using raw = typename raw_of<W, S>::type;

template <int W> constexpr int alignment = W > 128 ? 16 : alignof(unsigned _BitInt(W));

constexpr int max(int a, int b) { return a > b ? a : b; }
constexpr int min(int a, int b) { return a < b ? a : b; }

template <bool C, class A, class B> struct choose { using type = A; };
template <class A, class B> struct choose<false, A, B> { using type = B; };
template <int W, bool S> using ap = typename choose<S, ap_int<W>, ap_uint<W>>::type;

// width, is_signed, and as_int(x): the same number as an ap_int_base
template <class T> struct traits {};

template <class T> requires(__is_integral(T)) struct traits<T> {
    static constexpr bool is_signed = T(-1) < T(0);
    static constexpr int width = __is_same(T, bool) ? 1 : int(sizeof(T)) * 8;
    static constexpr ap_int_base<width, is_signed> as_int(const T& x) { return ap_int_base<width, is_signed>::of(x); }
};

template <int W> struct traits<signed _BitInt(W)> {
    static constexpr bool is_signed = true;
    static constexpr int width = W;
    static constexpr ap_int_base<W, true> as_int(const signed _BitInt(W) & x) { return ap_int_base<W, true>::of(x); }
};

template <int W> struct traits<unsigned _BitInt(W)> {
    static constexpr bool is_signed = false;
    static constexpr int width = W;
    static constexpr ap_int_base<W, false> as_int(const unsigned _BitInt(W) & x) {
        return ap_int_base<W, false>::of(x);
    }
};

template <class T> requires(__is_enum(T) && __is_convertible(T, long long)) struct traits<T>
    : traits<__underlying_type(T)> {};

// ap_int and its references name themselves through the member type `ap_number` (their value type)
template <class T> concept ours = requires { typename T::ap_number; };

template <ours T> struct traits<T> {
    static constexpr bool is_signed = T::ap_number::is_signed;
    static constexpr int width = T::ap_number::width;
    static constexpr decltype(auto) as_int(const T& x) { return x.get(); }
};

template <class T> concept number = requires { traits<__remove_cvref(T)>::width; };
template <class T> constexpr int width_of = traits<__remove_cvref(T)>::width;
template <class T> constexpr bool is_signed = traits<__remove_cvref(T)>::is_signed;
template <number T> constexpr decltype(auto) as_int(const T& x) { return traits<T>::as_int(x); }

// one of ours with any number, in this order or the other
template <class A, class B>
concept pair = number<A> && number<B> && (ours<__remove_cvref(A)> || ours<__remove_cvref(B)>);

template <class T> concept floating = __is_floating_point(T);

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

}  // namespace hlsgen

#endif
