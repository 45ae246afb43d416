// packed<T>: a stream element as one unsigned number, its fields from bit 0 up, without padding (synthesis only).
//
// Integers, enums and the ap_ types are their bits, float and double their representation; arrays and structs are the
// concatenation of their elements or members.
#ifndef HLSGEN_PACK_H
#define HLSGEN_PACK_H

#include "../ap_fixed.h"

namespace hlsgen {

template <int... N_> struct widths {
    static constexpr int sum = (0 + ... + N_);
    static constexpr int count = sizeof...(N_);
    template <class F_> static constexpr auto apply(F_ use) { return use(N_...); }
};

template <class T_> struct packed;
template <class T_> using packed_type = packed<__remove_cvref(T_)>;

// structs
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc++26-extensions"
template <class T_> struct packed {
    static constexpr auto list(const T_& value) {
        const auto& [... member] = value;
        return widths<packed_type<decltype(member)>::width...>();
    }
    using fields = decltype(list(*(const T_*)nullptr));
    static constexpr int width = fields::sum;

    static constexpr ap_uint<width> pack(const T_& value) {
        const auto& [... member] = value;
        ap_uint<width> all = 0;
        int at = 0;
        ((all.V |= (raw<width, false>)packed_type<decltype(member)>::pack(member).V << at,
          at += packed_type<decltype(member)>::width),
         ...);
        return all;
    }
    static constexpr void unpack(T_& value, const ap_uint<width>& all) {
        auto& [... member] = value;
        int at = 0;
        ((packed_type<decltype(member)>::unpack(
              member, ap_uint<packed_type<decltype(member)>::width>::of((raw<width, false>)(all.V >> at))),
          at += packed_type<decltype(member)>::width),
         ...);
    }
};
#pragma clang diagnostic pop

template <class T_, int N_> struct packed<T_[N_]> {
    using fields = widths<N_ * packed<T_>::width>;
    static constexpr int width = fields::sum;
    static constexpr ap_uint<width> pack(const T_ (&value)[N_]) {
        ap_uint<width> all = 0;
#pragma clang loop unroll(full)
        for (int i = 0; i < N_; ++i) all.V |= (raw<width, false>)packed<T_>::pack(value[i]).V << i * packed<T_>::width;
        return all;
    }
    static constexpr void unpack(T_ (&value)[N_], const ap_uint<width>& all) {
#pragma clang loop unroll(full)
        for (int i = 0; i < N_; ++i)
            packed<T_>::unpack(value[i], ap_uint<packed<T_>::width>::of((raw<width, false>)(all.V >> i * packed<T_>::width)));
    }
};

template <number T_> struct packed<T_> {
    using fields = widths<width_of<T_>>;
    static constexpr int width = width_of<T_>;
    static constexpr ap_uint<width> pack(const T_& value) {
        const auto& x = as_int(value);
        return ap_uint<width>::of((raw<width, false>)x.V);
    }
    static constexpr void unpack(T_& value, const ap_uint<width>& all) {
        if constexpr (ours<T_>)
            value.put(all.V);
        else
            value = (T_)all.V;
    }
};

template <class T_> requires(ours_fixed<T_> || floating<T_>) struct packed<T_> {
    static constexpr int width = [] {
        if constexpr (ours_fixed<T_>)
            return T_::width;
        else
            return int(sizeof(T_)) * 8;
    }();
    using fields = widths<width>;
    static constexpr ap_uint<width> pack(const T_& value) {
        if constexpr (ours_fixed<T_>)
            return ap_uint<width>::of((raw<width, false>)value.V);
        else
            return ap_uint<width>::of(__builtin_bit_cast(unsigned _BitInt(width), value));
    }
    static constexpr void unpack(T_& value, const ap_uint<width>& all) {
        if constexpr (ours_fixed<T_>)
            value.put(all.V);
        else
            value = __builtin_bit_cast(T_, all.V);
    }
};

// AXI beats pack themselves
template <class T_> requires(T_::hlsgen_is_axis) struct packed<T_> {
    static constexpr int width = T_::hlsgen_width;
    static constexpr ap_uint<width> pack(const T_& value) { return value.hlsgen_pack(); }
    static constexpr void unpack(T_& value, const ap_uint<width>& all) { value.hlsgen_unpack(all); }
};

}  // namespace hlsgen

#endif
