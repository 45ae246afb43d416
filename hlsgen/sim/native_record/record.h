// Notes every call of a function on its way: what it got, what it left (native only).
//
// `wrapper<decltype(top)>::call` has the type of the top function; the recorder (hlsgen/sim/recorder.py) gives it the name
// that the test bench calls, and the function itself the name `hlsgen_real_top`. One file holds all calls, one after the
// other; numbers are little endian. A list is u64 count, u32 bits, then the packed elements in whole bytes.
//   before the call, per argument:  value, array: list;  streams: u64 elements waiting, each
//   after it, per argument:         array: list;  streams: list read, list written, u8 asked, each
//   the return value: list
#ifndef HLSGEN_RECORD_H
#define HLSGEN_RECORD_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "hls_stream.h"
#include "hlsgen/pack.h"

namespace hlsgen_record {

extern const long elements[];  // per argument: how many lie behind a pointer, or streams in an array; made by the recorder

inline std::FILE* file() {
    static std::FILE* const opened = [] {
        std::FILE* const made = std::fopen(std::getenv("HLSGEN_RECORD"), "wb");
        if (!made) std::abort();
        return made;
    }();
    return opened;
}

inline void put(const void* data, std::size_t bytes) {
    if (bytes && std::fwrite(data, bytes, 1, file()) != 1) std::abort();
}
template <class T_> void put_number(T_ value) { put(&value, sizeof(value)); }

template <class T_> void put_element(const T_& value) {
    using packed = hlsgen::packed<T_>;
    const auto bits = packed::pack(value);
    put(&bits.V, (packed::width + 7) / 8);
}
template <class T_> void put_head(std::size_t count) {
    put_number(std::uint64_t(count));
    put_number(std::uint32_t(hlsgen::packed<T_>::width));
}
template <class T_> void put_list(const T_* first, std::size_t count) {
    put_head<T_>(count);
    for (std::size_t i = 0; i < count; ++i) put_element(first[i]);
}

template <class T_> struct bare {
    using type = T_;
};
template <class T_> struct bare<T_[]> : bare<T_> {};
template <class T_, std::size_t N_> struct bare<T_[N_]> : bare<T_> {};
template <class T_> using bare_type = __remove_cv(typename bare<T_>::type);

template <class T_> concept is_stream = requires { typename T_::value_type; } &&
                                        __is_base_of(hls::stream<typename T_::value_type, 0>, T_);

// one or several streams
struct tap {
    std::size_t before;
    template <class S_> void open(S_& stream) {
        before = stream.queue.size();
        put_number(std::uint64_t(before));
        stream.tapped = true;
        stream.asked = false;
    }
    template <class S_> void close(S_& stream) {
        using element = typename S_::value_type;
        stream.tapped = false;
        put_head<element>(stream.taken.size());
        for (const element& each : stream.taken) put_element(each);
        // what is there after the call and was not before; a stream that is read and written is no port
        const std::size_t kept = before > stream.taken.size() ? before - stream.taken.size() : 0;
        std::size_t number = 0;
        put_head<element>(stream.queue.size() - kept);
        for (const element& each : stream.queue)
            if (number++ >= kept) put_element(each);
        put_number(std::uint8_t(stream.asked));
        stream.taken.clear();
    }
};

template <class T_> concept is_burst = requires { typename T_::hlsgen_behind; };  // hls::burst_maxi

template <class T_> struct argument {  // by value
    explicit argument(int, T_& value) { put_list(&value, 1); }
    void after() {}
};

template <class T_> struct behind {  // n elements behind a pointer
    const T_* first;
    std::size_t count;
    behind(const void* first, std::size_t count) : first((const T_*)first), count(first ? count : 0) { after(); }
    void after() { put_list(first, count); }
};

template <class S_> struct queues {  // n streams
    S_* first;
    std::size_t count;
    std::unique_ptr<tap[]> taps;
    queues(S_* first, std::size_t count) : first(first), count(count), taps(new tap[count]) {
        for (std::size_t i = 0; i < count; ++i) taps[i].open(first[i]);
    }
    void after() {
        for (std::size_t i = 0; i < count; ++i) taps[i].close(first[i]);
    }
};

template <class T_> requires(!is_stream<bare_type<T_>>) struct argument<T_*> : behind<bare_type<T_>> {
    argument(int index, T_* pointer) : behind<bare_type<T_>>((const void*)pointer, elements[index]) {}
};
template <class T_> requires(!is_stream<bare_type<T_>>) struct argument<T_&> : behind<bare_type<T_>> {
    argument(int, T_& object)
        : behind<bare_type<T_>>((const void*)__builtin_addressof(object), sizeof(T_) / sizeof(bare_type<T_>)) {}
};
template <class T_> requires(is_stream<bare_type<T_>>) struct argument<T_*> : queues<bare_type<T_>> {
    argument(int index, T_* pointer) : queues<bare_type<T_>>((bare_type<T_>*)pointer, elements[index]) {}
};
template <class T_> requires(is_stream<bare_type<T_>>) struct argument<T_&> : queues<bare_type<T_>> {
    argument(int, T_& object)
        : queues<bare_type<T_>>((bare_type<T_>*)__builtin_addressof(object), sizeof(T_) / sizeof(bare_type<T_>)) {}
};

template <is_burst T_> struct argument<T_> : behind<typename T_::hlsgen_behind> {
    argument(int index, T_& value) : behind<typename T_::hlsgen_behind>(value.hlsgen_first(), elements[index]) {}
};

template <class... A_> struct arguments {
    explicit arguments(int) {}
    void after() {}
};
template <class A_, class... Rest_> struct arguments<A_, Rest_...> {
    argument<A_> one;
    arguments<Rest_...> rest;
    arguments(int index, __remove_reference_t(A_) & value, __remove_reference_t(Rest_) &... values)
        : one(index, value), rest(index + 1, values...) {}
    void after() {
        one.after();
        rest.after();
    }
};

// what tasks do with what a call gave them belongs to that call
struct call_of_tasks {
    call_of_tasks() { hlsgen::waiting::held = false; }
    ~call_of_tasks() {
        hlsgen::waiting::settle();
        hlsgen::waiting::held = true;
    }
};

template <class F_> struct wrapper;
template <class R_, class... A_> struct wrapper<R_(A_...)> {
    static R_ real(A_...) asm("hlsgen_real_top");

    [[gnu::used]] static R_ call(A_... values) asm("hlsgen_wrapper") {
        arguments<A_...> all(0, values...);
        if constexpr (__is_void(R_)) {
            {
                const call_of_tasks all_of_it;
                real(static_cast<A_&&>(values)...);
            }
            all.after();
        } else {
            R_ result = [&] {
                const call_of_tasks all_of_it;
                return real(static_cast<A_&&>(values)...);
            }();
            all.after();
            put_list(&result, 1);
            return result;
        }
    }
};
template <class R_, class... A_> struct wrapper<R_(A_...) noexcept> : wrapper<R_(A_...)> {};

}  // namespace hlsgen_record

#endif
