// A tile of an image, row after row, and a whole image as one burst.
void tile(const int image[16][20], int out[6][9], int sums[16], int row, int column) {
#pragma HLS INTERFACE m_axi port=image bundle=gmem
#pragma HLS INTERFACE m_axi port=out bundle=gmem
#pragma HLS INTERFACE m_axi port=sums bundle=gmem
#pragma HLS INTERFACE s_axilite port=row
#pragma HLS INTERFACE s_axilite port=column
#pragma HLS INTERFACE s_axilite port=return
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 9; x++) {
#pragma HLS PIPELINE
            out[y][x] = image[row + y][column + x] * 2;
        }
    for (int y = 0; y < 16; y++) {
        int sum = 0;
        for (int x = 0; x < 20; x++) {
#pragma HLS PIPELINE
            sum += image[y][x];
        }
        sums[y] = sum;
    }
}
#ifdef BENCH
int main() {
    static int image[16][20], out[6][9], sums[16];
    int bad = 0;
    for (int t = 0; t < 3; t++) {
        for (int y = 0; y < 16; y++) for (int x = 0; x < 20; x++) image[y][x] = y * 100 + x * t;
        tile(image, out, sums, 3 + t, 2 * t);
        for (int y = 0; y < 6; y++) for (int x = 0; x < 9; x++) bad += out[y][x] != image[3 + t + y][2 * t + x] * 2;
        for (int y = 0; y < 16; y++) {
            int sum = 0;
            for (int x = 0; x < 20; x++) sum += image[y][x];
            bad += sums[y] != sum;
        }
    }
    return bad;
}
#endif
