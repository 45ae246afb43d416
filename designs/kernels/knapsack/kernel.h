#pragma once
#include "ap_int.h"

const int ITEMS = 20, CAPACITY = 100;

ap_uint<16> knapsack(const ap_uint<7> weight[ITEMS], const ap_uint<10> value[ITEMS], bool taken[ITEMS]);
