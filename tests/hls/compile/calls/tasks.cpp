// Tasks only: they start over by themselves, know no calls, may keep what they like and may go round in circles.
#include "ap_int.h"
#include "hls_stream.h"
#include "hls_task.h"

static void by_parity(hls::stream<int>& in, hls::stream<int>& odd, hls::stream<int>& even) {
    const int value = in.read();
    if (value & 1)
        odd.write(value);
    else
        even.write(value);
}

static void add_past(hls::stream<int>& in, hls::stream<int>& past, hls::stream<int>& out, hls::stream<int>& kept) {
    static bool any = false;
    const int before = any ? past.read() : 0;
    any = true;
    const int value = in.read();
    out.write(value + before);
    kept.write(value);
}

static void pass(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read()); }

template <int Times_> static void repeat(hls::stream<int>& in, hls::stream<int>& out, ap_int<9> offset) {
    const int value = in.read();
    for (int i = 0; i < Times_; ++i) out.write(value + i + offset);
}

static void two(hls::stream<int>& in, hls::stream<int>& out) {
    hls_thread_local hls::stream<int> between;
    hls_thread_local hls::task first(pass, in, between), second(pass, between, out);
}

static void both(hls::stream<int>& in, hls::stream<int>& one, hls::stream<int>& other) {
    const int value = in.read();
    one.write(value);
    other.write(value);
}

static void for_ever(hls::stream<int>& in, hls::stream<int>& out) {
    int count = 0;
    while (true) {
#pragma HLS PIPELINE II=1
        out.write(in.read() + count++);
    }
}

void top(hls::stream<int>& in, hls::stream<int>& odd, hls::stream<int>& even, hls::stream<int>& last, ap_int<9> offset) {
#pragma HLS STABLE variable=offset
    hls_thread_local hls::stream<int> odds, evens, delayed, nested, again;
    hls_thread_local hls::stream<int, 3> sums, kept;
    hls_thread_local hls::task end(for_ever, again, last);
    hls_thread_local hls::task repeats(repeat<3>, sums, odd, offset);
    hls_thread_local hls::task adds(add_past, odds, delayed, sums, kept);
    hls_thread_local hls::task delays(pass, kept, delayed);
    hls_thread_local hls::task deals(by_parity, in, odds, evens);
    hls_thread_local hls::task more[2];
    more[0](two, evens, nested);
    more[1](both, nested, even, again);
}
