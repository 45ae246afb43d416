#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(110);
    Checker check;
    static real path[N][N];
    static int edge[N][N];
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) {
            edge[i][j] = i == j ? 0 : random.bits(3) ? 30000 << 15 : int(random.bits(22));
            path[i][j] = from_code(edge[i][j]);
        }
    kernel_floyd_warshall(path);
    for (int from = 0; from < N; ++from) {  // Dijkstra
        bool done[N] = {};
        for (int round = 0; round < N; ++round) {
            int nearest = -1;
            for (int i = 0; i < N; ++i)
                if (!done[i] && (nearest < 0 || edge[from][i] < edge[from][nearest])) nearest = i;
            done[nearest] = true;
            check.equal("path", from * N + nearest, code(path[from][nearest]), edge[from][nearest]);
            for (int i = 0; i < N; ++i) {
                // from the given edges: what `edge` holds of rows that were done is already the shortest
                const wide via = (wide)edge[from][nearest] + edge[nearest][i];
                if (via < edge[from][i]) edge[from][i] = via;
            }
        }
    }
    return check.status();
}
