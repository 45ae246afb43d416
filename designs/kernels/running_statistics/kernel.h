#pragma once
#include "ap_int.h"

struct statistics {
    int count;
    short least, most;
    long long sum, squares;
};

statistics running_statistics(short sample, bool clear);
