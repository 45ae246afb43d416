#include "ap_int.h"
void top(ap_int<23> a, ap_int<31> *r);
int main() {
    for (int n = 0; n < 24; n++) {
        ap_int<31> r = n * 77;
        top(n * 104729 - 900000, &r);
    }
    return 0;
}
