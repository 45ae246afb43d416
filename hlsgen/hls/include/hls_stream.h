// hls::stream<T, DEPTH>: a FIFO. In synthesis three volatile members that the compiler knows; natively a queue.
#ifndef HLSGEN_HLS_STREAM_H
#define HLSGEN_HLS_STREAM_H

#ifdef HLSGEN_SYNTHESIS

#include <stdint.h>  // which those of Vitis HLS bring

#include "hlsgen/mark.h"
#include "hlsgen/pack.h"

namespace hls {

template <class T_, int Depth_ = 0> class stream;

template <class T_> class stream<T_, 0> {
    using packed = hlsgen::packed<T_>;

  public:
    using value_type = T_;

    stream() = default;
    explicit stream(const char*) { hlsgen_describe(); }
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    bool empty() const { return !described().readable; }
    bool full() const { return !described().writable; }

    void read(T_& value) {
        hlsgen_describe();
        ap_uint<packed::width> bits;
        bits.V = raw;
        packed::unpack(value, bits);
    }
    T_ read() {
        T_ value;
        read(value);
        return value;
    }
    void write(const T_& value) {
        hlsgen_describe();
        const auto bits = packed::pack(value);
        raw = bits.V;
    }
    bool read_nb(T_& value) {
        if (empty()) return false;
        read(value);
        return true;
    }
    bool write_nb(const T_& value) {
        if (full()) return false;
        write(value);
        return true;
    }
    void operator>>(T_& value) { read(value); }
    void operator<<(const T_& value) { write(value); }

    // tells the front end what the element is made of
    void hlsgen_describe(int depth = 0) const {
        const auto tell = [&](auto... fields) {
            hlsgen_stream(this, packed::width, depth, is_axis, sizeof(stream), __builtin_offsetof(stream, readable),
                          __builtin_offsetof(stream, writable), sizeof...(fields) / 2, fields...);
        };
        if constexpr (is_axis)
            T_::hlsgen_fields(tell);
        else
            packed::fields::apply([&](auto... widths) { tell_all(tell, widths...); });
    }

  private:
    static constexpr bool is_axis = requires { T_::hlsgen_is_axis; };

    volatile hlsgen::raw<packed::width, false> raw;  // a load reads an element, a store writes one
    volatile bool readable;                          // whether a read would not wait
    volatile bool writable;                          // whether a write would not wait

    const stream& described() const {
        hlsgen_describe();
        return *this;
    }
    template <class F_> static void tell_all(F_ tell, int width) { tell(0, width); }
    template <class F_, class... W_> requires(sizeof...(W_) != 1) static void tell_all(F_ tell, W_... widths) {
        interleave(tell, widths...);
    }
    template <class F_, class... Told_> static void interleave(F_ tell, int width) { tell(-1, width); }
    template <class F_> static void interleave(F_ tell) { tell(); }
    template <class F_, class... W_> requires(sizeof...(W_) > 0) static void interleave(F_ tell, int width, W_... more) {
        interleave([&](auto... rest) { tell(-1, width, rest...); }, more...);
    }
};

template <class T_, int Depth_> class stream : public stream<T_, 0> {
  public:
    stream() { this->hlsgen_describe(Depth_); }
    explicit stream(const char*) { this->hlsgen_describe(Depth_); }
};

}  // namespace hls

#else

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

namespace hlsgen_record {
struct tap;  // hlsgen/sim/native_record/record.h: notes the calls of a top function
}

namespace hlsgen {

// How a stream waits. Without tasks (hls_task.h) nothing else could run.
struct waiting {
    static inline bool (*let_others)() = nullptr;  // lets others run; whether that may have helped
    static inline bool in_task = false;
    static inline bool held = false;  // while calls are recorded: between them
    static inline unsigned long long moved = 0;  // elements written and read so far
    static constexpr std::size_t most = 1 << 20;  // what tasks may write ahead

    static bool once() {
        if (!let_others || !let_others()) return false;
        if (held && !in_task) {
            std::fprintf(stderr, "error: tasks run between two calls of the top function, which only records what its "
                                 "calls do: write the input before the call, read the output behind it\n");
            std::exit(1);
        }
        return true;
    }
    static void settle() {
        while (once()) {}
    }
};

}  // namespace hlsgen

namespace hls {

template <class T_, int Depth_ = 0> class stream;

// Unbounded, as C simulation is sequential: one process has run to its end before the next one starts.
template <class T_> class stream<T_, 0> {
  public:
    using value_type = T_;

    stream() = default;
    explicit stream(const char* name) : name(name) {}
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    ~stream() {
        if (!queue.empty())
            std::fprintf(stderr, "warning: hls::stream '%s' still holds %zu elements\n", name.c_str(), queue.size());
    }

    bool empty() const {
        asked = true;
        if (!waiting::in_task)
            wait();
        else if (fill(); queue.empty())
            waiting::once();
        return queue.empty();
    }
    bool full() const {
        asked = true;
        return false;
    }
    std::size_t size() const {
        if (!waiting::in_task) waiting::settle();
        return queue.size();
    }

    void read(T_& value) {
        wait();
        if (queue.empty()) {
            std::fprintf(stderr, "error: hls::stream '%s' is read while empty\n", name.c_str());
            std::exit(1);
        }
        value = queue.front();
        queue.pop_front();
        ++waiting::moved;
        if (tapped) taken.push_back(value);
    }
    T_ read() {
        T_ value;
        read(value);
        return value;
    }
    void write(const T_& value) {
        while (waiting::in_task && queue.size() >= waiting::most) waiting::once();
        queue.push_back(value);
        ++waiting::moved;
    }
    bool read_nb(T_& value) {
        if (empty()) return false;
        read(value);
        return true;
    }
    bool write_nb(const T_& value) {
        asked = true;
        write(value);
        return true;
    }
    void operator>>(T_& value) { read(value); }
    void operator<<(const T_& value) { write(value); }

    // calls back when somebody looks for an element and there is none (hls_np_channel.h)
    void filled_by(void* object, void (*call)(void*)) {
        filled_for = object;
        filler = call;
    }

  private:
    friend struct hlsgen_record::tap;
    using waiting = hlsgen::waiting;

    void wait() const {
        fill();
        while (queue.empty() && waiting::once()) fill();
    }
    void fill() const {
        if (queue.empty() && filler) filler(filled_for);
    }

    void (*filler)(void*) = nullptr;
    void* filled_for = nullptr;
    std::deque<T_> queue;
    std::deque<T_> taken;        // what was read while `tapped`
    bool tapped = false;
    mutable bool asked = false;  // whether the behaviour may depend on how full the stream is
    std::string name = "unnamed";
};

template <class T_, int Depth_> class stream : public stream<T_, 0> {
  public:
    using stream<T_, 0>::stream;
};

}  // namespace hls

#endif
#endif
