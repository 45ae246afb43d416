struct V { short z[3]; short b; short w[2][2]; short c; };
void top(int n, V v[4], short &o) {
    V l[5];
    for (int i = 0; i < 5; ++i) { for (int k = 0; k < 3; ++k) l[i].z[k] = i * 10 + k; l[i].b = 77 + i; l[i].c = -i; for (int k = 0; k < 4; ++k) l[i].w[k & 1][k >> 1] = k * n; }
    short t = 0;
    for (int i = 0; i < 4; ++i) {
        v[i].b += l[i + 1].b - l[i].z[n % 3];
        v[i].z[(n + i) % 3] ^= l[i].c + l[i + 1].w[n & 1][i & 1];
        v[i].c = v[i].w[1][0] + v[3 - i].z[2];
        t += v[i].c * l[n].w[1][1];
    }
    o = t;
}
