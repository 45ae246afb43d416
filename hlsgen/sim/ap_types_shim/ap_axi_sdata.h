// ap_axiu and ap_axis for C simulation on the open ap_types headers, written here from their public interface.
#ifndef AP_AXI_SDATA_H
#define AP_AXI_SDATA_H

#include "ap_int.h"

namespace hls {

// A side channel of no bits.
struct axis_absent {};

template <int WIDTH>
struct axis_side_channel {
    typedef ap_uint<WIDTH> type;
};
template <>
struct axis_side_channel<0> {
    typedef axis_absent type;
};

template <typename DATA, int WIDTH, int USER, int ID, int DEST>
struct axis {
    DATA data;
    ap_uint<(WIDTH + 7) / 8> keep;
    ap_uint<(WIDTH + 7) / 8> strb;
    typename axis_side_channel<USER>::type user;
    ap_uint<1> last;
    typename axis_side_channel<ID>::type id;
    typename axis_side_channel<DEST>::type dest;
};

} // namespace hls

template <int WIDTH, int USER, int ID, int DEST>
using ap_axiu = hls::axis<ap_uint<WIDTH>, WIDTH, USER, ID, DEST>;
template <int WIDTH, int USER, int ID, int DEST>
using ap_axis = hls::axis<ap_int<WIDTH>, WIDTH, USER, ID, DEST>;

#endif
