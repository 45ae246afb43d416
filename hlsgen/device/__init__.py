"""A design as software sees it: registers, memory and DMA engines, over its Verilated RTL."""

from .dma import Dma
from .library import FAULTS, build_library
from .rtl import DeviceFault, RtlDevice

__all__ = ["FAULTS", "DeviceFault", "Dma", "RtlDevice", "build_library"]
