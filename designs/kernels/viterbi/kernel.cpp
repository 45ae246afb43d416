// Hard-decision decoder of the (7, 5) convolutional code, state 0 at both ends. Returns the errors that it corrected.
#include "kernel.h"

static ap_uint<2> sent(int state, int bit) {
    const int all = bit << 2 | state;
    return (ap_uint<1>((all ^ all >> 1 ^ all >> 2) & 1), ap_uint<1>((all ^ all >> 2) & 1));
}

ap_uint<8> viterbi(const ap_uint<2> received[BITS], ap_uint<1> decoded[BITS]) {
    ap_uint<8> metric[STATES] = {0, 200, 200, 200};
    ap_uint<STATES> survivors[BITS];
#pragma HLS ARRAY_PARTITION variable=metric complete
forward:
    for (int t = 0; t < BITS; ++t) {
#pragma HLS PIPELINE II=1
        const ap_uint<2> word = received[t];
        ap_uint<8> next[STATES];
        ap_uint<STATES> chosen;
        for (int to = 0; to < STATES; ++to) {
            const int bit = to >> 1;
            ap_uint<8> cost[2];
            for (int k = 0; k < 2; ++k) {
                const int from = (to << 1 | k) & 3;
                const ap_uint<2> wrong = word ^ sent(from, bit);
                cost[k] = metric[from] + wrong[0] + wrong[1];
            }
            chosen[to] = cost[1] < cost[0];
            next[to] = cost[1] < cost[0] ? cost[1] : cost[0];
        }
        for (int to = 0; to < STATES; ++to) metric[to] = next[to];
        survivors[t] = chosen;
    }
    ap_uint<2> state = 0;
back:
    for (int t = BITS - 1; t >= 0; --t) {
#pragma HLS PIPELINE II=1
        decoded[t] = state >> 1;
        state = state << 1 | survivors[t][state];
    }
    return metric[0];
}
