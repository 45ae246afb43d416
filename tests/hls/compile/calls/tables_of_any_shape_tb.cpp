#include "ap_int.h"
#include "ap_fixed.h"
void top(int i, int j, int k, ap_fixed<12, 11>& x, int& y, ap_uint<200>& z, int& w);
int main() { ap_fixed<12, 11> x; int y, w; ap_uint<200> z; for (int i = 0; i < 3; ++i) for (int j = 0; j < 4; ++j) for (int k = 0; k < 5; ++k) top(i, j, k, x, y, z, w); }
