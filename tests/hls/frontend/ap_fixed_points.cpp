// Compiled twice, with hlsgen's headers and with the open ap_types: every line of the output must be the same.
#include "ap_fixed.h"
#include "ap_int.h"
#include <cstdio>

static unsigned long long seed = 88172645463325252ULL, digest;
static unsigned rnd() {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return unsigned(seed >> 20);
}
static void note(unsigned word) { digest = (digest ^ word) * 1099511628211ULL; }
static void say(const char* what, int a, int b, int c, int d) {
    std::printf("%s %d %d %d %d %016llx\n", what, a, b, c, d, digest);
    digest = 14695981039346656037ULL;
}
template <class T> T any() {
    T x = 0;
    const int kind = rnd() % 8;
    for (int at = 0; at < T::width; at += 16) {
        const int top = at + 15 < T::width ? at + 15 : T::width - 1;
        x.range(top, at) = kind == 0 ? 0u : kind == 1 ? 0xffffu : rnd() & 0xffffu;
    }
    return x;
}
template <class T> void note_all(const T& x) {
    note(T::width), note(T::iwidth);
    for (int at = 0; at < T::width; at += 24) {
        const int top = at + 23 < T::width ? at + 23 : T::width - 1;
        note(x.range(top, at).to_uint());
    }
}
template <class T> void note_view(const T& x) {
    note(sizeof(T) <= 8 ? sizeof(T) : 9);
    const ap_int<160> value = x;
    for (int at = 0; at < 160; at += 32) note(value.range(at + 31, at).to_uint());
}

// every source code when it is short, else random ones
template <class S, class T> void assign() {
    const int count = S::width <= 9 ? 1 << S::width : 300;
    for (int n = 0; n < count; ++n) {
        S x = any<S>();
        if (S::width <= 9) x.range(S::width - 1, 0) = n;
        T y = x;
        note_all(y);
    }
}
template <class T> void from_double() {
    for (int n = 0; n < 100; ++n) {
        T y = double(int(rnd())) / double(1 << (rnd() % 31));
        note_all(y);
        y = (n - 50) / 16.0;
        note_all(y);
    }
}
// All modes on the first pair of types, exhaustively; then one of six kinds of pairs in turn, so that each kind meets
// every rounding and every overflow.
template <ap_q_mode Q, ap_o_mode O, int N> void modes() {
    constexpr int kind = (int(Q) + int(O) + N) % 6;
    assign<ap_fixed<9, 5>, ap_fixed<5, 3, Q, O, N> >();
    if constexpr (kind == 0) assign<ap_fixed<9, 5>, ap_ufixed<5, 3, Q, O == AP_WRAP_SM ? AP_WRAP : O, N> >();
    if constexpr (kind == 1) assign<ap_ufixed<8, 2>, ap_fixed<4, 2, Q, O, N> >();
    if constexpr (kind == 2) assign<ap_fixed<8, -1>, ap_fixed<6, 4, Q, O, N> >();
    if constexpr (kind == 3) assign<ap_fixed<9, 8>, ap_fixed<4, 4, Q, O, N> >();
    if constexpr (kind == 4) assign<ap_fixed<40, 20>, ap_fixed<16, 10, Q, O, N> >();
    if constexpr (kind == 5) from_double<ap_fixed<9, 5, Q, O, N> >();
    say("assign", Q, O, N, 0);
}
template <ap_q_mode Q> void overflows() {
    modes<Q, AP_WRAP, 0>(), modes<Q, AP_SAT, 0>(), modes<Q, AP_SAT_ZERO, 0>(), modes<Q, AP_SAT_SYM, 0>();
    modes<Q, AP_WRAP, 1>(), modes<Q, AP_WRAP, 2>(), modes<Q, AP_WRAP, 3>();
    modes<Q, AP_WRAP_SM, 0>(), modes<Q, AP_WRAP_SM, 1>(), modes<Q, AP_WRAP_SM, 2>(), modes<Q, AP_WRAP_SM, 3>();
}

#define EACH(what, statement)                              \
    for (int n = 0; n < 60; ++n) {                         \
        A a = any<A>();                                    \
        B b = any<B>();                                    \
        statement;                                         \
    }                                                      \
    say(what, A::width, A::iwidth, B::width, B::iwidth);

template <class A, class B> void two() {
    EACH("add", note_all(a + b))
    EACH("sub", note_all(a - b))
    EACH("mul", note_all(a * b))
    EACH("div", if (!b.is_zero() && !a.is_neg() && !b.is_neg()) note_all(a / b))
    EACH("logic", note_all(a & b); note_all(a | b); note_all(a ^ b))
    EACH("compare", note((a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5))
    EACH("assign", A c = a; c += b; note_all(c); c = a; c -= b; note_all(c); c = a; c *= b; note_all(c))
    EACH("unary", note_all(-a); note_all(~a); note(!a); A c = a; ++c; note_all(c); c--; note_all(c))
    EACH("shift", int s = rnd() % A::width; note_all(a << s); note_all(a >> s); note_all(a << -s); A c = a; c >>= s; note_all(c);
         ap_uint<3> u = s; note_all(a << u))
    EACH("int", int k = int(rnd()) >> 8; note_all(a + k); note_all(k - a); note_all(a * (short)k); ap_int<9> i = k; note_all(a + i);
         note_all(i * a); note((a < k) | (i >= a) << 1 | (a == i) << 2))
    EACH("convert", note(a.to_int()); note((int)a); ap_int<20> i = a; note(i.to_int()); double d = a.to_double(); note((int)(d * 4));
         note((float)a < 1.0f); note((a > 1.25) | (a <= -0.5) << 1 | (0.75 == a) << 2))
    EACH("bits", note(a[1]); A c = a; c[0] = b[1]; c.range(2, 1) = b.range(1, 0); note_all(c); note(a(2, 1).to_uint()))
    EACH("views", const int k = int(rnd()) >> 8; ap_int<9> i = k; note_view(a.range() << 5); note_view(a.range(2, 1) - b.range());
         note_view(k - a.range()); note_view(a(3, 1) - i); note_view(i | a.range()); note_view(b.range() - a.range() < 0);
         note_view((a.range(), b.range()) + k); note_view(a[1] << 5); note_view(b[1] - a[0]))
}

int main() {
    assign<ap_fixed<6, 8>, ap_fixed<5, 4, AP_RND, AP_SAT_SYM> >();
    assign<ap_ufixed<8, 2>, ap_ufixed<3, 3, AP_RND_CONV, AP_SAT> >();
    assign<ap_fixed<70, 30>, ap_ufixed<24, 12, AP_RND_ZERO, AP_SAT> >();
    assign<ap_fixed<70, 30>, ap_fixed<90, 45, AP_RND, AP_SAT> >();
    say("others", 0, 0, 0, 0);
    overflows<AP_TRN>(), overflows<AP_TRN_ZERO>(), overflows<AP_RND>(), overflows<AP_RND_ZERO>();
    overflows<AP_RND_MIN_INF>(), overflows<AP_RND_INF>(), overflows<AP_RND_CONV>();
    two<ap_fixed<8, 4>, ap_fixed<12, 3> >();
    two<ap_ufixed<8, 4>, ap_fixed<6, 2, AP_RND_CONV, AP_SAT> >();
    two<ap_fixed<33, 11>, ap_fixed<18, 18> >();
}
