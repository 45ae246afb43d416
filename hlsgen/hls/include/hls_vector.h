// hls::vector<T, N>: N elements that are computed with one by one, as one.
#ifndef HLSGEN_HLS_VECTOR_H
#define HLSGEN_HLS_VECTOR_H

#include <cassert>

#include "hlsgen/bits.h"

namespace hls {

template <class T_, __SIZE_TYPE__ N_> struct vector {
    using value_type = T_;
    T_ data[N_];

    constexpr vector() = default;
    constexpr vector(const T_& all) {
#pragma clang loop unroll(full)
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) data[i] = all;
    }
    template <class... U_> requires(sizeof...(U_) == N_ && N_ > 1) constexpr vector(const U_&... each) : data{T_(each)...} {}

    static constexpr __SIZE_TYPE__ size() { return N_; }
    constexpr T_& operator[](__SIZE_TYPE__ i) { return data[i]; }
    constexpr const T_& operator[](__SIZE_TYPE__ i) const { return data[i]; }
    constexpr T_* begin() { return data; }
    constexpr const T_* begin() const { return data; }
    constexpr T_* end() { return data + N_; }
    constexpr const T_* end() const { return data + N_; }

    // the elements after `by`, and around
    constexpr vector rotated(__SIZE_TYPE__ by) const {
        vector r;
#pragma clang loop unroll(full)
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) r.data[i] = data[(i + by) % N_];
        return r;
    }
    constexpr void rotate_left(__SIZE_TYPE__ by) { *this = rotated(by % N_); }
    constexpr void rotate_right(__SIZE_TYPE__ by) { *this = rotated(N_ - by % N_); }

#define HLSGEN_REDUCE(name, op)                                      \
    constexpr T_ name() const {                                      \
        T_ part[N_];                                                 \
        _Pragma("clang loop unroll(full)")                           \
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) part[i] = data[i];    \
        _Pragma("clang loop unroll(full)")                           \
        for (__SIZE_TYPE__ i = 1; i < N_; ++i) part[0] = T_(part[0] op part[i]); \
        return part[0];                                              \
    }
    HLSGEN_REDUCE(reduce_add, +)
    HLSGEN_REDUCE(reduce_mult, *)
    HLSGEN_REDUCE(reduce_and, &)
    HLSGEN_REDUCE(reduce_or, |)
    HLSGEN_REDUCE(reduce_xor, ^)
#undef HLSGEN_REDUCE

#define HLSGEN_EACH(op)                                                                                \
    constexpr vector& operator op##=(const vector & other) {                                           \
        _Pragma("clang loop unroll(full)")                                                             \
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) data[i] = T_(data[i] op other.data[i]);                 \
        return *this;                                                                                  \
    }                                                                                                  \
    friend constexpr vector operator op(vector a, const vector & b) { return a op##= b; }              \
    friend constexpr vector operator op(vector a, const T_& b) { return a op##= vector(b); }           \
    friend constexpr vector operator op(const T_& a, const vector & b) { return vector(a) op b; }
    HLSGEN_EACH(+)
    HLSGEN_EACH(-)
    HLSGEN_EACH(*)
    HLSGEN_EACH(/)
    HLSGEN_EACH(%)
    HLSGEN_EACH(&)
    HLSGEN_EACH(|)
    HLSGEN_EACH(^)
    HLSGEN_EACH(<<)
    HLSGEN_EACH(>>)
#undef HLSGEN_EACH

    constexpr vector operator-() const {
        vector r;
#pragma clang loop unroll(full)
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) r.data[i] = T_(-data[i]);
        return r;
    }
    constexpr vector operator~() const {
        vector r;
#pragma clang loop unroll(full)
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) r.data[i] = T_(~data[i]);
        return r;
    }
    constexpr vector& operator++() { return *this += vector(T_(1)); }
    constexpr vector& operator--() { return *this -= vector(T_(1)); }

#define HLSGEN_COMPARE(op)                                                                             \
    friend constexpr vector<bool, N_> operator op(const vector & a, const vector & b) {                \
        vector<bool, N_> r;                                                                            \
        _Pragma("clang loop unroll(full)")                                                             \
        for (__SIZE_TYPE__ i = 0; i < N_; ++i) r.data[i] = a.data[i] op b.data[i];                     \
        return r;                                                                                      \
    }
    HLSGEN_COMPARE(<)
    HLSGEN_COMPARE(<=)
    HLSGEN_COMPARE(>)
    HLSGEN_COMPARE(>=)
    HLSGEN_COMPARE(==)
    HLSGEN_COMPARE(!=)
#undef HLSGEN_COMPARE
};

}  // namespace hls

#endif
