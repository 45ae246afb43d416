#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(51);
    Checker check;
    for (int call = 0; call < 6; ++call) {
        char a[LONGEST], b[LONGEST];
        const int m = call == 1 ? 0 : random.between(20, LONGEST), n = call == 2 ? 0 : random.between(15, LONGEST);
        for (int i = 0; i < LONGEST; ++i) {
            a[i] = 'a' + random.bits(2);
            b[i] = i > 2 && random.bits(2) ? a[i - 2] : 'a' + random.bits(2);
        }
        int table[LONGEST + 1][LONGEST + 1];
        for (int i = 0; i <= m; ++i)
            for (int j = 0; j <= n; ++j) {
                int best = i == 0 ? j : table[i - 1][j] + 1;
                if (j && table[i][j - 1] + 1 < best) best = table[i][j - 1] + 1;
                if (i && j && table[i - 1][j - 1] + (a[i - 1] != b[j - 1]) < best)
                    best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
                table[i][j] = i || j ? best : 0;
            }
        check.equal("distance", call, levenshtein(a, m, b, n), table[m][n]);
    }
    return check.status();
}
