// The same with ap_ctrl_chain: the numbers of a call stay until it has been seen.
static void first(int a, int b, int &sum, int &product) {
    int s = 0, p = 1;
    for (int i = 0; i < 9; i++) {
        s += a ^ (b >> i);
        p *= a + i;
    }
    sum = s;
    product = p;
}

static void second(int sum, int c, int &r, bool &odd) {
    int x = sum;
    for (int i = 0; i < 13; i++) x = x * 3 + c;
    r = x;
    if (x & 1) odd = c & 2;
}

static void third(int product, int w[4]) {
#pragma HLS PIPELINE
    for (int i = 0; i < 4; i++) w[i] = product % (i + 5);
}

void top(int a, int b, int c, int &r, bool &odd, int w[4]) {
#pragma HLS ARRAY_PARTITION variable=w complete
#pragma HLS INTERFACE ap_ctrl_chain port=return
#pragma HLS DATAFLOW
    int sum, product;
    first(a, b, sum, product);
    second(sum, c, r, odd);
    third(product, w);
}
