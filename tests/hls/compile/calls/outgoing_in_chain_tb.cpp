void top(int a, int b, int c, int &r, bool &odd, int w[4]);
int main() {
    for (int n = 0; n < 30; n++) {
        int r = n, w[4] = {n, n, n, n};
        bool odd = n % 3;
        top(n * n * 7 - 5, n * 99, n, r, odd, w);
    }
    return 0;
}
