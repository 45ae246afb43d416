#include "words_of_arrays.h"

void top(narrow joined[5], narrow apart[3], short both[2], short made[4], level looked[3]);

int main() {
    narrow joined[5], apart[3];
    short both[2] = {7, 70}, made[4];
    level looked[3], half;
    std::istringstream words("-17 0.5");
    words >> joined[4] >> half;
    if (joined[4] != -17 || half != 0.5) return 1;
    for (int call = 0; call < 12; call++) {
        for (int i = 0; i < 5; i++) joined[i] = call * 1103 + i * 517 - 2000;
        for (int i = 0; i < 3; i++) apart[i] = call * 5 + i * 3 - 20;
        both[0] += call;
        top(joined, apart, both, made, looked);
    }
    return 0;
}
