// Calls `copy` with lengths around a burst and a page.
int copy(const int* a, int* b, int n, short& last);

int main() {
    static int a[1100], b[1100];
    const int lengths[] = {0, 1, 16, 17, 1100};
    short last = 3;
    int bad = 0;
    for (int n : lengths) {
        for (int i = 0; i < 1100; ++i) a[i] = 7 * i + n, b[i] = -i;
        bad += copy(a, b, n, last) != n;
    }
    return bad;
}
