#include <complex>

#include "ap_axi_sdata.h"
#include "hls_stream.h"

#define type short  // a name that headers like

using Tagged = hls::axis_user<13, AXIS_ENABLE_USER | AXIS_ENABLE_LAST>;
using Bare = hls::axis_data<std::complex<type>, AXIS_DISABLE_ALL>;
using Full = hls::axis_data<ap_int<12>, AXIS_ENABLE_ALL, 3, 4, 5>;

void top(hls::stream<Tagged>& tags, hls::stream<Bare>& in, hls::stream<Full>& out, hls::stream<Tagged>& tags_out);
