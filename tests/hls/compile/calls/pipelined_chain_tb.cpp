#include "pipelined_both_tb.cpp"
