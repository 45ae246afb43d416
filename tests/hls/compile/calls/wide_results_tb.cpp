#include "ap_int.h"
ap_uint<192> top(ap_uint<192> x, int n);
int main() { for (int c = 0; c < 5; ++c) { ap_uint<192> x = c * 77777; x <<= 20 * c; top(x + 5, c * 3); } return 0; }
