void top(const int x[16], int y[16]);

int main() {
    for (int call = 0; call < 4; ++call) {
        int x[16], y[16], sum = 0, largest = -1000, product = 3;
        for (int i = 0; i < 16; ++i) {
            x[i] = (i * 7 + call * 5) % 23 - 11;
            sum += x[i];
            product = int(unsigned(product) * unsigned(2 * x[i] + 1));
            if (x[i] > largest) largest = x[i];
        }
        top(x, y);
        for (int i = 0; i < 16; ++i)
            if (y[i] != x[i] * sum + largest - product) return 1;
    }
    return 0;
}
