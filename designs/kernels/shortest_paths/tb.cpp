#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(78);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        ap_uint<12> distance[N][N];
        int edge[N][N], best[N];
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j) {
                edge[i][j] = i == j ? 0 : random.bits(3) < (call ? 1 : 3) ? random.between(1, 150) : 4095;
                distance[i][j] = edge[i][j];
            }
        shortest_paths(distance);
        for (int from = 0; from < N; ++from) {  // Bellman and Ford
            for (int j = 0; j < N; ++j) best[j] = edge[from][j];
            for (int round = 0; round < N; ++round)
                for (int i = 0; i < N; ++i)
                    for (int j = 0; j < N; ++j)
                        if (best[i] + edge[i][j] < best[j]) best[j] = best[i] + edge[i][j];
            for (int j = 0; j < N; ++j) check.equal("distance", from * N + j, distance[from][j].to_int(), best[j]);
        }
    }
    return check.status();
}
