// Functions that are passed arrays of several sizes, and are one module for all of them.
static void fill(int a[], int n, int first) {
#pragma HLS INLINE off
    for (int i = 0; i < n; ++i) a[i] = first + i;
}

static void fold(int a[], int n, int& result) {
#pragma HLS INLINE off
    int sum = 0;
    for (int i = 0; i < n; ++i) sum = sum * 3 + a[i];
    result = sum;
}

static int pick(int a[], int k) {
#pragma HLS INLINE off
#pragma HLS ARRAY_PARTITION variable=a complete
    a[k] -= k;
    return a[k] + a[1];
}

static void both(int in[10], int& small, int& large, int& given) {
#pragma HLS DATAFLOW
    int few[5], many[20];
    fill(few, 5, 7);
    fill(many, 20, 9);
    fold(few, 5, small);
    fold(many, 20, large);
    fold(in, 10, given);
}

void top(int in[10], int out[12]) {
    int few[3], many[40], small, large, given;
    fill(few, 3, in[0]);
    fill(many, 40, in[1]);
    fill(out, 12, in[2]);
    both(in, small, large, given);
    for (int i = 0; i < 12; ++i) out[i] += pick(few, i % 3) + many[3 * i] + i * (small ^ large ^ given);
    int rest;
    fold(many, 40, rest);
    out[5] += rest + pick(in, 9);
}
