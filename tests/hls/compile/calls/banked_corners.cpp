void top(const int a[16][16], int o[16][12], int di, const int q[8]) {
    int b[20][12], c[12][16], d[6][5][4];
#pragma HLS ARRAY_PARTITION variable=b cyclic factor=4 dim=2
#pragma HLS ARRAY_PARTITION variable=c complete dim=1
#pragma HLS ARRAY_PARTITION variable=d complete dim=2
    for (int i = 0; i < 20; ++i) for (int j = 0; j < 12; ++j) b[i][j] = i * 100 + j;
    for (int i = 0; i < 12; ++i) for (int j = 0; j < 16; ++j) c[i][j] = a[i][j] ^ j;
    for (int i = 0; i < 120; ++i) (&d[0][0][0])[i] = i * 3;
    for (int i = 1; i < 15; ++i)
        for (int j = 1; j < 11; ++j) {
#pragma HLS PIPELINE
            o[i][j] = b[i + 1][j - 1] * 3 + b[i - 1][j + 1] * 5 + b[i + 3][j + 1] + c[j - 1][i + 1] + 7 * c[j + 1][i - 1];
        }
    for (int i = 0; i < 8; ++i) o[0][i] = b[q[i] & 15][(q[i] >> 4) & 7] + c[di + 2][q[i] & 7] + d[q[i] & 3][(q[i] >> 2) & 3][q[i] & 3] + d[(q[i] & 3) + 1][((q[i] >> 2) & 3) + 1][3 - (q[i] & 3)];
    for (int i = 0; i < 12; ++i) o[15][i] = (&b[0][0])[i * 19 + di] - (&c[0][0])[i * 15 + di];
}
