#pragma once
#include "ap_axi_sdata.h"
#include "hls_stream.h"

typedef ap_axiu<8, 0, 0, 0> byte_beat;

struct header {
    ap_uint<48> destination;
    ap_uint<16> vlan;  // 0: none
    ap_uint<16> type;
    ap_uint<16> length;
};

void packet_parser(hls::stream<byte_beat>& in, hls::stream<byte_beat>& payload, hls::stream<header>& headers, ap_uint<8> packets);
