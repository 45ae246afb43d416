#include "classes_by_value.h"

int main() {
    for (int n = 0; n < 6; n++) {
        hls::stream<int> in, out;
        ap_int<20> sum;
        Limits limits = {-20 * n, 30 + n};
        for (int i = 0; i < 6; i++) in.write(i * 7 - 3 * n);
        top(n * 11 - 20, ap_ufixed<10, 4>(n * 1.375), limits, {(signed char)(n * 57), n % 2, 100 - 7000 * n},
            {ap_int<70>(n) << (9 * n), {short(n), short(-300 * n), 3, -4}, n % 2 == 0}, in, out, sum);
        while (!out.empty()) out.read();
    }
    return 0;
}
