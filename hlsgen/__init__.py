"""hlsgen: from a quantised model in Python to verified FPGA RTL."""

__version__ = "0.1.0"
