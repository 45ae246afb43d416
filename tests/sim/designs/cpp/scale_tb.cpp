// Calls `scale` with every length, results carried from call to call.
#include <cstdio>

int scale(int n, const int a[16], short b[16], int& last);

int main() {
    int a[16], last = -5, sum = 0;
    short b[16];
    for (int i = 0; i < 16; ++i) a[i] = 1000 * i - 7, b[i] = short(i);
    for (int n = 0; n <= 16; ++n) sum += scale(n, a, b, last);
    std::printf("sum %d last %d\n", sum, last);
    return sum == 0;
}
