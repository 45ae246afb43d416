// All occurrences of a pattern, by Knuth, Morris and Pratt. Returns how many.
#include "kernel.h"

int kmp(const char text[TEXT], int length, const char pattern[PATTERN], int pattern_length, int found[TEXT]) {
    char held[PATTERN];
    uint8_t shorter[PATTERN];  // length of the longest proper border of each prefix
    held[0] = pattern[0];
    shorter[0] = 0;
prepare:
    for (int i = 1, border = 0; i < pattern_length; ++i) {
#pragma HLS LOOP_TRIPCOUNT min=0 max=15
        held[i] = pattern[i];
        while (border > 0 && held[i] != held[border]) border = shorter[border - 1];
        if (held[i] == held[border]) ++border;
        shorter[i] = border;
    }
    int count = 0, matched = 0;
search:
    for (int i = 0; i < length; ++i) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=400
        const char next = text[i];
        while (matched > 0 && (matched == pattern_length || next != held[matched])) matched = shorter[matched - 1];
        if (next == held[matched]) ++matched;
        if (matched == pattern_length) found[count++] = i + 1 - pattern_length;
    }
    return count;
}
