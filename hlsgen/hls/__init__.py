"""The HLS compiler: Vitis-style C++ in; Verilog, a schedule report and `signature.json` out."""
