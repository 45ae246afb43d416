#pragma once
#include <stdint.h>

uint32_t crc32_table(const uint8_t* message, int length);
