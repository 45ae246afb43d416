void top(const int* in, int* out, int count, int offset, int* sum);

int main() {
    int in[48], out[24], sum = 0;
    for (int call = 0; call < 3; ++call) {
        const int count = call == 1 ? 6 : 48;
        for (int i = 0; i < 48; ++i) in[i] = i * i - 7 * call;
        for (int& each : out) each = -1;
        top(in, out, count, 1000, &sum);
        for (int i = 0; i < count / 2; ++i) sum -= 4 * out[i] + 3;
        if (sum) return 2;
        for (int i = 0; i < 24; ++i)
            if (out[i] != (i < count / 2 ? 2 * (in[2 * i] - in[2 * i + 1]) + 1000 : -1)) return 1;
    }
    return 0;
}
