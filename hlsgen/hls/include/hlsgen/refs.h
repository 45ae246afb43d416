// Assignable views of bits: x[i], x.range(hi, lo), and concatenations (a, b). Views read as unsigned numbers.
#ifndef HLSGEN_REFS_H
#define HLSGEN_REFS_H

#include "bits.h"

// x.range(hi, lo) of an object of W bits. hi < lo reads and writes the bits in reverse order.
template <int W, bool S> struct ap_range_ref {
    using ap_number = ap_int_base<W, false>;
    static constexpr int width = W;
    static constexpr bool of_signed = S;
    hlsgen::raw<W, S>& whole;
    int hi, lo;

    constexpr ap_range_ref(hlsgen::raw<W, S>& whole, int hi, int lo) : whole(whole), hi(hi), lo(lo) {}
    constexpr ap_range_ref(const ap_range_ref&) = default;

    constexpr int length() const { return hi >= lo ? hi - lo + 1 : lo - hi + 1; }

    constexpr ap_number get() const {
        ap_number part;
        const hlsgen::raw<W, false> bits = (hlsgen::raw<W, false>)whole;
        if (hi >= lo)
            part.V = (bits >> lo) & mask();
        else
            part.V = __builtin_elementwise_bitreverse((hlsgen::raw<W, false>)(bits >> hi & mask())) >> (W - length());
        return part;
    }

    template <class T> constexpr void set(const T& value) {
        hlsgen::raw<W, false> part = (hlsgen::raw<W, false>)value & mask();
        if (hi < lo) part = __builtin_elementwise_bitreverse(part) >> (W - length());
        const int at = hi >= lo ? lo : hi;
        hlsgen::raw<W, false> bits = (hlsgen::raw<W, false>)whole;
        bits = (bits & ~(hlsgen::raw<W, false>)(mask() << at)) | (hlsgen::raw<W, false>)(part << at);
        ap_int_base<W, S> next = ap_int_base<W, S>::of(bits);
        whole = next.V;
    }

    constexpr ap_range_ref& operator=(const ap_range_ref& other) { return set(other.get().V), *this; }
    template <hlsgen::number T> constexpr ap_range_ref& operator=(const T& value) {
        return set(hlsgen::as_int(value).V), *this;
    }
    template <class T> requires requires(const T& x) { x.to_ap_int_base(); }
    constexpr ap_range_ref& operator=(const T& value) { return set(value.to_ap_int_base().V), *this; }
    template <hlsgen::number T> constexpr ap_range_ref& operator&=(const T& v) { return *this = *this & v; }
    template <hlsgen::number T> constexpr ap_range_ref& operator|=(const T& v) { return *this = *this | v; }
    template <hlsgen::number T> constexpr ap_range_ref& operator^=(const T& v) { return *this = *this ^ v; }

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
    constexpr hlsgen::raw<W, false> mask() const {
        return (hlsgen::raw<W, false>)(~(hlsgen::raw<W, false>)0) >> (W - length());
    }
};

// x[i]
template <int W, bool S> struct ap_bit_ref {
    using ap_number = ap_int_base<1, (W < 0)>;  // unsigned; spelt so that it depends on W
    static constexpr int width = 1;
    hlsgen::raw<W, S>& whole;
    int index;

    constexpr ap_bit_ref(hlsgen::raw<W, S>& whole, int index) : whole(whole), index(index) {}
    constexpr ap_bit_ref(const ap_bit_ref&) = default;

    static constexpr int length() { return 1; }
    constexpr bool to_bool() const { return (whole >> index & 1) != 0; }
    constexpr operator bool() const { return to_bool(); }
    constexpr bool operator~() const { return !to_bool(); }
    constexpr ap_number get() const { return ap_number::of(to_bool()); }

    template <class T> constexpr void set(const T& value) {
        ap_range_ref<W, S>(whole, index, index).set((unsigned)(value != 0));
    }
    constexpr ap_bit_ref& operator=(const ap_bit_ref& other) { return set(other.to_bool()), *this; }
    template <hlsgen::number T> constexpr ap_bit_ref& operator=(const T& value) {
        return set(hlsgen::as_int(value).V), *this;
    }
};

// (high, low). A and B are views, held by value, or references to ap_int_base.
template <class A, class B> struct ap_concat_ref {
    static constexpr int width = hlsgen::width_of<A> + hlsgen::width_of<B>;
    using ap_number = ap_int_base<width, false>;
    using bits = hlsgen::raw<width, false>;
    A high;
    B low;

    constexpr ap_concat_ref(A high, B low) : high(high), low(low) {}
    constexpr ap_concat_ref(const ap_concat_ref&) = default;

    constexpr int length() const { return high.length() + low.length(); }

    constexpr ap_number get() const {
        const auto& upper = hlsgen::as_int(high);
        const auto& lower = hlsgen::as_int(low);
        ap_number whole;
        whole.V = (bits)((bits)(hlsgen::raw<hlsgen::width_of<A>, false>)upper.V << low.length()) |
                  (bits)(hlsgen::raw<hlsgen::width_of<B>, false>)lower.V;
        return whole;
    }

    template <class T> constexpr void set(const T& value) {
        low.set((bits)value);
        high.set((bits)((bits)value >> low.length()));
    }
    constexpr ap_concat_ref& operator=(const ap_concat_ref& other) { return set(other.get().V), *this; }
    template <hlsgen::number T> constexpr ap_concat_ref& operator=(const T& value) {
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
template <class T> constexpr decltype(auto) part(const T& x) {
    if constexpr (requires { x.whole; } || requires { x.high; })
        return T(x);
    else if constexpr (ours<T>)
        return const_cast<ap_int_base<width_of<T>, is_signed<T>>&>(static_cast<const typename T::ap_number&>(x));
    else
        return as_int(x);
}

}  // namespace hlsgen

template <class A, class B> requires hlsgen::pair<A, B> constexpr auto operator,(const A& a, const B& b) {
    return ap_concat_ref<decltype(hlsgen::part(a)), decltype(hlsgen::part(b))>(hlsgen::part(a), hlsgen::part(b));
}

#endif
