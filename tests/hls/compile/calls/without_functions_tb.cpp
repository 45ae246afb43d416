void top(const int in[64], int out[64], int tiles);

int main() {
    int in[64], out[64] = {};
    for (int i = 0; i < 64; ++i) in[i] = (i * 2654435761u) >> 8;
    top(in, out, 4);
    top(out, in, 2);
    return out[0] == 0 && out[1] == 0;
}
