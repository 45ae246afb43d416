#include "../bench.h"
#include "kernel.h"

static void send(hls::stream<byte_beat>& in, const uint8_t* bytes, int count) {
    for (int n = 0; n < count; ++n) {
        byte_beat beat;
        beat.data = bytes[n];
        beat.keep = beat.strb = 1;
        beat.last = n == count - 1;
        in.write(beat);
    }
}

int main() {
    Random random(66);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        hls::stream<byte_beat> in, payload;
        hls::stream<header> headers;
        uint8_t frames[8][80];
        int lengths[8], tags[8];
        for (int p = 0; p < 8; ++p) {
            tags[p] = random.between(0, 2);
            lengths[p] = random.between(1, 50);
            for (uint8_t& byte : frames[p]) byte = random.bits(8);
            for (int t = 0; t < tags[p]; ++t) frames[p][12 + 4 * t] = 0x81, frames[p][13 + 4 * t] = 0;
            frames[p][12 + 4 * tags[p]] = 0x08;
            send(in, frames[p], 14 + 4 * tags[p] + lengths[p]);
        }
        packet_parser(in, payload, headers, 8);
        for (int p = 0; p < 8; ++p) {
            const uint8_t *frame = frames[p], *rest = frame + 14 + 4 * tags[p];
            const header got = headers.read();
            uint64_t destination = 0;
            for (int n = 0; n < 6; ++n) destination = destination << 8 | frame[n];
            check.equal("destination", p, got.destination.to_uint64(), destination);
            check.equal("vlan", p, got.vlan.to_int(), tags[p] ? rest[-4] << 8 | rest[-3] : 0);
            check.equal("type", p, got.type.to_int(), rest[-2] << 8 | rest[-1]);
            check.equal("length", p, got.length.to_int(), lengths[p]);
            for (int n = 0; n < lengths[p]; ++n) {
                const byte_beat beat = payload.read();
                check.equal("payload", n, beat.data.to_int(), rest[n]);
                check.equal("last", n, beat.last.to_int(), n == lengths[p] - 1);
            }
        }
    }
    return check.status();
}
