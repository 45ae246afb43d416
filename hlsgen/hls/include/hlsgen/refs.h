// Assignable views of bits: x[i], x.range(hi, lo), and concatenations (a, b). Views read as unsigned numbers.
#ifndef HLSGEN_REFS_H
#define HLSGEN_REFS_H

#include "bits.h"

// x.range(hi, lo) of an object of W bits. hi < lo reads and writes the bits in reverse order.
template <int W_, bool S_> struct ap_range_ref {
    using ap_number = ap_int_base<W_, false>;
    static constexpr int width = W_;
    static constexpr bool of_signed = S_;
    hlsgen::raw<W_, S_>& whole;
    int hi, lo;

    constexpr ap_range_ref(hlsgen::raw<W_, S_>& whole, int hi, int lo) : whole(whole), hi(hi), lo(lo) {}
    constexpr ap_range_ref(const ap_range_ref&) = default;

    constexpr int length() const { return hi >= lo ? hi - lo + 1 : lo - hi + 1; }

    constexpr ap_number get() const {
        ap_number part;
        const hlsgen::raw<W_, false> bits = (hlsgen::raw<W_, false>)whole;
        if (hi >= lo)
            part.V = (bits >> lo) & mask();
        else
            part.V = __builtin_elementwise_bitreverse((hlsgen::raw<W_, false>)(bits >> hi & mask())) >> (W_ - length());
        return part;
    }

    template <class T_> constexpr void set(const T_& value) {
        hlsgen::raw<W_, false> part = (hlsgen::raw<W_, false>)value & mask();
        if (hi < lo) part = __builtin_elementwise_bitreverse(part) >> (W_ - length());
        const int at = hi >= lo ? lo : hi;
        hlsgen::raw<W_, false> bits = (hlsgen::raw<W_, false>)whole;
        bits = (bits & ~(hlsgen::raw<W_, false>)(mask() << at)) | (hlsgen::raw<W_, false>)(part << at);
        ap_int_base<W_, S_> next = ap_int_base<W_, S_>::of(bits);
        whole = next.V;
    }

    constexpr ap_range_ref& operator=(const ap_range_ref& other) { return set(other.get().V), *this; }
    template <hlsgen::number T_> constexpr ap_range_ref& operator=(const T_& value) {
        return set(hlsgen::as_int(value).V), *this;
    }
    template <class T_> requires requires(const T_& x) { x.to_ap_int_base(); }
    constexpr ap_range_ref& operator=(const T_& value) { return set(value.to_ap_int_base().V), *this; }
    template <hlsgen::number T_> constexpr ap_range_ref& operator&=(const T_& v) { return *this = *this & v; }
    template <hlsgen::number T_> constexpr ap_range_ref& operator|=(const T_& v) { return *this = *this | v; }
    template <hlsgen::number T_> constexpr ap_range_ref& operator^=(const T_& v) { return *this = *this ^ v; }

    constexpr operator unsigned long long() const { return (unsigned long long)get().V; }
    constexpr int to_int() const { return int(get().V); }
    constexpr unsigned to_uint() const { return unsigned(get().V); }
    constexpr long to_long() const { return long(get().V); }
    constexpr unsigned long to_ulong() const { return (unsigned long)get().V; }
    constexpr long long to_int64() const { return (long long)get().V; }
    constexpr unsigned long long to_uint64() const { return (unsigned long long)get().V; }
    constexpr bool and_reduce() const { return get().V == mask(); }
    constexpr bool or_reduce() const { return get().V != 0; }
    constexpr bool xor_reduce() const { return get().xor_reduce(); }

  private:
    constexpr hlsgen::raw<W_, false> mask() const {
        return (hlsgen::raw<W_, false>)(~(hlsgen::raw<W_, false>)0) >> (W_ - length());
    }
};

// x.range(hi, lo) of an ap_fixed
template <int W_, bool S_> struct af_range_ref : ap_range_ref<W_, S_> {
    static constexpr bool of_fixed = true;
    using ap_range_ref<W_, S_>::ap_range_ref;
    using ap_range_ref<W_, S_>::operator=;
};

// x[i]
template <int W_, bool S_> struct ap_bit_ref {
    using ap_number = ap_int_base<1, (W_ < 0)>;  // unsigned; spelt so that it depends on W
    static constexpr int width = 1;
    hlsgen::raw<W_, S_>& whole;
    int index;

    constexpr ap_bit_ref(hlsgen::raw<W_, S_>& whole, int index) : whole(whole), index(index) {}
    constexpr ap_bit_ref(const ap_bit_ref&) = default;

    static constexpr int length() { return 1; }
    constexpr bool to_bool() const { return (whole >> index & 1) != 0; }
    constexpr operator bool() const { return to_bool(); }
    constexpr bool operator~() const { return !to_bool(); }
    constexpr ap_number get() const { return ap_number::of(to_bool()); }

    template <class T_> constexpr void set(const T_& value) {
        ap_range_ref<W_, S_>(whole, index, index).set((unsigned)(value != 0));
    }
    constexpr ap_bit_ref& operator=(const ap_bit_ref& other) { return set(other.to_bool()), *this; }
    template <hlsgen::number T_> constexpr ap_bit_ref& operator=(const T_& value) {
        return set(hlsgen::as_int(value).V), *this;
    }
};

// (high, low). A and B are views, held by value, or references to ap_int_base.
template <class A_, class B_> struct ap_concat_ref {
    static constexpr int width = hlsgen::width_of<A_> + hlsgen::width_of<B_>;
    using ap_number = ap_int_base<width, false>;
    using bits = hlsgen::raw<width, false>;
    A_ high;
    B_ low;

    constexpr ap_concat_ref(A_ high, B_ low) : high(high), low(low) {}
    constexpr ap_concat_ref(const ap_concat_ref&) = default;

    constexpr int length() const { return high.length() + low.length(); }

    constexpr ap_number get() const {
        const auto& upper = hlsgen::as_int(high);
        const auto& lower = hlsgen::as_int(low);
        ap_number whole;
        whole.V = (bits)((bits)(hlsgen::raw<hlsgen::width_of<A_>, false>)upper.V << low.length()) |
                  (bits)(hlsgen::raw<hlsgen::width_of<B_>, false>)lower.V;
        return whole;
    }

    template <class T_> constexpr void set(const T_& value) {
        low.set((bits)value);
        high.set((bits)((bits)value >> low.length()));
    }
    constexpr ap_concat_ref& operator=(const ap_concat_ref& other) { return set(other.get().V), *this; }
    template <hlsgen::number T_> constexpr ap_concat_ref& operator=(const T_& value) {
        return set(hlsgen::as_int(value).V), *this;
    }

    constexpr operator unsigned long long() const { return (unsigned long long)get().V; }
    constexpr int to_int() const { return int(get().V); }
    constexpr unsigned to_uint() const { return unsigned(get().V); }
    constexpr long long to_int64() const { return (long long)get().V; }
    constexpr unsigned long long to_uint64() const { return (unsigned long long)get().V; }
};

namespace hlsgen {

// How a concatenation holds its operand: views and C integers by value, ap_int_base by reference.
template <class T_> constexpr decltype(auto) part(const T_& x) {
    if constexpr (requires { x.whole; } || requires { x.high; })
        return T_(x);
    else if constexpr (ours<T_>)
        return const_cast<ap_int_base<width_of<T_>, is_signed<T_>>&>(static_cast<const typename T_::ap_number&>(x));
    else
        return as_int(x);
}

}  // namespace hlsgen

template <class A_, class B_> requires hlsgen::pair<A_, B_> constexpr auto operator,(const A_& a, const B_& b) {
    return ap_concat_ref<decltype(hlsgen::part(a)), decltype(hlsgen::part(b))>(hlsgen::part(a), hlsgen::part(b));
}

#endif
