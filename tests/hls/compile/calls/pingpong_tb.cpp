#include <cstdio>
void top(const int in[32], int n, int k, int out[32]);
int main() {
    int bad = 0;
    for (int c = 0; c < 6; ++c) {
        int in[32], out[32], n = 5 * c + 3, k = c * 77, s = 0, b[32];
        for (int i = 0; i < 32; ++i) in[i] = i * i - 100 * c;
        for (int i = 0; i < 32; ++i) { int v = i < n ? in[i] : 0; b[i] = 3 * v; s += v; }
        top(in, n, k, out);
        for (int i = 0; i < 32; ++i) bad += out[i] != ((b[31 - i] + s) ^ k);
    }
    return bad != 0;
}
