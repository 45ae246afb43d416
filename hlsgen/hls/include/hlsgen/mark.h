// What the front end writes in place of a pragma, and what the headers tell it about types (synthesis only).
//
// The functions have no body: the front end reads the calls from the LLVM IR, then deletes them. A pragma arrives as
// its number, the values of those options that are expressions and, when it names a variable, that variable's address.
#ifndef HLSGEN_MARK_H
#define HLSGEN_MARK_H

extern "C" {
void hlsgen_pragma(int id, ...) noexcept;                                   // (id, values...)
// extents: of an array, the outermost first, 0 for none; id, then values
void hlsgen_variable(const volatile void* variable, long long size_bytes, int extent0, int extent1, int extent2,
                     int extent3, int id, ...) noexcept;
// then (code, width) of each field from bit 0 up; codes 0 to 6 are those of ap_axi_sdata.h, -1 has no name
void hlsgen_stream(const volatile void* stream, int element_bits, int depth, int axis, int size_bytes,
                   int readable_offset, int writable_offset, int fields, ...) noexcept;
}

namespace hlsgen {

template <class... Values_> [[gnu::always_inline]] inline void pragma(int id, Values_... values) {
    hlsgen_pragma(id, (long long)values...);
}

template <class T_, class... Values_>
[[gnu::always_inline]] inline void variable(const volatile T_& which, int id, Values_... values) {
    if constexpr (requires(const T_& t) { t.hlsgen_describe(); }) const_cast<const T_&>(which).hlsgen_describe();
    if constexpr (__is_pointer(T_))  // an array parameter: what it points at
        hlsgen_variable(const_cast<const T_&>(which), 0, 0, 0, 0, 0, id, (long long)values...);
    else
        hlsgen_variable(__builtin_addressof(which), sizeof(T_), __array_extent(T_, 0), __array_extent(T_, 1),
                        __array_extent(T_, 2), __array_extent(T_, 3), id, (long long)values...);
}

}  // namespace hlsgen

#endif
