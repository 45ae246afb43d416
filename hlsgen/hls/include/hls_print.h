// hls::print: prints in C simulation, hardware does without.
#ifndef HLSGEN_HLS_PRINT_H
#define HLSGEN_HLS_PRINT_H

#ifndef HLSGEN_SYNTHESIS
#include <cstdio>
#endif

namespace hls {

template <class... T_> inline void print(const char* format, T_... values) {
#ifndef HLSGEN_SYNTHESIS
    std::printf(format, values...);
#endif
}

}  // namespace hls

#endif
