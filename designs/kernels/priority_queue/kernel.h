#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int CAPACITY = 16;

struct command {
    bool push;
    ap_uint<12> key;
    ap_uint<12> value;
};
struct item {
    ap_uint<12> key;
    ap_uint<12> value;
};

void priority_queue(hls::stream<command>& commands, hls::stream<item>& popped, int count);
