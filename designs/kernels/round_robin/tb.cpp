#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(68);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        hls::stream<ap_uint<16>> in[WAYS], back[WAYS];
        hls::stream<ap_uint<18>> out;
        int items[WAYS][ITEMS];
        for (int way = 0; way < WAYS; ++way)
            for (int& item : items[way]) in[way].write(item = random.bits(16) | (way == call));
        round_robin(in, out, back);
        for (int n = 0; n < ITEMS; ++n)
            for (int way = 0; way < WAYS; ++way) {
                if (items[way][n] % 2)
                    check.equal("back", n, back[way].read().to_int(), items[way][n]);
                else
                    check.equal("out", n, out.read().to_int(), way << 16 | items[way][n]);
            }
        check.equal("empty", call, out.empty(), 1);
    }
    return check.status();
}
