// hls::task: not supported, and says so where it is used.
#ifndef HLSGEN_HLS_TASK_H
#define HLSGEN_HLS_TASK_H

#include "hls_stream.h"

#define hls_thread_local

namespace hls {

struct task {
    template <class F_, class... A_> task(F_, A_&&...) {
        static_assert(sizeof(F_) == 0, "hls::task is not supported; call the functions in a DATAFLOW region");
    }
};

}  // namespace hls

#endif
