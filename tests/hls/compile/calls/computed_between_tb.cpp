void top(int a[4], int b[4], int out[4], int extra[2], int n, int &count);

int main() {
    int a[4] = {1, 2, 3, 4}, b[4] = {9, -8, 7, 6}, out[4], extra[2], count, mixed = 0;
    for (int n = -5; n < 400; n += 37) {
        top(a, b, out, extra, n, count);
        for (int each : out) mixed ^= each;
        mixed += extra[0] ^ extra[1] ^ count;
    }
    return mixed == 0;
}
