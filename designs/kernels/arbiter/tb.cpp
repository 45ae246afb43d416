#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(67);
    Checker check;
    static int results[SLOTS];
    for (int call = 0; call < 4; ++call) {
        hls::stream<job> streams[SOURCES];
        int expected[SLOTS], taken[SOURCES], sent[SOURCES] = {};
        for (int slot = 0; slot < SLOTS; ++slot) {
            const int value = random.between(-32768, 32767), source = random.between(0, call ? SOURCES - 1 : 0);
            expected[slot] = value * value + slot;
            streams[source].write({slot, value});
            ++sent[source];
        }
        arbiter(streams[0], streams[1], streams[2], results, taken, SLOTS);
        for (int slot = 0; slot < SLOTS; ++slot) check.equal("results", slot, results[slot], expected[slot]);
        for (int source = 0; source < SOURCES; ++source) check.equal("taken", source, taken[source], sent[source]);
    }
    return check.status();
}
