// Canonical Huffman codes up to 8 bits, told by their lengths; bits from the top of a word. Returns the words read.
#include "kernel.h"

int huffman_decode(hls::stream<ap_uint<32>>& bits, hls::stream<ap_uint<4>>& symbols,
                   const ap_uint<4> length_of[SYMBOLS], int count) {
#pragma HLS INTERFACE axis port=bits
#pragma HLS INTERFACE axis port=symbols
    ap_uint<5> with_length[LONGEST + 1] = {};
    ap_uint<4> sorted[SYMBOLS];
    int place = 0;
lengths:
    for (int length = 1; length <= LONGEST; ++length)
        for (int symbol = 0; symbol < SYMBOLS; ++symbol)
            if (length_of[symbol] == length) {
                sorted[place++] = symbol;
                ++with_length[length];
            }
    ap_uint<32> word = 0;
    int left = 0, words = 0;
symbols:
    for (int n = 0; n < count; ++n) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=120
        ap_uint<9> code = 0, first = 0;
        ap_uint<5> index = 0;
    bits:
        for (int length = 1; length <= LONGEST; ++length) {
            if (left == 0) {
                word = bits.read();
                left = 32;
                ++words;
            }
            code = code << 1 | word[31];
            word <<= 1;
            --left;
            const ap_uint<5> here = with_length[length];
            if (code < first + here) {
                index += code - first;
                break;
            }
            index += here;
            first = (first + here) << 1;
        }
        symbols.write(sorted[index]);
    }
    return words;
}
