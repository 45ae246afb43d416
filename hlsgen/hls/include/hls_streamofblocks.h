// hls::stream_of_blocks: not supported, and says so where it is used.
#ifndef HLSGEN_HLS_STREAMOFBLOCKS_H
#define HLSGEN_HLS_STREAMOFBLOCKS_H

#include "hls_stream.h"

namespace hls {

template <class T_, int Depth_ = 2> struct stream_of_blocks {
    static_assert(sizeof(T_) == 0,
                  "hls::stream_of_blocks is not supported; pass an array from process to process: it has two banks");
};
template <class T_> struct read_lock {
    read_lock(stream_of_blocks<T_>&);
};
template <class T_> struct write_lock {
    write_lock(stream_of_blocks<T_>&);
};

}  // namespace hls

#endif
