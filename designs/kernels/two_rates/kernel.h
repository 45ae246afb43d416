#pragma once
#include "ap_int.h"

const int FAST = 96, SLOW = 24;

void two_rates(const short fast[FAST], int smooth[FAST], int slow[SLOW]);
