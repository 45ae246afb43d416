#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(34);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        int row_begin[ROWS + 1] = {0};
        ap_uint<8> column[NONZEROS];
        ap_int<16> value[NONZEROS], x[256];
        ap_int<40> y[ROWS];
        static int dense[ROWS][256];
        int vector[256], used = 0;
        for (int i = 0; i < 256; ++i) x[i] = vector[i] = random.between(-32768, 32767);
        for (int i = 0; i < NONZEROS; ++i) column[i] = value[i] = 0;
        for (int row = 0; row < ROWS; ++row) {
            const int wanted = row % 7 == call ? 0 : row == 5 ? 30 : random.between(1, 8);
            for (int c = 0; c < 256; ++c) dense[row][c] = 0;
            for (int c = random.between(0, 9), n = 0; n < wanted && c < 256 && used < NONZEROS; ++n) {
                column[used] = c;
                value[used++] = dense[row][c] = random.between(-32768, 32767);
                c += random.between(1, 7);
            }
            row_begin[row + 1] = used;
        }
        spmv(row_begin, column, value, x, y);
        for (int row = 0; row < ROWS; ++row) {
            long long sum = 0;
            for (int c = 0; c < 256; ++c) sum += (long long)dense[row][c] * vector[c];
            check.equal("y", row, y[row].to_int64(), sum);
        }
    }
    return check.status();
}
