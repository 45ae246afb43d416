struct S {
    unsigned char m[4];
    short n;
};
void top(S& plain, S& copied, S& inside, S array[2], unsigned char banks[4], unsigned char x, unsigned char* y);

static S filled(int by) {
    S s;
    for (int k = 0; k < 4; ++k) s.m[k] = k * 50 + by;
    s.n = by * 99;
    return s;
}

int main() {
    for (int i = 0; i < 8; ++i) {
        S plain = filled(i), copied = filled(i + 20), inside = filled(i + 30), array[2] = {filled(i + 40), filled(i + 50)};
        unsigned char banks[4] = {1, 2, 3, 4}, y;
        top(plain, copied, inside, array, banks, i * 35, &y);
    }
    return 0;
}
