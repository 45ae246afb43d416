"""The RTL of a design as a `pynq.Device`: pynq's own Overlay, MMIO, register_map and allocate work on it.

Importing this module with HLSGEN_DEVICE=rtl in the environment makes it pynq's device. Software and the design have
memories of their own, as caches make it on a board: what is not flushed does not reach the design, what is not
invalidated does not come back. Needs the extra `pynq`. pynq 3.0.1, 3.1 and 4.0 differ in none of the calls used here.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pynq.buffer import PynqBuffer
from pynq.metadata.runtime_metadata_parser import RuntimeMetadataParser
from pynq.pl_server.device import Device
from pynqmetadata.frontends import Metadata

from ..core.errors import UserError
from ..sim.interface import Interface, load_interface
from .library import build_library
from .rtl import Memory, RtlDevice

SWITCH = "HLSGEN_DEVICE"
# Processor registers from which pynq works out the clocks of the fabric, as after a boot: PLLs of 1500 MHz on ZynqMP
# (UG1087: CRL_APB and CRF_APB, 33.333 MHz come in) and of 1000 MHz on Zynq-7000 (UG585: SLCR, 50 MHz come in).
_BOOT = {
    **dict.fromkeys((0xFF5E0020, 0xFF5E0030, 0xFD1A002C), 0x00015A00),
    **{0xFF5E00C0 + 4 * k: 0x01010F00 for k in range(4)},
    **{0xF8000100 + 4 * k: 0x00014000 for k in range(3)},
    **{0xF8000170 + 16 * k: 0x00100A00 for k in range(4)},
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A design at a base address of the processor's."""

    base: int
    size_bytes: int
    device: RtlDevice


class SimDevice(Device):
    """pynq's device over Verilated RTL. `rtl` is the running design, for tests and the curious."""

    _probe_priority_ = 10

    @classmethod
    def _probe_(cls) -> list[Device]:
        return [cls()] if os.environ.get(SWITCH) == "rtl" else []

    def __init__(self, tag: str = "hlsgen_rtl") -> None:
        super().__init__(tag)
        self.capabilities = {"REGISTER_RW": True}
        self.name, self.arch = tag, "aarch64"
        self._registers = dict(_BOOT)
        self._placed: list[Placed] = []
        self._memory = Memory()  # outlives what is loaded

    @property
    def rtl(self) -> RtlDevice:
        if not self._placed:
            raise UserError("no overlay is loaded", do="`Overlay(...)` first")
        return self._placed[0].device

    # ---- overlays

    def get_bitfile_metadata(self, bitfile_name: str, partial: bool = False) -> RuntimeMetadataParser:
        return RuntimeMetadataParser(Metadata(input=str(Path(bitfile_name).with_suffix(".hwh"))))

    def download(self, bitstream: Any, parser: Any = None) -> None:
        """A reset of the fabric with the RTL beside the bitstream in it."""
        parser = parser or self.get_bitfile_metadata(bitstream.bitfile_name)
        folder = Path(bitstream.bitfile_name).with_suffix(".rtl")
        interface = load_interface(folder)
        library = build_library(interface, folder.with_suffix(".library"))
        for placed in self._placed:
            placed.device.close()
        masters = tuple(master.name for master in interface.axi_masters)
        self._placed = [Placed(*_place(parser, interface), RtlDevice(library, masters, memory=self._memory))]
        super().post_download(bitstream, parser, self.name)

    def gen_cache(self, bitstream: Any, parser: Any = None) -> None:
        """pynq keeps what it knows of an overlay inside its own package; not for this one."""

    def shutdown(self) -> None:
        """Nothing is connected that would have to be told."""

    def set_axi_port_width(self, parser: Any) -> None:
        """The ports are as wide as the design's."""

    # ---- registers

    def read_registers(self, address: int, length: int) -> bytes:
        placed = self._at(address)
        words = range(address, address + length, 4)
        if placed is None:
            return b"".join(self._registers.get(word, 0).to_bytes(4, "little") for word in words)
        return b"".join(placed.device.read(word - placed.base).to_bytes(4, "little") for word in words)

    def write_registers(self, address: int, data: bytes) -> None:
        placed = self._at(address)
        for k in range(0, len(data), 4):
            word = int.from_bytes(bytes(data[k : k + 4]), "little")
            if placed is None:
                self._registers[address + k] = word
            else:
                placed.device.write(address + k - placed.base, word)

    def _at(self, address: int) -> Placed | None:
        return next((one for one in self._placed if one.base <= address < one.base + one.size_bytes), None)

    # ---- memory

    def allocate(self, shape: Any, dtype: Any, **ignored: Any) -> PynqBuffer:
        """A buffer of software, with a buffer of the same size in the design's memory."""
        host = np.zeros(int(np.prod(shape)) * np.dtype(dtype).itemsize, np.uint8)
        address, _ = self.rtl.allocate(host.size)
        weakref.finalize(host, self._free, address)  # slices keep it alive
        place = {"device": self, "bo": address, "device_address": address, "coherent": False}
        return PynqBuffer(shape, dtype, buffer=host, **place)

    def _free(self, address: int) -> None:
        self.rtl.free(address)

    def flush(self, bo: int, offset: int, virtual_address: int, size: int) -> None:
        """From software's copy to the design's."""
        data = np.frombuffer(ctypes.string_at(virtual_address, size), np.uint8)
        self._memory.buffers[bo][offset : offset + size] = data

    def invalidate(self, bo: int, offset: int, virtual_address: int, size: int) -> None:
        """From the design's copy to software's."""
        ctypes.memmove(virtual_address, self._memory.buffers[bo][offset : offset + size].tobytes(), size)


def _place(parser: Any, interface: Interface) -> tuple[int, int]:
    """(base, size) of the block of the design in the address map."""
    wanted = interface.signature.top
    for entry in parser.ip_dict.values():
        if str(entry.get("type", "")).split(":")[2:3] == [wanted]:
            return int(entry["phys_addr"]), int(entry["addr_range"])
    raise UserError(
        f"no block of the overlay is {wanted!r}", do="use the .hwh and the RTL that `hlsgen project` wrote together"
    )


def simulated_bitstream(hwh: Path, rtl: Path, folder: Path) -> Path:
    """A bitstream that only this device takes, with its .hwh and its RTL beside it, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    bitstream = folder / f"{hwh.stem}.bit"
    shutil.copyfile(hwh, bitstream.with_suffix(".hwh"))
    shutil.copytree(rtl, bitstream.with_suffix(".rtl"), dirs_exist_ok=True)
    # pynq knows an overlay by the digest of its bitstream.
    digest = hashlib.sha256(hwh.read_bytes()).hexdigest()
    bitstream.write_text(f"hlsgen: simulated, not for a board {digest}\n")
    return bitstream
