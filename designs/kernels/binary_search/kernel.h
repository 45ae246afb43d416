#pragma once

const int ENTRIES = 300, QUERIES = 40;

void binary_search(const int sorted[ENTRIES], const int wanted[QUERIES], int found[QUERIES]);
