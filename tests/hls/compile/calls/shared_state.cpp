// Variables that outlive a call and are touched by functions that would be modules of their own: there is one of each.
static int memory[16];
static int count = 3;

static int accumulate(int x) {
#pragma HLS INLINE off
    static int sum = 0;
    for (int i = 0; i < 4; ++i) sum += x * i;
    return sum;
}

static int thrice(int x) {
#pragma HLS INLINE off
    int result = 0;
    for (int i = 0; i < 3; ++i) result ^= accumulate(x + i);
    return result;
}

static void put(int x) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) memory[i] += x * i;
    ++count;
}

static int get(int shift) {
#pragma HLS INLINE off
    int result = 0;
    for (int i = 0; i < 16; ++i) result ^= memory[i] << shift;
    return result;
}

int top(int x) {
    int result = accumulate(x) + thrice(x);
    put(x);
    result = accumulate(result) - get(x & 7);
    memory[x & 15] = 5;
    return result + count;
}
