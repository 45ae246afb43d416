void top(int x[16], int n);
int main() { int x[16]; for (int c = 0; c < 4; ++c) { for (int i = 0; i < 16; ++i) x[i] = i * c - 5; top(x, c); } return 0; }
