// Arrays that modules share: a pragma of one function divides them for all; registers are given by value.
struct point {
    short x;
    int y;
};

int table[6] = {5, 4, 3, 2, 1, 0};

static void deeper(int grid[3][4], unsigned k) {
#pragma HLS INLINE off
#pragma HLS ARRAY_PARTITION variable=grid dim=2 complete
    for (int j = 0; j < 4; ++j) grid[k % 3][j] += j * k;
}

static void move(int grid[3][4], point line[5], short one[], unsigned k) {
#pragma HLS INLINE off
#pragma HLS ARRAY_PARTITION variable=line block factor=2
    deeper(grid, k);
    line[k % 5].x += k;
    line[(k + 1) % 5].y -= k;
    one[0] = -k;
}

static int sum(int values[3], point line[5], unsigned k) {
#pragma HLS INLINE off
#pragma HLS ARRAY_PARTITION variable=values complete
    values[k % 3] ^= k;
    return table[k % 6]++ + line[k % 5].x * values[0] + values[2];
}

int top(unsigned k) {
    static int grid[3][4];
    point line[5] = {};
    int values[3] = {1, 2, 3};
    short one[1];
#pragma HLS ARRAY_PARTITION variable=table cyclic factor=2
    int total = 0;
    for (int i = 0; i < 4; ++i) {
        move(grid, line, one, k + i);
        total += sum(values, line, k) + grid[i % 3][k % 4] - values[k % 3] + one[0];
    }
    return total + line[3].y;
}
