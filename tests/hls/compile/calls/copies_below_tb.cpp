#include "ap_int.h"

void top(ap_uint<100> n, ap_int<77> s, int k, ap_uint<100>* grown, ap_int<77>* fallen, bool* is_below);

int main() {
    for (int k = 0; k < 5; ++k) {
        const ap_uint<100> n = (ap_uint<100>(k * 77) << 90) + 5;
        const ap_int<77> s = ap_int<77>(-k) << 70;
        ap_uint<100> grown, want_n = n;
        ap_int<77> fallen, want_s = s;
        bool is_below;
        top(n, s, k, &grown, &fallen, &is_below);
        for (int i = 0; i < 8; ++i) {
            want_n = want_n * 3 + k;
            want_s = want_s * 5 - k;
        }
        if (grown != want_n || fallen != want_s || is_below != (want_s < 0 && want_n > 5)) return 1;
    }
    return 0;
}
