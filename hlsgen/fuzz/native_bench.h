// Calls functions natively and writes down what they give. Words are packed bits in little-endian groups of 32.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ap_axi_sdata.h"
#include "hls_stream.h"
#include "hlsgen/pack.h"

namespace fuzz {

inline FILE* in;
inline FILE* out;

template <class T> struct word {
    using packed = hlsgen::packed<T>;
    static constexpr int width = packed::width;
    static constexpr int bytes = (width + 31) / 32 * 4;
    static constexpr int held = sizeof(ap_uint<width>::V) < bytes ? sizeof(ap_uint<width>::V) : bytes;

    static void take(T& value) {
        unsigned char raw[bytes];
        if (fread(raw, 1, bytes, in) != bytes) exit(3);
        ap_uint<width> bits = 0;
        memcpy(&bits.V, raw, held);
        packed::unpack(value, bits);
    }
    static void give(const T& value) {
        unsigned char raw[bytes] = {};
        const ap_uint<width> bits = packed::pack(value);
        memcpy(raw, &bits.V, held);
        if (width % 8) raw[(width - 1) / 8] &= (1 << width % 8) - 1;
        for (int i = (width + 7) / 8; i < bytes; ++i) raw[i] = 0;
        fwrite(raw, 1, bytes, out);
    }
};

inline void count(unsigned n) { fwrite(&n, 4, 1, out); }

template <class T> void take(hls::stream<T>& stream, int words) {
    for (int i = 0; i < words; ++i) {
        T value;
        word<T>::take(value);
        stream.write(value);
    }
}
template <class T> void give(hls::stream<T>& stream) {
    count(stream.size());
    while (!stream.empty()) word<T>::give(stream.read());
}
template <class T> void drop(hls::stream<T>& stream) {
    while (!stream.empty()) stream.read();
}
template <class T> void take(T* elements, int words) {
    for (int i = 0; i < words; ++i) word<T>::take(elements[i]);
}
template <class T> void give(const T* elements, int words) {
    count(words);
    for (int i = 0; i < words; ++i) word<T>::give(elements[i]);
}

}  // namespace fuzz
