void top(const int a[16][16], int o[16][16], int di) {
    for (int i = 1; i < 15; ++i)
        for (int j = 1; j < 15; ++j) {
#pragma HLS PIPELINE
            o[i][j] = a[i + 1][j - 1] * 3 + a[i - 1][j + 1] * 5 + a[i - 1][j - 1] + 7 * a[i + 1][j + 1];
        }
    int b[20][12];
    for (int i = 0; i < 20; ++i) for (int j = 0; j < 12; ++j) b[i][j] = i * 100 + j;
    for (int i = 1; i < 15; ++i) for (int j = 5; j < 8; ++j) o[i][j] += b[i + di + 3][j - 5 + di];
    for (int i = 0; i < 16; ++i) o[0][i] = (&b[0][0])[i * 13 + di];
}
