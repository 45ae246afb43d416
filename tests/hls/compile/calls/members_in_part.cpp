// Arrays in structs behind references, of which a call changes one element: the others stay.
struct S {
    unsigned char m[4];
    short n;
};

static void change(S& s, unsigned char x) {
#pragma HLS INLINE off
    for (int i = 0; i < x; i += 60) s.m[(x + i) & 3] = x;
    if (x & 1) s.n = x;
}

static void one(unsigned char x, S& s) {
    s.m[x & 3] = x;
    if (x & 4) s.n = x;
}

void top(S& plain, S& copied, S& inside, S array[2], unsigned char banks[4], unsigned char x, unsigned char* y) {
#pragma HLS ARRAY_PARTITION variable=array complete
#pragma HLS ARRAY_PARTITION variable=banks complete
    plain.m[x & 3] = x;
    S copy = copied;
    change(copy, x);
    copied = copy;
    one(x, inside);
    *y = inside.m[0] + 1;
    array[x & 1].m[(x >> 1) & 3] = x + 1;
    banks[x & 3] = x;
}
