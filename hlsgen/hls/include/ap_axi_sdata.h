// ap_axiu<D, U, I, T>, ap_axis: one beat of an AXI4-Stream. Side channels of width zero do not exist as members.
#ifndef HLSGEN_AP_AXI_SDATA_H
#define HLSGEN_AP_AXI_SDATA_H

#include "ap_int.h"

namespace hlsgen {

template <int W> struct axis_user {
    ap_uint<W> user;
};
template <> struct axis_user<0> {};
template <int W> struct axis_id {
    ap_uint<W> id;
};
template <> struct axis_id<0> {};
template <int W> struct axis_dest {
    ap_uint<W> dest;
};
template <> struct axis_dest<0> {};

}  // namespace hlsgen

namespace hls {

template <class T, int WUser = 0, int WId = 0, int WDest = 0>
struct axis : hlsgen::axis_user<WUser>, hlsgen::axis_id<WId>, hlsgen::axis_dest<WDest> {
    static constexpr int width = T::width;
    static constexpr int kept_bytes = (width + 7) / 8;

    T data;
    ap_uint<kept_bytes> keep;
    ap_uint<kept_bytes> strb;
    ap_uint<1> last;

    ap_uint<kept_bytes> get_keep() const { return keep; }
    void set_keep(const ap_uint<kept_bytes>& value) { keep = value; }
    void keep_all() { keep = -1; }
    ap_uint<1> get_last() const { return last; }
    void set_last(const ap_uint<1>& value) { last = value; }
    T get_data() const { return data; }
    void set_data(const T& value) { data = value; }

    // ---- the packed form: fields from bit 0 up, each with its code (see mark.h)

    static constexpr bool hlsgen_is_axis = true;
    static constexpr int hlsgen_width = width + 2 * kept_bytes + WUser + 1 + WId + WDest;

    template <class F> static constexpr auto hlsgen_fields(F use) {
        return use(0, width, 1, kept_bytes, 2, kept_bytes, 3, WUser, 4, 1, 5, WId, 6, WDest);
    }

    constexpr ap_uint<hlsgen_width> hlsgen_pack() const {
        using bits = hlsgen::raw<hlsgen_width, false>;
        ap_uint<hlsgen_width> all = 0;
        int at = 0;
        const auto add = [&]<int W, bool S>(const ap_int_base<W, S>& field) {
            all.V |= (bits)(hlsgen::raw<W, false>)field.V << at;
            at += W;
        };
        add(data), add(keep), add(strb);
        if constexpr (WUser > 0) add(this->user);
        add(last);
        if constexpr (WId > 0) add(this->id);
        if constexpr (WDest > 0) add(this->dest);
        return all;
    }

    constexpr void hlsgen_unpack(const ap_uint<hlsgen_width>& all) {
        int at = 0;
        const auto take = [&]<int W, bool S>(ap_int_base<W, S>& field) {
            field.put((hlsgen::raw<hlsgen_width, false>)(all.V >> at));
            at += W;
        };
        take(data), take(keep), take(strb);
        if constexpr (WUser > 0) take(this->user);
        take(last);
        if constexpr (WId > 0) take(this->id);
        if constexpr (WDest > 0) take(this->dest);
    }
};

}  // namespace hls

template <int D, int WUser, int WId, int WDest> using ap_axis = hls::axis<ap_int<D>, WUser, WId, WDest>;
template <int D, int WUser, int WId, int WDest> using ap_axiu = hls::axis<ap_uint<D>, WUser, WId, WDest>;

#endif
