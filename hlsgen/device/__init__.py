"""A design as software sees it: registers and memory, over its Verilated RTL."""

from .library import FAULTS, build_library
from .rtl import DeviceFault, RtlDevice

__all__ = ["FAULTS", "DeviceFault", "RtlDevice", "build_library"]
