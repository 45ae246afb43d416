struct V { short z[3]; short b; short w[2][2]; short c; };
void top(int n, V v[4], short &o);
int main() { for (int c = 0; c < 5; ++c) { V v[4]; for (int i = 0; i < 36; ++i) ((short*)v)[i] = i * 7 - c; short o; top(c, v, o); } return 0; }
