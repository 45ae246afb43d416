// Small classes and lambdas joined by templates: what is left of them is one pipeline.
#include "kernel.h"

template <class T, int N> class delay_line {
  public:
    delay_line() {
        for (int k = 0; k < N; ++k) taps[k] = T(0);
    }
    T push(const T& next) {
        const T oldest = taps[N - 1];
        for (int k = N - 1; k > 0; --k) taps[k] = taps[k - 1];
        taps[0] = next;
        return oldest;
    }
    template <class F> T fold(T start, F combine) const {
        for (const T& tap : taps) start = combine(start, tap);
        return start;
    }

  private:
    T taps[N];
};

template <class F, class G> struct composed {
    F first;
    G second;
    template <class T> auto operator()(const T& x) { return second(first(x)); }
};

template <class F> F compose(F only) { return only; }
template <class F, class G, class... Rest> auto compose(F first, G second, Rest... rest) {
    return compose(composed<F, G>{first, second}, rest...);
}

void generic_pipeline(hls::stream<real>& in, hls::stream<real>& out, real gain, real offset) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    delay_line<real, 4> recent;
    delay_line<real, 2> echo;
    auto chain = compose(
        [=](const real& x) -> real { return x * gain; },
        [=](const real& x) -> real { return x + offset; },
        [&](const real& x) -> real {
            recent.push(x);
            return recent.fold(real(-128), [](const real& a, const real& b) { return a > b ? a : b; });
        },
        [&](const real& x) -> real { return x - (echo.push(x) >> 1); });
samples:
    for (int n = 0; n < COUNT; ++n) {
#pragma HLS PIPELINE II=1
        out.write(chain(in.read()));
    }
}
