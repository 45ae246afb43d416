// hls::x_complex<T>: a complex number of any number type.
#ifndef HLSGEN_HLS_X_COMPLEX_H
#define HLSGEN_HLS_X_COMPLEX_H

namespace hls {

template <class T_> struct x_complex {
    T_ re, im;

    constexpr x_complex(const T_& re = T_(), const T_& im = T_()) : re(re), im(im) {}
    constexpr T_& real() { return re; }
    constexpr T_& imag() { return im; }
    constexpr const T_& real() const { return re; }
    constexpr const T_& imag() const { return im; }
    constexpr void real(const T_& value) { re = value; }
    constexpr void imag(const T_& value) { im = value; }

    constexpr x_complex& operator+=(const x_complex& b) { return *this = *this + b; }
    constexpr x_complex& operator-=(const x_complex& b) { return *this = *this - b; }
    constexpr x_complex& operator*=(const x_complex& b) { return *this = *this * b; }
    constexpr x_complex operator-() const { return {T_(-re), T_(-im)}; }
    friend constexpr x_complex operator+(const x_complex& a, const x_complex& b) {
        return {T_(a.re + b.re), T_(a.im + b.im)};
    }
    friend constexpr x_complex operator-(const x_complex& a, const x_complex& b) {
        return {T_(a.re - b.re), T_(a.im - b.im)};
    }
    friend constexpr x_complex operator*(const x_complex& a, const x_complex& b) {
        return {T_(a.re * b.re - a.im * b.im), T_(a.re * b.im + a.im * b.re)};
    }
    friend constexpr bool operator==(const x_complex& a, const x_complex& b) { return a.re == b.re && a.im == b.im; }
    friend constexpr bool operator!=(const x_complex& a, const x_complex& b) { return !(a == b); }
};

template <class T_> constexpr x_complex<T_> conj(const x_complex<T_>& x) { return {x.re, T_(-x.im)}; }

}  // namespace hls

template <class T_> constexpr hls::x_complex<T_> x_conj(const hls::x_complex<T_>& x) { return hls::conj(x); }
template <class T_> constexpr T_ x_real(const hls::x_complex<T_>& x) { return x.re; }
template <class T_> constexpr T_ x_imag(const hls::x_complex<T_>& x) { return x.im; }

#endif
