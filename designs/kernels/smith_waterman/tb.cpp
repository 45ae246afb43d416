#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(49);
    Checker check;
    const int calls[] = {200, 1, 60, 128};
    for (int length : calls) {
        hls::stream<base> reference;
        base query[QUERY];
        int letters[200], table[QUERY + 1][201] = {}, best = 0;
        for (int i = 0; i < QUERY; ++i) query[i] = random.bits(2);
        for (int j = 0; j < length; ++j) {  // a mutated copy of the query somewhere inside
            letters[j] = j >= 30 && j < 50 && random.bits(3) ? query[j - 28].to_int() : int(random.bits(2));
            reference.write(letters[j]);
        }
        for (int i = 1; i <= QUERY; ++i)
            for (int j = 1; j <= length; ++j) {
                int value = table[i - 1][j - 1] + (query[i - 1] == letters[j - 1] ? 3 : -2);
                if (value < table[i - 1][j] - 4) value = table[i - 1][j] - 4;
                if (value < table[i][j - 1] - 4) value = table[i][j - 1] - 4;
                table[i][j] = value > 0 ? value : 0;
                if (best < value) best = value;
            }
        check.equal("best", length, smith_waterman(query, reference, length).to_int(), best);
    }
    return check.status();
}
