// Scales one array into another; the RTL of the same name is written by hand.
int scale(int n, const int a[16], short b[16], int& last) {
    int total = 0;
    for (int i = 0; i < n; ++i) {
        b[i] = short(b[i] + 3 * a[i]);
        last = b[i];
        total += b[i];
    }
    return total;
}
