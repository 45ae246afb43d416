#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(74);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        short points[POINTS][DIMENSIONS], centres[CENTRES][DIMENSIONS], before[CENTRES][DIMENSIONS];
        ap_uint<3> nearest[POINTS];
        const int reach = call == 1 ? 32767 : 3000;
        for (auto& point : points)
            for (short& x : point) x = random.between(-reach, reach);
        for (int c = 0; c < CENTRES; ++c)
            for (int d = 0; d < DIMENSIONS; ++d)
                before[c][d] = centres[c][d] = c == 5 ? 32767 : random.between(-reach, reach);
        k_means(points, centres, nearest);
        double distance[POINTS][CENTRES];
        for (int n = 0; n < POINTS; ++n) {
            int best = CENTRES - 1;
            for (int c = CENTRES - 1; c >= 0; --c) {
                distance[n][c] = 0;
                for (int d = 0; d < DIMENSIONS; ++d)
                    distance[n][c] += double(points[n][d] - before[c][d]) * (points[n][d] - before[c][d]);
                if (distance[n][c] <= distance[n][best]) best = c;
            }
            check.equal("nearest", n, nearest[n].to_int(), best);
        }
        for (int c = 0; c < CENTRES; ++c)
            for (int d = 0; d < DIMENSIONS; ++d) {
                int sum = 0, count = 0;
                for (int n = 0; n < POINTS; ++n)
                    if (nearest[n] == c) sum += points[n][d], ++count;
                check.equal("centres", c * DIMENSIONS + d, centres[c][d], count ? sum / count : before[c][d]);
            }
    }
    return check.status();
}
