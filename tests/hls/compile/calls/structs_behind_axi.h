#include <ap_int.h>
#include <hls_vector.h>

struct Point { short x, y; int w; };
struct Complex { ap_int<18> re, im; };
struct Triple { int x, y, z; };
using Row = hls::vector<short, 8>;

void top(const Point *in, Point *both, const Complex *c, Complex *d, const Row *rows, const Row *picked, Triple *triples,
         Triple *sums, int n);
