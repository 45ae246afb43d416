#include "../bench.h"
#include "kernel.h"

struct entry {
    int key, value, age;
};

static bool before(const entry& a, const entry& b) { return a.key < b.key || (a.key == b.key && a.age < b.age); }

int main() {
    Random random(24);
    Checker check;
    entry heap[CAPACITY + 1];
    int held = 0, age = 0;  // the queue keeps its items from call to call
    for (int call = 0; call < 4; ++call) {
        hls::stream<command> commands;
        hls::stream<item> popped;
        static int keys[300], values[300];
        int pops = 0;
        for (int n = 0; n < 300; ++n) {
            const command order = {random.between(0, 99) < (call % 2 ? 35 : 60), random.bits(call ? 12 : 3), random.bits(12)};
            commands.write(order);
            int least = 0, most = 0;
            if (order.push) {
                heap[held++] = {order.key.to_int(), order.value.to_int(), age++};
                for (int i = 1; i < held; ++i)
                    if (before(heap[most], heap[i])) most = i;
                if (held > CAPACITY) heap[most] = heap[--held];
                continue;
            }
            for (int i = 1; i < held; ++i)
                if (before(heap[i], heap[least])) least = i;
            keys[pops] = held ? heap[least].key : 0;
            values[pops++] = held ? heap[least].value : 0;
            if (held) heap[least] = heap[--held];
        }
        priority_queue(commands, popped, 300);
        for (int i = 0; i < pops; ++i) {
            const item got = popped.read();
            check.equal("key", i, got.key.to_int(), keys[i]);
            check.equal("value", i, got.value.to_int(), values[i]);
        }
    }
    return check.status();
}
