void top(int in[10], int out[12]);

int main() {
    int in[10], out[12], mixed = 0;
    for (int call = 0; call < 3; ++call) {
        for (int i = 0; i < 10; ++i) in[i] = 12345 * i + call;
        top(in, out);
        for (int each : out) mixed ^= each;
    }
    return mixed == 0;
}
