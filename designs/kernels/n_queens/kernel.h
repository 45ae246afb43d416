#pragma once

int n_queens(int size, int first[12]);
