#include "ap_int.h"

typedef ap_uint<18> u18;
struct config {
    ap_uint<3> a;
    short b;
    int c[4];
};
void top(const int in[16], int out[16], int n, u18 k, config p, config& state);

int main() {
    int in[16], out[16];
    config state = {1, 2, {3, 4, 5, 6}};
    for (int call = 0; call < 3; ++call) {
        const config p = {ap_uint<3>(5 + call), short(-7 * call), {1, 2, 3, 4 + call}};
        config expected = state;
        for (int i = 0; i < 16; ++i) in[i] = 1000 * i + call;
        for (int i = 0; i < 16; ++i) expected.c[i % 4] += p.c[i % 4] + i / 4;
        top(in, out, 16, 3 + call, p, state);
        for (int i = 0; i < 16; ++i)
            if (out[i] != int(u18(u18(in[i]) * u18(3 + call) + p.b)) + int(p.a)) return 1;
        for (int i = 0; i < 4; ++i)
            if (state.c[i] != expected.c[i]) return 2;
    }
    return 0;
}
