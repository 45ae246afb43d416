// ap_axiu<D, U, I, T>, ap_axis, hls::axis<T, U, I, T>, hls::axis_data, hls::axis_user: one beat of an AXI4-Stream.
// Signals that are not enabled, and side channels of width zero, do not exist as members; data may be anything that packs.
#ifndef HLSGEN_AP_AXI_SDATA_H
#define HLSGEN_AP_AXI_SDATA_H

#include "hlsgen/pack.h"

#define AXIS_ENABLE_DATA 0b00000001
#define AXIS_ENABLE_DEST 0b00000010
#define AXIS_ENABLE_ID 0b00000100
#define AXIS_ENABLE_KEEP 0b00001000
#define AXIS_ENABLE_LAST 0b00010000
#define AXIS_ENABLE_STRB 0b00100000
#define AXIS_ENABLE_USER 0b01000000
#define AXIS_ENABLE_ALL 0b01111111
#define AXIS_DISABLE_DATA (AXIS_ENABLE_ALL ^ AXIS_ENABLE_DATA)
#define AXIS_DISABLE_DEST (AXIS_ENABLE_ALL ^ AXIS_ENABLE_DEST)
#define AXIS_DISABLE_ID (AXIS_ENABLE_ALL ^ AXIS_ENABLE_ID)
#define AXIS_DISABLE_KEEP (AXIS_ENABLE_ALL ^ AXIS_ENABLE_KEEP)
#define AXIS_DISABLE_LAST (AXIS_ENABLE_ALL ^ AXIS_ENABLE_LAST)
#define AXIS_DISABLE_STRB (AXIS_ENABLE_ALL ^ AXIS_ENABLE_STRB)
#define AXIS_DISABLE_USER (AXIS_ENABLE_ALL ^ AXIS_ENABLE_USER)
#define AXIS_DISABLE_ALL 0b00000000

namespace hlsgen {

#define HLSGEN_AXIS_MEMBER(name)                                     \
    template <int W_> struct axis_##name {                           \
        ap_uint<W_> name;                                            \
        ap_uint<W_> get_##name() const { return name; }              \
        void set_##name(const ap_uint<W_>& value) { name = value; }  \
    };                                                               \
    template <> struct axis_##name<0> {};
HLSGEN_AXIS_MEMBER(user)
HLSGEN_AXIS_MEMBER(id)
HLSGEN_AXIS_MEMBER(dest)
HLSGEN_AXIS_MEMBER(keep)
HLSGEN_AXIS_MEMBER(strb)
HLSGEN_AXIS_MEMBER(last)
#undef HLSGEN_AXIS_MEMBER

template <class T_> struct axis_data {
    static constexpr int width = packed<T_>::width;
    T_ data;
    T_ get_data() const { return data; }
    void set_data(const T_& value) { data = value; }
};
template <> struct axis_data<void> {
    static constexpr int width = 0;
};

template <class T_, int Enabled_> constexpr int kept_bytes = Enabled_ ? (axis_data<T_>::width + 7) / 8 : 0;

}  // namespace hlsgen

namespace hls {

template <class T_, int WUser_ = 0, int WId_ = 0, int WDest_ = 0,
          int Enabled_ = AXIS_ENABLE_KEEP | AXIS_ENABLE_LAST | AXIS_ENABLE_STRB, bool Strict_ = false>
struct axis : hlsgen::axis_user<WUser_>,
              hlsgen::axis_id<WId_>,
              hlsgen::axis_dest<WDest_>,
              hlsgen::axis_data<T_>,
              hlsgen::axis_keep<hlsgen::kept_bytes<T_, Enabled_ & AXIS_ENABLE_KEEP>>,
              hlsgen::axis_strb<hlsgen::kept_bytes<T_, Enabled_ & AXIS_ENABLE_STRB>>,
              hlsgen::axis_last<(Enabled_ & AXIS_ENABLE_LAST) ? 1 : 0> {
    static_assert(!Strict_ || ((WUser_ > 0) == ((Enabled_ & AXIS_ENABLE_USER) > 0) &&
                               (WId_ > 0) == ((Enabled_ & AXIS_ENABLE_ID) > 0) &&
                               (WDest_ > 0) == ((Enabled_ & AXIS_ENABLE_DEST) > 0)),
                  "a side channel of hls::axis is enabled and has no width, or has a width and is not enabled");
    static constexpr int width = hlsgen::axis_data<T_>::width;
    static constexpr int width_keep = hlsgen::kept_bytes<T_, Enabled_ & AXIS_ENABLE_KEEP>;
    static constexpr int width_strb = hlsgen::kept_bytes<T_, Enabled_ & AXIS_ENABLE_STRB>;
    static constexpr int width_last = (Enabled_ & AXIS_ENABLE_LAST) ? 1 : 0;

    void keep_all() {
        if constexpr (width_keep > 0) this->keep = -1;
        if constexpr (width_strb > 0) this->strb = -1;
    }

    // ---- the packed form: fields from bit 0 up, each with its code (see mark.h)

    static constexpr bool hlsgen_is_axis = true;
    static constexpr int hlsgen_width = width + width_keep + width_strb + WUser_ + width_last + WId_ + WDest_;

    template <class F_> static constexpr auto hlsgen_fields(F_ use) {
        return use(0, width, 1, width_keep, 2, width_strb, 3, WUser_, 4, width_last, 5, WId_, 6, WDest_);
    }

    template <class F_> constexpr void hlsgen_each(F_ use) {
        if constexpr (width > 0) use("data", this->data);
        each_of(*this, use);
    }

    constexpr ap_uint<hlsgen_width> hlsgen_pack() const {
        using bits = hlsgen::raw<hlsgen_width, false>;
        ap_uint<hlsgen_width> all = 0;
        int at = width;
        if constexpr (width > 0) all.V |= (bits)hlsgen::packed<T_>::pack(this->data).V;
        each_of(*this, [&]<int W_, bool S_>(const char*, const ap_int_base<W_, S_>& field) {
            all.V |= (bits)(hlsgen::raw<W_, false>)field.V << at;
            at += W_;
        });
        return all;
    }

    constexpr void hlsgen_unpack(const ap_uint<hlsgen_width>& all) {
        int at = width;
        if constexpr (width > 0)
            hlsgen::packed<T_>::unpack(this->data, ap_uint<width>::of((hlsgen::raw<width, false>)all.V));
        each_of(*this, [&]<int W_, bool S_>(const char*, ap_int_base<W_, S_>& field) {
            field.put((hlsgen::raw<hlsgen_width, false>)(all.V >> at));
            at += W_;
        });
    }

  private:
    template <class Self_, class F_> static constexpr void each_of(Self_& self, F_ use) {
        if constexpr (width_keep > 0) use("keep", self.keep);
        if constexpr (width_strb > 0) use("strb", self.strb);
        if constexpr (WUser_ > 0) use("user", self.user);
        if constexpr (width_last > 0) use("last", self.last);
        if constexpr (WId_ > 0) use("id", self.id);
        if constexpr (WDest_ > 0) use("dest", self.dest);
    }
};

template <class T_, int Enabled_ = AXIS_ENABLE_DATA, int WUser_ = 0, int WId_ = 0, int WDest_ = 0, bool Strict_ = true>
using axis_data = axis<T_, WUser_, WId_, WDest_, Enabled_ | AXIS_ENABLE_DATA, Strict_>;

template <int WUser_, int Enabled_ = AXIS_ENABLE_USER, int WId_ = 0, int WDest_ = 0, bool Strict_ = true>
using axis_user = axis<void, WUser_, WId_, WDest_, Enabled_ & AXIS_DISABLE_DATA, Strict_>;

}  // namespace hls

template <int D_, int WUser_, int WId_, int WDest_, int Enabled_ = AXIS_ENABLE_KEEP | AXIS_ENABLE_LAST | AXIS_ENABLE_STRB,
          bool Strict_ = false>
using ap_axis = hls::axis<ap_int<D_>, WUser_, WId_, WDest_, Enabled_, Strict_>;
template <int D_, int WUser_, int WId_, int WDest_, int Enabled_ = AXIS_ENABLE_KEEP | AXIS_ENABLE_LAST | AXIS_ENABLE_STRB,
          bool Strict_ = false>
using ap_axiu = hls::axis<ap_uint<D_>, WUser_, WId_, WDest_, Enabled_, Strict_>;

#endif
