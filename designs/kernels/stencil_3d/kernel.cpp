// Seven-point stencil on a volume; the hull is copied.
#include "kernel.h"

void stencil_3d(const int in[Z][Y][X], int out[Z][Y][X], int centre, int neighbour) {
#pragma HLS INTERFACE ap_memory port=in
#pragma HLS INTERFACE ap_memory port=out
planes:
    for (int z = 0; z < Z; ++z)
    rows:
        for (int y = 0; y < Y; ++y)
        points:
            for (int x = 0; x < X; ++x) {
#pragma HLS PIPELINE II=4
                const bool inside = z > 0 && z < Z - 1 && y > 0 && y < Y - 1 && x > 0 && x < X - 1;
                int value = in[z][y][x];
                if (inside) {
                    const int around = in[z - 1][y][x] + in[z + 1][y][x] + in[z][y - 1][x] + in[z][y + 1][x] +
                                       in[z][y][x - 1] + in[z][y][x + 1];
                    value = centre * value + neighbour * around;
                }
                out[z][y][x] = value;
            }
}
