// All shortest paths.
#include "kernel.h"

void kernel_floyd_warshall(real path[N][N]) {
through:
    for (int k = 0; k < N; ++k)
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j)
                path[i][j] = path[i][j] < path[i][k] + path[k][j] ? path[i][j] : real(path[i][k] + path[k][j]);
}
