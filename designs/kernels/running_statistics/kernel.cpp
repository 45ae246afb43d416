// A sample per call; everything since the last clear is in what is returned.
#include "kernel.h"

statistics running_statistics(short sample, bool clear) {
    static statistics all = {0, 32767, -32768, 0, 0};
    if (clear) all = {0, 32767, -32768, 0, 0};
    ++all.count;
    if (sample < all.least) all.least = sample;
    if (sample > all.most) all.most = sample;
    all.sum += sample;
    all.squares += sample * sample;
    return all;
}
