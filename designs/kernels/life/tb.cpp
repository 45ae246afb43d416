#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(14);
    Checker check;
    const int calls[] = {1, 12, 5};
    for (int generations : calls) {
        ap_uint<COLUMNS> field[ROWS];
        static bool now[ROWS][COLUMNS], next[ROWS][COLUMNS];
        for (int y = 0; y < ROWS; ++y)
            for (int x = 0; x < COLUMNS; ++x) {
                now[y][x] = random.bits(2) == 0;
                field[y][x] = now[y][x];
            }
        life(field, generations);
        for (int g = 0; g < generations; ++g) {
            for (int y = 0; y < ROWS; ++y)
                for (int x = 0; x < COLUMNS; ++x) {
                    int around = -now[y][x];
                    for (int dy = ROWS - 1; dy <= ROWS + 1; ++dy)
                        for (int dx = COLUMNS - 1; dx <= COLUMNS + 1; ++dx)
                            around += now[(y + dy) % ROWS][(x + dx) % COLUMNS];
                    next[y][x] = around == 3 || (around == 2 && now[y][x]);
                }
            for (int i = 0; i < ROWS * COLUMNS; ++i) now[i / COLUMNS][i % COLUMNS] = next[i / COLUMNS][i % COLUMNS];
        }
        for (int y = 0; y < ROWS; ++y)
            for (int x = 0; x < COLUMNS; ++x) check.equal("field", y * COLUMNS + x, field[y][x], now[y][x]);
    }
    return check.status();
}
