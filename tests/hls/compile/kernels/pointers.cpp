// Pointers that are compared and subtracted: bounds, rings, distances, choices of arrays and null.
#include "hls_stream.h"

struct pair {
    short a;
    int b;
    char c[4];
};
static const int table[6] = {3, 1, 4, 1, 5, 9};

static int highest(const int* begin, const int* end) {
    const int* best = begin;
    for (const int* p = begin; p < end; ++p)
        if (*p > *best) best = p;
    return best - begin;
}

void top(hls::stream<int>& in, hls::stream<int>& out) {
    int a[16], b[16];
    pair s[5];
    for (int i = 0; i < 16; ++i) {
        a[i] = in.read();
        b[i] = i * 3;
    }
    for (int i = 0; i < 5; ++i) s[i].b = in.read();
    for (int n = 0; n < 12; ++n) {
        const int x = in.read() & 15, y = in.read() & 15, k = in.read() & 255;
        const int low = x < y ? x : y, high = x < y ? y : x;
        out.write(highest(a + low, a + high));

        int *const p = k & 1 ? a + x : b + x, *const q = k & 2 ? a + y : b + y;  // one of two arrays
        out.write(p == q);
        const bool same = (k & 1) == (k >> 1 & 1);
        out.write(same && p < q);
        out.write(same ? p - q : 0);
        for (int *r = p, *end = (k & 1 ? a : b) + 16; r != end; ++r) *r += k;

        pair *f = s + x % 5, *const g = s + y % 5;  // up or down
        while (f != g) {
            f->b += 7;
            f < g ? ++f : --f;
        }
        out.write(f - s);

        const int* found = k & 4 ? table + x % 6 : nullptr;
        for (int i = 0; i < 3; ++i) {
            out.write(found ? *found : -1);
            out.write(found ? int(found - table) : -1);
            found = found == (table + 6) - 1 ? nullptr : k & 8 ? table + 5 : found;
        }

        int sum = 0;
        for (int* down = a + high; down-- > a + low;) sum += *down;
        out.write(sum);

        int *ring = a, steps = 0;
        do {
            ring += (k & 3) + 1;
            if (ring >= a + 16) ring -= 16;
        } while (ring != &a[x] && ++steps < 20);
        out.write(steps);
        out.write(ring - a);
    }
    for (int each : a) out.write(each);
    for (int each : b) out.write(each);
    for (pair& each : s) out.write(each.b);
}
