// packed<T>: a stream element as one unsigned number, its fields from bit 0 up, without padding (synthesis only).
//
// Integers, enums and the ap_ types are their bits, float and double their representation; arrays and structs are the
// concatenation of their elements or members.
#ifndef HLSGEN_PACK_H
#define HLSGEN_PACK_H

#include "../ap_fixed.h"

namespace hlsgen {

template <int... N> struct widths {
    static constexpr int sum = (0 + ... + N);
    static constexpr int count = sizeof...(N);
    template <class F> static constexpr auto apply(F use) { return use(N...); }
};

template <class T> struct packed;
template <class T> using packed_type = packed<__remove_cvref(T)>;

// structs
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc++26-extensions"
template <class T> struct packed {
    static constexpr auto list(const T& value) {
        const auto& [... member] = value;
        return widths<packed_type<decltype(member)>::width...>();
    }
    using fields = decltype(list(*(const T*)nullptr));
    static constexpr int width = fields::sum;

    static constexpr ap_uint<width> pack(const T& value) {
        const auto& [... member] = value;
        ap_uint<width> all = 0;
        int at = 0;
        ((all.V |= (raw<width, false>)packed_type<decltype(member)>::pack(member).V << at,
          at += packed_type<decltype(member)>::width),
         ...);
        return all;
    }
    static constexpr void unpack(T& value, const ap_uint<width>& all) {
        auto& [... member] = value;
        int at = 0;
        ((packed_type<decltype(member)>::unpack(
              member, ap_uint<packed_type<decltype(member)>::width>::of((raw<width, false>)(all.V >> at))),
          at += packed_type<decltype(member)>::width),
         ...);
    }
};
#pragma clang diagnostic pop

template <class T, int N> struct packed<T[N]> {
    using fields = widths<N * packed<T>::width>;
    static constexpr int width = fields::sum;
    static constexpr ap_uint<width> pack(const T (&value)[N]) {
        ap_uint<width> all = 0;
#pragma clang loop unroll(full)
        for (int i = 0; i < N; ++i) all.V |= (raw<width, false>)packed<T>::pack(value[i]).V << i * packed<T>::width;
        return all;
    }
    static constexpr void unpack(T (&value)[N], const ap_uint<width>& all) {
#pragma clang loop unroll(full)
        for (int i = 0; i < N; ++i)
            packed<T>::unpack(value[i], ap_uint<packed<T>::width>::of((raw<width, false>)(all.V >> i * packed<T>::width)));
    }
};

template <number T> struct packed<T> {
    using fields = widths<width_of<T>>;
    static constexpr int width = width_of<T>;
    static constexpr ap_uint<width> pack(const T& value) {
        const auto& x = as_int(value);
        return ap_uint<width>::of((raw<width, false>)x.V);
    }
    static constexpr void unpack(T& value, const ap_uint<width>& all) {
        if constexpr (ours<T>)
            value.put(all.V);
        else
            value = (T)all.V;
    }
};

template <class T> requires(ours_fixed<T> || floating<T>) struct packed<T> {
    static constexpr int width = [] {
        if constexpr (ours_fixed<T>)
            return T::width;
        else
            return int(sizeof(T)) * 8;
    }();
    using fields = widths<width>;
    static constexpr ap_uint<width> pack(const T& value) {
        if constexpr (ours_fixed<T>)
            return ap_uint<width>::of((raw<width, false>)value.V);
        else
            return ap_uint<width>::of(__builtin_bit_cast(unsigned _BitInt(width), value));
    }
    static constexpr void unpack(T& value, const ap_uint<width>& all) {
        if constexpr (ours_fixed<T>)
            value.put(all.V);
        else
            value = __builtin_bit_cast(T, all.V);
    }
};

// AXI beats pack themselves
template <class T> requires(T::hlsgen_is_axis) struct packed<T> {
    static constexpr int width = T::hlsgen_width;
    static constexpr ap_uint<width> pack(const T& value) { return value.hlsgen_pack(); }
    static constexpr void unpack(T& value, const ap_uint<width>& all) { value.hlsgen_unpack(all); }
};

}  // namespace hlsgen

#endif
