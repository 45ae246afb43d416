"""An AXI DMA engine in direct register mode, as software sees it: PG021's registers, a channel for each direction.

The channels themselves are in `sim/dma.h`, beside the model of the design whose streams they feed and drain.
"""

from __future__ import annotations

from dataclasses import dataclass

from .rtl import RtlDevice

S2MM_OFFSET = 0x30  # of the registers of the receiving channel
_WINDOW = 0x60


@dataclass(frozen=True, slots=True)
class Dma:
    """mm2s, s2mm: the streams that the engine feeds and drains, by name; "" for a channel that is left out.

    length_bits: of the length registers. address_bits: of addresses. realigns: (mm2s, s2mm) take any address, others
    multiples of `bus_bytes`.
    """

    mm2s: str
    s2mm: str
    length_bits: int = 26
    address_bits: int = 64
    realigns: tuple[bool, bool] = (True, True)
    bus_bytes: tuple[int, int] = (4, 4)

    def connect(self, device: RtlDevice) -> None:
        """Tells the channels what they are like."""
        for name, realigns, bus_bytes in zip((self.mm2s, self.s2mm), self.realigns, self.bus_bytes, strict=True):
            if name:
                device.setup_channel(name, self.length_bits, self.address_bits, 1 if realigns else bus_bytes)

    def read(self, device: RtlDevice, offset: int) -> int:
        """A 32-bit register; 0 where there is none."""
        name, register = self._place(offset)
        return device.read_channel(name, register) if name else 0

    def write(self, device: RtlDevice, offset: int, value: int) -> None:
        """A 32-bit register. A reset of one channel resets both, as PG021 says."""
        name, register = self._place(offset)
        if name and device.write_channel(name, register, value):
            device.reset_channels([each for each in (self.mm2s, self.s2mm) if each])

    def _place(self, offset: int) -> tuple[str, int]:
        if offset >= _WINDOW:
            return "", 0
        return (self.s2mm, offset - S2MM_OFFSET) if offset >= S2MM_OFFSET else (self.mm2s, offset)
