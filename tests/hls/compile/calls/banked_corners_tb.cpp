void top(const int a[16][16], int o[16][12], int di, const int q[8]);
int main() { int a[16][16], o[16][12], q[8]; for (int c = 0; c < 3; ++c) { for (int i = 0; i < 256; ++i) a[i / 16][i % 16] = i * i * 7 + c; for (int i = 0; i < 192; ++i) o[i / 12][i % 12] = i; for (int i = 0; i < 8; ++i) q[i] = i * 37 + c * 101; top(a, o, c, q); } return 0; }
