#include "classes.h"

int main() {
    hls::stream<Pixel> in, out;
    State state = {1, {2, 3, 4}};
    hls::vector<int, 4> lanes = {1, 2, 3, 4};
    for (int call = 0; call < 3; call++) {
        for (int i = 0; i < 4; i++) in.write(Pixel(i * 50, 200 - i, call));
        state = top(in, out, Pixel(100, 90 * call, 50), state, lanes);
        while (!out.empty()) out.read();
    }
    return 0;
}
