#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(71);
    Checker check;
    short seen[200];
    for (int call = 0, count = 0; call < 200; ++call) {
        const bool clear = call > 20 && random.bits(5) == 0;
        if (clear) count = 0;
        seen[count++] = random.bits(16);
        long long sum = 0, squares = 0, least = 1 << 20, most = -(1 << 20);
        for (int n = 0; n < count; ++n) {
            sum += seen[n];
            squares += (long long)seen[n] * seen[n];
            least = seen[n] < least ? seen[n] : least;
            most = seen[n] > most ? seen[n] : most;
        }
        const statistics got = running_statistics(seen[count - 1], clear);
        check.equal("count", call, got.count, count);
        check.equal("least", call, got.least, least);
        check.equal("most", call, got.most, most);
        check.equal("sum", call, got.sum, sum);
        check.equal("squares", call, got.squares, squares);
    }
    return check.status();
}
