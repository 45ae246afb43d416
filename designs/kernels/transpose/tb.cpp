#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(6);
    Checker check;
    static ap_uint<32> in[N * N], out[N * N];
    for (int call = 0; call < 2; ++call) {
        for (int i = 0; i < N * N; ++i) in[i] = random.bits();
        transpose(in, out);
        for (int i = 0; i < N * N; ++i) check.equal("out", i, out[i].to_int64(), in[i % N * N + i / N].to_int64());
    }
    return check.status();
}
