// hls::split and hls::merge: one stream dealt out to several, and several gathered in one.
//
// round_robin takes the ports in turn. load_balance takes the first that has room, or something to give: in hardware the
// order depends on who is busy; in C simulation, where nobody is, it is in turn.
#ifndef HLSGEN_HLS_NP_CHANNEL_H
#define HLSGEN_HLS_NP_CHANNEL_H

#include "hls_task.h"

#ifdef HLSGEN_SYNTHESIS

namespace hlsgen {

template <class T_, int Ports_> void deal_in_turn(hls::stream<T_>& in, hls::stream<T_> (&out)[Ports_]) {
    unsigned to = 0;
    while (true) {
#pragma HLS PIPELINE II=1
        out[to].write(in.read());
        to = to == Ports_ - 1 ? 0 : to + 1;
    }
}

// whether a port is the first of some
template <int Ports_> bool is_first(const ap_uint<Ports_>& some, int port) {
    return some[port] && (port == 0 || some.range(port ? port - 1 : 0, 0) == 0);
}

template <class T_, int Ports_> void deal_to_the_free(hls::stream<T_>& in, hls::stream<T_> (&out)[Ports_]) {
    T_ held = T_();
    bool holds = false;
    while (true) {
#pragma HLS PIPELINE II=1
        if (!holds) holds = in.read_nb(held);
        ap_uint<Ports_> room;
        for (int i = 0; i < Ports_; ++i) {
#pragma HLS UNROLL
            room[i] = !out[i].full();
        }
        for (int i = 0; i < Ports_; ++i) {
#pragma HLS UNROLL
            if (holds && is_first(room, i)) out[i].write(held);
        }
        if (room != 0) holds = false;
    }
}

template <class T_, int Ports_> void gather_in_turn(hls::stream<T_> (&in)[Ports_], hls::stream<T_>& out) {
    unsigned from = 0;
    while (true) {
#pragma HLS PIPELINE II=1
        out.write(in[from].read());
        from = from == Ports_ - 1 ? 0 : from + 1;
    }
}

template <class T_, int Ports_> void gather_from_any(hls::stream<T_> (&in)[Ports_], hls::stream<T_>& out) {
    while (true) {
#pragma HLS PIPELINE II=1
        ap_uint<Ports_> some;
        for (int i = 0; i < Ports_; ++i) {
#pragma HLS UNROLL
            some[i] = !in[i].empty();
        }
        T_ value = T_();
        for (int i = 0; i < Ports_; ++i) {
#pragma HLS UNROLL
            if (is_first(some, i)) value = in[i].read();
        }
        if (some != 0) out.write(value);
    }
}

// The streams lie side by side, as those of an array do (hlsgen/hls/frontend/markers.py).
template <class T_, int Ports_, int Depth_, void (*Deal_)(hls::stream<T_>&, hls::stream<T_> (&)[Ports_])> struct splitter {
    hls::stream<T_> in;
    hls::stream<T_> out[Ports_];

    splitter() {
        in.hlsgen_describe(Depth_);
        hls::task()(Deal_, in, out);
    }
    explicit splitter(const char*) : splitter() {}
};

template <class T_, int Ports_, int Depth_, void (*Gather_)(hls::stream<T_> (&)[Ports_], hls::stream<T_>&)>
struct merger {
    hls::stream<T_> out;
    hls::stream<T_> in[Ports_];

    merger() {
        out.hlsgen_describe(Depth_);
        hls::task()(Gather_, in, out);
    }
    explicit merger(const char*) : merger() {}
};

}  // namespace hlsgen

namespace hls {

namespace split {
template <class T_, int Ports_, int Depth_ = 0>
using round_robin = hlsgen::splitter<T_, Ports_, Depth_, hlsgen::deal_in_turn<T_, Ports_>>;
template <class T_, int Ports_, int Depth_ = 0, int PortDepth_ = 0>
using load_balance =
    hlsgen::splitter<T_, Ports_, (Depth_ > PortDepth_ ? Depth_ : PortDepth_), hlsgen::deal_to_the_free<T_, Ports_>>;
}  // namespace split

namespace merge {
template <class T_, int Ports_, int Depth_ = 0>
using round_robin = hlsgen::merger<T_, Ports_, Depth_, hlsgen::gather_in_turn<T_, Ports_>>;
template <class T_, int Ports_, int Depth_ = 0>
using load_balance = hlsgen::merger<T_, Ports_, Depth_, hlsgen::gather_from_any<T_, Ports_>>;
}  // namespace merge

}  // namespace hls

#else

namespace hls {

// What was written is dealt out, or gathered, when somebody looks for it.
namespace split {
template <class T_, int Ports_, int Depth_ = 0> class round_robin {
  public:
    hls::stream<T_> in;
    hls::stream<T_> out[Ports_];

    explicit round_robin(const char* = "") {
        for (auto& each : out)
            each.filled_by(this, [](void* self) { static_cast<round_robin*>(self)->deal(); });
    }

  private:
    int to = 0;

    void deal() {
        for (T_ value; in.read_nb(value); to = (to + 1) % Ports_) out[to].write(value);
    }
};
template <class T_, int Ports_, int Depth_ = 0, int PortDepth_ = 0>
using load_balance = round_robin<T_, Ports_, Depth_>;
}  // namespace split

namespace merge {
template <class T_, int Ports_, int Depth_ = 0> class round_robin {
  public:
    hls::stream<T_> out;
    hls::stream<T_> in[Ports_];

    explicit round_robin(const char* = "") {
        out.filled_by(this, [](void* self) { static_cast<round_robin*>(self)->gather(); });
    }

  private:
    int from = 0;

    void gather() {
        for (T_ value; in[from].read_nb(value); from = (from + 1) % Ports_) out.write(value);
    }
};
template <class T_, int Ports_, int Depth_ = 0> class load_balance {
  public:
    hls::stream<T_> out;
    hls::stream<T_> in[Ports_];

    explicit load_balance(const char* = "") {
        out.filled_by(this, [](void* self) { static_cast<load_balance*>(self)->gather(); });
    }

  private:
    void gather() {
        for (int idle = 0, from = 0; idle < Ports_; from = (from + 1) % Ports_) {
            T_ value;
            idle = in[from].read_nb(value) ? 0 : idle + 1;
            if (!idle) out.write(value);
        }
    }
};
}  // namespace merge

}  // namespace hls

#endif
#endif
