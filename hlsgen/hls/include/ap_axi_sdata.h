// ap_axiu<D, U, I, T>, ap_axis, hls::axis<T, U, I, T>: one beat of an AXI4-Stream. Side channels of width zero do not
// exist as members; data may be anything that packs.
#ifndef HLSGEN_AP_AXI_SDATA_H
#define HLSGEN_AP_AXI_SDATA_H

#include "hlsgen/pack.h"

namespace hlsgen {

template <int W_> struct axis_user {
    ap_uint<W_> user;
};
template <> struct axis_user<0> {};
template <int W_> struct axis_id {
    ap_uint<W_> id;
};
template <> struct axis_id<0> {};
template <int W_> struct axis_dest {
    ap_uint<W_> dest;
};
template <> struct axis_dest<0> {};

}  // namespace hlsgen

namespace hls {

template <class T_, int WUser_ = 0, int WId_ = 0, int WDest_ = 0>
struct axis : hlsgen::axis_user<WUser_>, hlsgen::axis_id<WId_>, hlsgen::axis_dest<WDest_> {
    static constexpr int width = hlsgen::packed<T_>::width;
    static constexpr int kept_bytes = (width + 7) / 8;

    T_ data;
    ap_uint<kept_bytes> keep;
    ap_uint<kept_bytes> strb;
    ap_uint<1> last;

    ap_uint<kept_bytes> get_keep() const { return keep; }
    void set_keep(const ap_uint<kept_bytes>& value) { keep = value; }
    void keep_all() { keep = -1; }
    ap_uint<1> get_last() const { return last; }
    void set_last(const ap_uint<1>& value) { last = value; }
    T_ get_data() const { return data; }
    void set_data(const T_& value) { data = value; }

    // ---- the packed form: fields from bit 0 up, each with its code (see mark.h)

    static constexpr bool hlsgen_is_axis = true;
    static constexpr int hlsgen_width = width + 2 * kept_bytes + WUser_ + 1 + WId_ + WDest_;

    template <class F_> static constexpr auto hlsgen_fields(F_ use) {
        return use(0, width, 1, kept_bytes, 2, kept_bytes, 3, WUser_, 4, 1, 5, WId_, 6, WDest_);
    }

    template <class F_> constexpr void hlsgen_each(F_ use) {
        use("data", data), use("keep", keep), use("strb", strb);
        if constexpr (WUser_ > 0) use("user", this->user);
        use("last", last);
        if constexpr (WId_ > 0) use("id", this->id);
        if constexpr (WDest_ > 0) use("dest", this->dest);
    }

    constexpr ap_uint<hlsgen_width> hlsgen_pack() const {
        using bits = hlsgen::raw<hlsgen_width, false>;
        ap_uint<hlsgen_width> all = 0;
        int at = 0;
        const auto add = [&]<int W_, bool S_>(const ap_int_base<W_, S_>& field) {
            all.V |= (bits)(hlsgen::raw<W_, false>)field.V << at;
            at += W_;
        };
        add(hlsgen::packed<T_>::pack(data)), add(keep), add(strb);
        if constexpr (WUser_ > 0) add(this->user);
        add(last);
        if constexpr (WId_ > 0) add(this->id);
        if constexpr (WDest_ > 0) add(this->dest);
        return all;
    }

    constexpr void hlsgen_unpack(const ap_uint<hlsgen_width>& all) {
        int at = 0;
        const auto take = [&]<int W_, bool S_>(ap_int_base<W_, S_>& field) {
            field.put((hlsgen::raw<hlsgen_width, false>)(all.V >> at));
            at += W_;
        };
        hlsgen::packed<T_>::unpack(data, ap_uint<width>::of((hlsgen::raw<width, false>)all.V));
        at += width;
        take(keep), take(strb);
        if constexpr (WUser_ > 0) take(this->user);
        take(last);
        if constexpr (WId_ > 0) take(this->id);
        if constexpr (WDest_ > 0) take(this->dest);
    }
};

}  // namespace hls

template <int D_, int WUser_, int WId_, int WDest_> using ap_axis = hls::axis<ap_int<D_>, WUser_, WId_, WDest_>;
template <int D_, int WUser_, int WId_, int WDest_> using ap_axiu = hls::axis<ap_uint<D_>, WUser_, WId_, WDest_>;

#endif
