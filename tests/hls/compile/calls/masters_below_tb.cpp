void top(const int *a, const int *b, int *out, int n);

int main() {
    int a[64], b[64], out[128] = {};
    for (int i = 0; i < 64; ++i) {
        a[i] = i * 3;
        b[i] = i * i + 1;
    }
    top(a, b, out, 4);
    top(b, a, out, 2);
    top(a, b, out, 0);
    return 0;
}
