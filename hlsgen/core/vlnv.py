"""What Vivado and PYNQ know a kernel by, vendor:library:name:version: the same from our RTL and from Vitis HLS."""

from __future__ import annotations

IP_VENDOR, IP_LIBRARY, IP_VERSION = "hlsgen", "kernel", "1.0"


def vlnv_of(top: str) -> str:
    """The whole name of the IP whose top module is `top`."""
    return f"{IP_VENDOR}:{IP_LIBRARY}:{top}:{IP_VERSION}"
