// Copies and adds one; the RTL of the same name is written by hand.
int copy(const int* a, int* b, int n, short& last) {
    for (int i = 0; i < n; ++i) {
        b[i] = a[i] + 1;
        last = short(b[i]);
    }
    return n;
}
