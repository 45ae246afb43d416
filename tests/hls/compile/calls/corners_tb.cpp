void top(const int a[16][16], int o[16][16], int di);
int main() { int a[16][16], o[16][16]; for (int c = 0; c < 3; ++c) { for (int i = 0; i < 256; ++i) { a[i / 16][i % 16] = i * i * 7 + c; o[i / 16][i % 16] = i; } top(a, o, c); } return 0; }
