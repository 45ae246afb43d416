#pragma once
#include "ap_int.h"
#include "hls_stream.h"
#include "hls_vector.h"

// Classes as people write them: a constructor that fills two arrays, private members in streams and arguments, arrays
// in references and results.
template <class T, int N> class Fir {
    T taps[N], delay[N];

  public:
    Fir() {
        for (int i = 0; i < N; i++) {
            taps[i] = T(i + 1);
            delay[i] = 0;
        }
    }
    T operator()(T x) {
        T sum = 0;
        for (int i = N - 1; i >= 0; i--) {
            delay[i] = i == 0 ? x : delay[i - 1];
            sum += delay[i] * taps[i];
        }
        return sum;
    }
};

class Pixel {
    ap_uint<8> r, g, b;

  public:
    Pixel() {}
    Pixel(int r, int g, int b) : r(r), g(g), b(b) {}
    ap_uint<8> luma() const { return (r * 2 + g * 5 + b) >> 3; }
    void dim() { r >>= 1; }
};

struct State {
    int x;
    short y[3];
};

State top(hls::stream<Pixel>& in, hls::stream<Pixel>& out, Pixel last, State& state, hls::vector<int, 4>& lanes);
