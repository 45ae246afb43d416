// The place of each query in a sorted array, -1 where it is not.
#include "kernel.h"

void binary_search(const int sorted[ENTRIES], const int wanted[QUERIES], int found[QUERIES]) {
queries:
    for (int q = 0; q < QUERIES; ++q) {
        int low = 0, high = ENTRIES - 1, place = -1;
        const int key = wanted[q];
    halve:
        while (low <= high) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=9
            const int middle = (low + high) / 2, value = sorted[middle];
            if (value == key) {
                place = middle;
                break;
            }
            if (value < key)
                low = middle + 1;
            else
                high = middle - 1;
        }
        found[q] = place;
    }
}
