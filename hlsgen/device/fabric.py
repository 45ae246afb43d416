"""What a processor sees of its programmable logic: blocks at addresses, registers of its own, memory.

In: a handoff file (.hwh) and the RTL of the block in it. Memory outlives what is loaded, as on a board.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from ..core.errors import UserError
from ..sim.interface import load_interface
from .dma import Dma
from .handoff import engines_of, window_of, windows_of
from .interrupts import InterruptController
from .library import build_library
from .rtl import Memory, RtlDevice

# Registers from which pynq works out the clocks of the fabric, as after a boot: PLLs of 1500 MHz on ZynqMP (UG1087:
# CRL_APB and CRF_APB, 33.333 MHz come in) and of 1000 MHz on Zynq-7000 (UG585: SLCR, 50 MHz come in).
_BOOT = {
    **dict.fromkeys((0xFF5E0020, 0xFF5E0030, 0xFD1A002C), 0x00015A00),
    **{0xFF5E00C0 + 4 * k: 0x01010F00 for k in range(4)},
    **{0xF8000100 + 4 * k: 0x00014000 for k in range(3)},
    **{0xF8000170 + 16 * k: 0x00100A00 for k in range(4)},
}


class Fabric:
    """Registers by address; nothing answers beyond the block that is loaded, and 0 is read there."""

    def __init__(self) -> None:
        self.memory = Memory()
        self._registers = dict(_BOOT)
        self._device: RtlDevice | None = None
        self._window = self._interrupt_window = range(0)
        self._engines: list[tuple[range, Dma]] = []
        self.interrupts = InterruptController(lambda: self.device.interrupt)

    @property
    def device(self) -> RtlDevice:
        """The block. Raises a `UserError` when none is loaded."""
        if self._device is None:
            raise UserError("no overlay is loaded", do="load one first")
        return self._device

    def load(self, bitstream: Path) -> None:
        """The block whose handoff file and RTL lie beside `bitstream` (see `simulated_bitstream`), as after a reset."""
        folder = bitstream.with_suffix(".rtl")
        interface = load_interface(folder)
        hwh = bitstream.with_suffix(".hwh")
        window, controllers = window_of(hwh, interface.signature.top), windows_of(hwh, "axi_intc")
        streams = tuple(stream.name for stream in interface.signature.streams)
        engines = engines_of(hwh, interface.signature.top)
        if strange := {name for _, engine in engines for name in (engine.mm2s, engine.s2mm) if name} - {*streams}:
            raise UserError(
                f"{interface.signature.top} has no stream {', '.join(sorted(strange))}",
                where=str(hwh),
                do="use the .hwh and the RTL that `hlsgen project` wrote together",
            )
        library = build_library(interface, folder.with_suffix(".library"))
        if self._device is not None:
            self._device.close()
        self._window, self._interrupt_window = window, next(iter(controllers), range(0))
        self.interrupts.reset()
        masters = tuple(master.name for master in interface.axi_masters)
        self._device = RtlDevice(library, masters, streams=streams, memory=self.memory)
        self._engines = engines
        for _, engine in self._engines:
            engine.connect(self._device)

    def read(self, address: int) -> int:
        """A 32-bit register."""
        if address in self._window:
            return self.device.read(address - self._window.start)
        if address in self._interrupt_window:
            return self.interrupts.read(address - self._interrupt_window.start)
        for window, engine in self._engines:
            if address in window:
                return engine.read(self.device, address - window.start)
        return self._registers.get(address, 0)

    def write(self, address: int, value: int) -> None:
        """A 32-bit register."""
        if address in self._window:
            self.device.write(address - self._window.start, value)
        elif address in self._interrupt_window:
            self.interrupts.write(address - self._interrupt_window.start, value)
        else:
            for window, engine in self._engines:
                if address in window:
                    return engine.write(self.device, address - window.start, value)
            self._registers[address] = value


def simulated_bitstream(hwh: Path, rtl: Path, folder: Path) -> Path:
    """A bitstream that only a `Fabric` takes, with its .hwh and its RTL beside it, in `folder`.

    It has the header of a .bit file, since PYNQ.remote cuts it off, and a digest, by which pynq knows an overlay.
    Raises a `UserError` when there is no such file or folder.
    """
    for needed in (hwh, rtl):
        if not needed.exists():
            raise UserError("is missing", where=str(needed), do="use the whole folder that `hlsgen project` wrote")
    folder.mkdir(parents=True, exist_ok=True)
    bitstream = folder / f"{hwh.stem}.bit"
    shutil.copyfile(hwh, bitstream.with_suffix(".hwh"))
    shutil.copytree(rtl, bitstream.with_suffix(".rtl"), dirs_exist_ok=True)
    payload = hashlib.sha256(hwh.read_bytes()).digest()
    fields = {b"a": b"simulated by hlsgen\0", b"b": b"none\0", b"c": b"\0", b"d": b"\0"}
    head = b"".join(letter + len(text).to_bytes(2, "big") + text for letter, text in fields.items())
    start = bytes.fromhex("00090ff00ff00ff00ff0000001")
    bitstream.write_bytes(start + head + b"e" + len(payload).to_bytes(4, "big") + payload)
    return bitstream
