// Included ahead of everything by compilers other than GCC: the open ap_types headers declare a `complex` of their own in
// namespace std, which clashes with the inline namespace that libc++ keeps its own in.
#ifndef HLSGEN_COMPLEX_FIRST_H
#define HLSGEN_COMPLEX_FIRST_H

#include <complex>
#define complex ap_types_complex

#endif
