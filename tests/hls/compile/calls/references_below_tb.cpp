#include "ap_int.h"

int top(ap_int<18>& r, ap_uint<5>& u, int n);

int main() {
    ap_int<18> r = -70000;
    ap_uint<5> u = 29;
    for (int i = 0; i < 20; ++i) {
        top(r, u, i * 1237 - 9000);
    }
    return 0;
}
