#include "outgoing_numbers_tb.cpp"
