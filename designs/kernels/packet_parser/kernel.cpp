// Takes Ethernet frames apart, byte by byte: destination, source, optional VLAN tag, type; what follows is payload.
#include "kernel.h"

enum state { DESTINATION, SOURCE, TYPE, TAG, PAYLOAD };

void packet_parser(hls::stream<byte_beat>& in, hls::stream<byte_beat>& payload, hls::stream<header>& headers, ap_uint<8> packets) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=payload
#pragma HLS INTERFACE axis port=headers
    state now = DESTINATION;
    ap_uint<3> seen = 0;
    ap_uint<16> field = 0;
    header found = {0, 0, 0, 0};
    ap_uint<8> left = packets;
bytes:
    while (left > 0) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=20 max=400
        const byte_beat next = in.read();
        field = field << 8 | next.data;
        ++seen;
        switch (now) {
            case DESTINATION:
                found.destination = found.destination << 8 | next.data;
                if (seen == 6) now = SOURCE, seen = 0;
                break;
            case SOURCE:
                if (seen == 6) now = TYPE, seen = 0;
                break;
            case TYPE:
                if (seen == 2) {
                    now = field == 0x8100 ? TAG : PAYLOAD;
                    found.type = field;
                    seen = 0;
                }
                break;
            case TAG:
                if (seen == 2) {
                    found.vlan = field;
                    now = TYPE;
                    seen = 0;
                }
                break;
            case PAYLOAD:
                payload.write(next);
                ++found.length;
                break;
        }
        if (next.last) {
            headers.write(found);
            found = {0, 0, 0, 0};
            now = DESTINATION;
            seen = 0;
            --left;
        }
    }
}
