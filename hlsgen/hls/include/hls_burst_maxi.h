// hls::burst_maxi<T>: an m_axi argument whose bursts are asked for by hand. Every read() and write() belongs to the
// oldest request that still has words; write_response() waits until the words of the oldest write request are in memory.
#ifndef HLSGEN_HLS_BURST_MAXI_H
#define HLSGEN_HLS_BURST_MAXI_H

#ifdef HLSGEN_SYNTHESIS

#include "hlsgen/bits.h"

namespace hlsgen {

// It never exists: what lies at these distances from its address, the compiler knows (cdfg/import_bursts.py).
template <class T_> struct burst_master {
    static_assert((sizeof(T_) & (sizeof(T_) - 1)) == 0, "the size of the element of hls::burst_maxi is no power of two");
    using hlsgen_behind = T_;
    using word = unsigned _BitInt(8 * sizeof(T_));
    using request = unsigned _BitInt(128);  // {words - 1: 32, offset in bytes: 64}

    burst_master(T_*) {}

    void read_request(__SIZE_TYPE__ offset, unsigned length) const {
        if (length) at<request>(1) = wanted(offset, length);
    }
    T_ read() const {
        const word bits = at<word>(0);
        return __builtin_bit_cast(T_, bits);
    }
    void write_request(__SIZE_TYPE__ offset, unsigned length) const { at<request>(2) = wanted(offset, length); }
    void write(const T_& value) const { at<word>(0) = __builtin_bit_cast(word, value); }
    void write_response() const { [[maybe_unused]] const bool there = at<bool>(3); }

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc++26-extensions"
    template <class M_> void write(const T_&, const M_&) const = delete("byte enables are not supported; write whole elements");
    template <class A_ = T_>
    void read_request_unaligned(__SIZE_TYPE__, unsigned) const = delete("it is not supported; use read_request");
    template <class A_ = T_>
    void write_request_unaligned(__SIZE_TYPE__, unsigned) const = delete("it is not supported; use write_request");
#pragma clang diagnostic pop

  private:
    template <class V_> volatile V_& at(int which) const { return *(volatile V_*)((char*)this + ((long long)which << 32)); }
    static request wanted(__SIZE_TYPE__ offset, unsigned length) {
        return (request)(length - 1) << 64 | (unsigned long long)offset * sizeof(T_);
    }
};

}  // namespace hlsgen

namespace hls {
template <class T_> using burst_maxi = const hlsgen::burst_master<T_>&;  // so that it is passed on as an address
}

#else

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>

namespace hls {

// Copies share the requests. What would leave the hardware waiting, or with words that are not the ones in memory, ends
// the program.
template <class T_> class burst_maxi {
    static_assert((sizeof(T_) & (sizeof(T_) - 1)) == 0, "the size of the element of hls::burst_maxi is no power of two");

  public:
    using hlsgen_behind = T_;

    burst_maxi(T_* first) : first(first), now(std::make_shared<state>()) {}

    void read_request(std::size_t offset, unsigned length) {
        for (const auto* each : {&now->writes, &now->written})
            refuse_overlap(*each, {offset, length}, "reads what an earlier one writes, before its write_response");
        if (length) now->reads.push_back({offset, length});
    }
    T_ read() { return first[next(now->reads, "read() without words asked for")]; }

    void write_request(std::size_t offset, unsigned length) {
        refuse_overlap(now->reads, {offset, length}, "writes what an earlier one still has to read");
        (length ? now->writes : now->written).push_back({offset, length});
    }
    void write(const T_& value) {
        if (!now->writes.empty() && now->writes.front().length == now->done(now->writes) + 1)
            now->written.push_back(now->writes.front());
        first[next(now->writes, "write() without words asked for")] = value;
    }
    void write_response() {
        if (now->written.empty()) fail("write_response() without a request whose words are all written");
        now->written.pop_front();
    }

    T_* hlsgen_first() const { return first; }

  private:
    struct request {
        std::size_t offset;
        unsigned length;
    };
    struct state {
        std::deque<request> reads, writes, written;
        unsigned read = 0, wrote = 0;  // words of the requests in front
        unsigned& done(const std::deque<request>& queue) { return &queue == &reads ? read : wrote; }
        ~state() {
            if (!reads.empty()) fail("words that were asked for are not read");
            if (!writes.empty()) fail("words that were asked for are not written");
            if (!written.empty()) fail("a write_request without its write_response");
        }
    };

    std::size_t next(std::deque<request>& queue, const char* error) {
        if (queue.empty()) fail(error);
        unsigned& done = now->done(queue);
        const std::size_t at = queue.front().offset + done;
        if (++done == queue.front().length) {
            done = 0;
            queue.pop_front();
        }
        return at;
    }
    static void refuse_overlap(const std::deque<request>& queue, const request& other, const char* error) {
        for (const request& each : queue)
            if (each.length && each.offset < other.offset + other.length && other.offset < each.offset + each.length) fail(error);
    }
    static void fail(const char* error) {
        std::fprintf(stderr, "error: hls::burst_maxi: %s\n", error);
        std::exit(1);
    }

    T_* first;
    std::shared_ptr<state> now;
};

}  // namespace hls

#endif
#endif
