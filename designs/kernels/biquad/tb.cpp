#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(31);
    Checker check;
    double x1[SECTIONS] = {}, x2[SECTIONS] = {}, y1[SECTIONS] = {}, y2[SECTIONS] = {};
    const double design[SECTIONS][5] = {
        {0.25, 0.5, 0.25, -0.75, 0.25}, {0.5, -0.25, 0.125, 0.5, 0.375}, {1, -1.5, 0.75, -0.5, 0.5}};
    section sections[SECTIONS];
    for (int s = 0; s < SECTIONS; ++s)
        sections[s] = {design[s][0], design[s][1], design[s][2], design[s][3], design[s][4]};
    for (int call = 0; call < 4; ++call) {
        sample in[SAMPLES], out[SAMPLES];
        const bool restart = call != 1;
        for (int s = 0; restart && s < SECTIONS; ++s) x1[s] = x2[s] = y1[s] = y2[s] = 0;
        double values[SAMPLES];
        for (int n = 0; n < SAMPLES; ++n) in[n] = values[n] = random.between(-1000, 1000) / 1024.0;
        biquad(in, out, sections, restart);
        for (int n = 0; n < SAMPLES; ++n) {
            double x = values[n];
            for (int s = 0; s < SECTIONS; ++s) {  // direct form I
                const double* c = design[s];
                const double y = c[0] * x + c[1] * x1[s] + c[2] * x2[s] - c[3] * y1[s] - c[4] * y2[s];
                x2[s] = x1[s], x1[s] = x, y2[s] = y1[s], y1[s] = y;
                x = y;
            }
            check.close("out", n, out[n].to_double(), x, 2e-5);
        }
    }
    return check.status();
}
