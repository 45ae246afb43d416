// exp by two tables, whole and fractional part of 16 steps, then a division per class.
#include "kernel.h"

typedef ap_ufixed<18, 1> power;

static const power whole[16] = {1.0,          0.3678794412, 0.1353352832, 0.0497870684, 0.0183156389, 0.0067379470,
                                0.0024787522, 0.0009118820, 0.0003354626, 0.0001234098, 0.0000453999, 0.0000167017,
                                0.0000061442, 0.0000022603, 0.0000008315, 0.0000003059};
static const power sixteenths[16] = {1.0,          0.9394130628, 0.8824969026, 0.8290291181, 0.7788007831, 0.7316156289,
                                     0.6872892788, 0.6456485198, 0.6065306597, 0.5697828247, 0.5352614285, 0.5028315780,
                                     0.4723665527, 0.4437473082, 0.4168620196, 0.3916056266};

// e^-x for x >= 0; the remainder below a sixteenth by its series
static power decay(ap_ufixed<17, 7> x) {
    if (x >= 16) return 0;
    const ap_ufixed<6, -4> rest = x;  // drops the bits above
    const ap_ufixed<18, 0> series = power(1) - rest + (rest * rest >> 1);
    const power coarse = whole[x.range(13, 10)] * sixteenths[x.range(9, 6)];
    return rest == 0 ? coarse : power(coarse * series);
}

void softmax(const logit x[N], share y[N]) {
    power e[N];
    logit most = x[0];
largest:
    for (int i = 1; i < N; ++i) {
#pragma HLS PIPELINE II=1
        if (x[i] > most) most = x[i];
    }
    ap_ufixed<24, 6> sum = 0;
powers:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        e[i] = decay(most - x[i]);
        sum += e[i];
    }
shares:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        const ap_ufixed<34, 1> wide = e[i];
        y[i] = ap_ufixed<16, 0, AP_RND, AP_SAT>(wide / sum);
    }
}
