void top(const int in[24], int out[24]);

int main() {
    int in[24], out[24];
    for (int call = 0; call < 5; ++call) {
        for (int i = 0; i < 24; ++i) in[i] = i * 1234567 * (call + 1);
        top(in, out);
    }
}
