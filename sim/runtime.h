// Precompiled for every model: what Verilator's generated code and cocotb's main program include.
#include <algorithm>
#include <memory>
#include <string>

#include "verilated.h"
#include "verilated_dpi.h"
#include "verilated_timing.h"
#include "verilated_vpi.h"
