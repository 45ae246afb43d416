// hls::stream_of_blocks<T, DEPTH>: a FIFO of arrays, which are written and read in any order under a lock.
//
// A block goes through the FIFO as one word: what a lock gives access to is a copy of its own.
#ifndef HLSGEN_HLS_STREAMOFBLOCKS_H
#define HLSGEN_HLS_STREAMOFBLOCKS_H

#include "hls_stream.h"

namespace hlsgen {

template <class T_> struct block {
    T_ value;
};

}  // namespace hlsgen

namespace hls {

template <class T_> class read_lock;
template <class T_> class write_lock;

template <class T_, int Depth_ = 2> class stream_of_blocks {
    static_assert(8 * sizeof(T_) <= 4096,
                  "a block of hls::stream_of_blocks has 4096 bits at most here; pass an array from process to process: "
                  "it has two banks");

  public:
    stream_of_blocks() = default;
    explicit stream_of_blocks(const char*) {}

    bool empty() const { return blocks.empty(); }
    bool full() const { return blocks.full(); }

  private:
    template <class> friend class read_lock;
    template <class> friend class write_lock;

    stream<hlsgen::block<T_>, Depth_> blocks;
};

// The oldest block, from here on to the end of the scope; then it is gone.
template <class T_> class read_lock {
  public:
    template <int Depth_> explicit read_lock(stream_of_blocks<T_, Depth_>& from) { from.blocks.read(held); }
    read_lock(const read_lock&) = delete;

    operator const T_&() const { return held.value; }
    template <class Index_> auto& operator[](Index_ index) const { return held.value[index]; }

  private:
    hlsgen::block<T_> held;
};

// A new block, which is handed on at the end of the scope.
template <class T_> class write_lock {
  public:
    template <int Depth_> explicit write_lock(stream_of_blocks<T_, Depth_>& to) : to(to.blocks) {}
    write_lock(const write_lock&) = delete;
    ~write_lock() { to.write(held); }

    operator T_&() { return held.value; }
    template <class Index_> auto& operator[](Index_ index) { return held.value[index]; }

  private:
    stream<hlsgen::block<T_>, 0>& to;
    hlsgen::block<T_> held;
};

}  // namespace hls

#endif
