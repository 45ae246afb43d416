int top(const int x[12], int y[12], short by);
int main() {
    int x[12], y[12];
    for (int n = 0; n < 4; n++) {
        for (int i = 0; i < 12; i++) x[i] = (i * 7919 + n * 104729) % 5003 - 2000;
        top(x, y, n - 2);
    }
    return 0;
}
