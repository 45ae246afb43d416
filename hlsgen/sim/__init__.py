"""Simulation: the generated C++ natively, and the generated RTL in Verilator under cocotb."""
