#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(47);
    Checker check;
    static char text[TEXT];
    static int found[TEXT];
    for (int call = 0; call < 5; ++call) {
        const int length = random.between(300, TEXT), size = call == 0 ? PATTERN : random.between(1, 6);
        char pattern[PATTERN];
        for (int i = 0; i < TEXT; ++i) text[i] = 'a' + (i > 60 && random.bits(3) ? text[i - 37] - 'a' : random.between(0, 1));
        for (int i = 0; i < PATTERN; ++i) pattern[i] = text[100 + i];
        for (int& place : found) place = -1;
        const int count = kmp(text, length, pattern, size, found);
        int expected = 0;
        for (int at = 0; at + size <= length; ++at) {
            bool same = true;
            for (int i = 0; i < size; ++i) same &= text[at + i] == pattern[i];
            if (same) check.equal("found", at, found[expected++], at);
        }
        check.equal("count", call, count, expected);
    }
    return check.status();
}
