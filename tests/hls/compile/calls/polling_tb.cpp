#include "hls_stream.h"
#include "ap_int.h"
struct P { short x; ap_int<9> y; };
void top(hls::stream<int> a[3], P p, P &q, hls::stream<int> &o);
int main() {
    P q; q.x = 5; q.y = -3; int bad = 0;
    for (int c = 0; c < 3; ++c) {
        static hls::stream<int> a[3]; static hls::stream<int> o;
        for (int i = 0; i < 60; ++i) a[0].write(i * 3 - 7);
        P p; p.x = 100 * c + 3; p.y = c - 2; P b = q;
        top(a, p, q, o);
        int n = 0; while (!o.empty()) { int v = o.read(); bad += n < 60 ? v != n * 3 - 7 : v != -60; ++n; }
        bad += n != 61; bad += q.x != (short)(b.x + p.y); bad += q.y != (ap_int<9>)p.x;
    }
    return bad != 0;
}
