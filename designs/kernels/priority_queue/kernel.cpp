// A sorted shift register that outlives the call: a push or a pop each cycle, the smallest key first.
//
// Equal keys leave in the order in which they came. A pop of an empty queue gives zeros; a push into a full one drops
// the item with the largest key.
#include "kernel.h"

struct slot {
    bool used;
    item held;
};

void priority_queue(hls::stream<command>& commands, hls::stream<item>& popped, int count) {
#pragma HLS INTERFACE axis port=commands
#pragma HLS INTERFACE axis port=popped
    static slot queue[CAPACITY];
#pragma HLS ARRAY_PARTITION variable=queue complete
commands:
    for (int n = 0; n < count; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=300
        const command order = commands.read();
        if (order.push) {
            bool behind[CAPACITY];  // the new item goes before this slot
            for (int i = 0; i < CAPACITY; ++i) behind[i] = !queue[i].used || order.key < queue[i].held.key;
            for (int i = CAPACITY - 1; i >= 0; --i)
                if (behind[i]) queue[i] = i && behind[i - 1] ? queue[i - 1] : slot{true, {order.key, order.value}};
        } else {
            popped.write(queue[0].used ? queue[0].held : item{0, 0});
            for (int i = 0; i + 1 < CAPACITY; ++i) queue[i] = queue[i + 1];
            queue[CAPACITY - 1].used = false;
        }
    }
}
