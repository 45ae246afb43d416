// Arrays that one function takes, each divided in its own way: the division with most banks holds for all.
static void running(int values[8], int mask) {
#pragma HLS INLINE off
    for (int i = 0; i < 7; ++i) values[i + 1] = values[i & mask] + mask;
}

static void sums(int values[16], int count) {
#pragma HLS INLINE off
#pragma HLS ARRAY_PARTITION variable=values cyclic factor=2
    for (int i = 1; i < count; ++i) values[i] += values[i - 1];
}

template <int SIZE>
static void fill(int (&values)[SIZE], int k) {
    for (int i = 0; i < SIZE; ++i) values[i] = i * k;
}

int top(int k) {
    int few[8], all[8], half[8], whole[16];
#pragma HLS ARRAY_PARTITION variable=few cyclic factor=7
#pragma HLS ARRAY_PARTITION variable=all complete
#pragma HLS ARRAY_PARTITION variable=half block factor=2
#pragma HLS ARRAY_PARTITION variable=whole cyclic factor=4
    fill(few, k), fill(all, 3), fill(half, k + 1), fill(whole, k);
    running(few, k);
    running(all, 5);
    sums(half, 8);
    sums(whole, 16);
    return few[k & 7] + all[k & 7] + half[7] + whole[k & 15] * 16;
}
