// Codes of 7 x 4 modes of four ap_fixed shapes over every code of ap_fixed<14,8>, from that type and from double.
// Writes int16 to stdout: shape, rounding, overflow, source (fixed, double), code; in the order of numerics' enums.
#include <complex>
#define complex ap_types_complex  // the headers forward-declare std::complex, which libc++ refuses
#include <cstdint>
#include <cstdio>

#include "ap_fixed.h"

static const int kSourceBits = 14, kSourceFraction = 6;
static int16_t codes[2][1 << kSourceBits];

template <typename T, int W, bool Signed>
void emit() {
    for (int i = 0; i < 1 << kSourceBits; ++i) {
        const int source_code = i - (1 << (kSourceBits - 1));
        ap_fixed<kSourceBits, kSourceBits - kSourceFraction> source;
        source.range() = source_code;
        const T targets[2] = {T(source), T(source_code / double(1 << kSourceFraction))};
        for (int s = 0; s < 2; ++s) {
            const int bits = T(targets[s]).range().to_int() & ((1 << W) - 1);
            codes[s][i] = int16_t(Signed && bits >> (W - 1) ? bits - (1 << W) : bits);
        }
    }
    std::fwrite(codes, sizeof codes, 1, stdout);
}

template <int W, int I, bool Signed, ap_q_mode Q>
void overflows() {
    emit<ap_fixed_base<W, I, Signed, Q, AP_WRAP>, W, Signed>();
    emit<ap_fixed_base<W, I, Signed, Q, AP_SAT>, W, Signed>();
    emit<ap_fixed_base<W, I, Signed, Q, AP_SAT_ZERO>, W, Signed>();
    emit<ap_fixed_base<W, I, Signed, Q, AP_SAT_SYM>, W, Signed>();
}

template <int W, int I, bool Signed>
void modes() {
    overflows<W, I, Signed, AP_TRN>();
    overflows<W, I, Signed, AP_TRN_ZERO>();
    overflows<W, I, Signed, AP_RND>();
    overflows<W, I, Signed, AP_RND_ZERO>();
    overflows<W, I, Signed, AP_RND_MIN_INF>();
    overflows<W, I, Signed, AP_RND_INF>();
    overflows<W, I, Signed, AP_RND_CONV>();
}

int main() {
    modes<8, 4, true>();
    modes<8, 4, false>();
    modes<5, 3, true>();
    modes<6, 7, true>();
    return 0;
}
