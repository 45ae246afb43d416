#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(62);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        int sorted[ENTRIES], wanted[QUERIES], found[QUERIES];
        sorted[0] = random.between(-2000, -1000);
        for (int i = 1; i < ENTRIES; ++i) sorted[i] = sorted[i - 1] + random.between(1, 5);
        for (int q = 0; q < QUERIES; ++q)
            wanted[q] = q == 0 ? sorted[0] : q == 1 ? sorted[ENTRIES - 1] : random.between(-2100, 100);
        binary_search(sorted, wanted, found);
        for (int q = 0; q < QUERIES; ++q) {
            int place = -1;
            for (int i = 0; i < ENTRIES; ++i)
                if (sorted[i] == wanted[q]) place = i;
            check.equal("found", q, found[q], place);
        }
    }
    return check.status();
}
