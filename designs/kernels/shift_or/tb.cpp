#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(48);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        hls::stream<letter> text;
        hls::stream<match> ends;
        const int size = call ? random.between(2, 5) : LENGTH, count = random.between(150, 300);
        uint8_t letters[300];
        ap_uint<8> pattern[LENGTH];
        for (int n = 0; n < count; ++n) {
            letters[n] = n >= 40 && call == 0 ? letters[n - 40] : 'a' + random.bits(1);
            letter next;
            next.data = letters[n];
            next.keep = next.strb = 1;
            next.last = n == count - 1;
            text.write(next);
        }
        for (int i = 0; i < LENGTH; ++i) pattern[i] = i % 3 == 1 ? '?' : letters[50 + i];
        shift_or(text, ends, pattern, size);
        for (int n = size - 1; n < count; ++n) {
            bool fits = true;
            for (int i = 0; i < size; ++i) fits &= pattern[i] == '?' || pattern[i] == letters[n - size + 1 + i];
            if (fits) check.equal("ends", n, ends.read().data.to_int(), n);
        }
        const match end = ends.read();
        check.equal("end", call, end.last.to_int(), 1);
        check.equal("rest", call, ends.empty(), 1);
    }
    return check.status();
}
