"""The RTL of a design as a `pynq.Device`: pynq's own Overlay, MMIO, register_map and allocate work on it.

Importing this module with HLSGEN_DEVICE=rtl in the environment makes it pynq's device. Software and the design have
memories of their own, as caches make it on a board: what is not flushed does not reach the design, what is not
invalidated does not come back. Needs the extra `pynq`. pynq 3.0.1, 3.1 and 4.0 differ in none of the calls used here.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pynq.ps
from pynq.buffer import PynqBuffer
from pynq.interrupt import _InterruptController
from pynq.metadata.runtime_metadata_parser import RuntimeMetadataParser
from pynq.pl_server.device import Device
from pynqmetadata.frontends import Metadata

from .fabric import Fabric
from .rtl import DeviceFault, RtlDevice

SWITCH = "HLSGEN_DEVICE"
_TURN_CYCLES = 2000


class SimDevice(Device):
    """pynq's device over Verilated RTL."""

    _probe_priority_ = 10

    @classmethod
    def _probe_(cls) -> list[Device]:
        return [cls()] if os.environ.get(SWITCH) == "rtl" else []

    def __init__(self, tag: str = "hlsgen_rtl") -> None:
        super().__init__(tag)
        self.capabilities = {"REGISTER_RW": True}
        self.name, self.arch = tag, "aarch64"
        pynq.ps.CPU_ARCH = self.arch  # by which pynq 3.0.1 sets clocks
        self.fabric = Fabric()
        self.uio = SimUio(self.fabric)

    @property
    def rtl(self) -> RtlDevice:
        """The design that is loaded, for tests and the curious."""
        return self.fabric.device

    def get_bitfile_metadata(self, bitfile_name: str, partial: bool = False) -> RuntimeMetadataParser:
        return RuntimeMetadataParser(Metadata(input=str(Path(bitfile_name).with_suffix(".hwh"))))

    def download(self, bitstream: Any, parser: Any = None) -> None:
        """A reset of the fabric with the RTL beside the bitstream in it."""
        self.fabric.load(Path(bitstream.bitfile_name))
        parser = parser or self.get_bitfile_metadata(bitstream.bitfile_name)
        super().post_download(bitstream, parser, self.name)
        # pynq opens the UIO device of an interrupt of the processor once, and finds it here ever after.
        self.uio.forget()
        for controller in parser.interrupt_controllers.values():
            if controller["parent"] == "":
                _InterruptController._uio_devices[controller["raw_irq"]] = self.uio

    def gen_cache(self, bitstream: Any, parser: Any = None) -> None:
        """pynq keeps what it knows of an overlay inside its own package; not for this one."""

    def shutdown(self) -> None:
        """Nothing is connected that would have to be told."""

    def set_axi_port_width(self, parser: Any) -> None:
        """The ports are as wide as the design's."""

    def read_registers(self, address: int, length: int) -> bytes:
        words = range(address, address + length, 4)
        return b"".join(self.fabric.read(word).to_bytes(4, "little") for word in words)

    def write_registers(self, address: int, data: bytes) -> None:
        for k in range(0, len(data), 4):
            self.fabric.write(address + k, int.from_bytes(bytes(data[k : k + 4]), "little"))

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
        self._buffer(bo)[offset : offset + size] = data

    def invalidate(self, bo: int, offset: int, virtual_address: int, size: int) -> None:
        """From the design's copy to software's."""
        ctypes.memmove(virtual_address, self._buffer(bo)[offset : offset + size].tobytes(), size)

    def _buffer(self, address: int) -> np.ndarray:
        if address not in self.fabric.memory.buffers:
            raise DeviceFault(f"the buffer at 0x{address:x} was freed", do="keep it until the call has ended")
        return self.fabric.memory.buffers[address]


class SimUio:
    """What pynq asks of the UIO device of an interrupt: events to be set when it comes.

    While there are some, the design runs in turns with the other coroutines of the loop.
    """

    def __init__(self, fabric: Fabric) -> None:
        self.fabric = fabric
        self._events: list[Any] = []

    def add_event(self, event: Any, number: int) -> None:
        self._events.append(event)
        asyncio.get_running_loop().call_soon(self._turn)

    def forget(self) -> None:
        """Events of what was loaded before would take the interrupts of what is loaded now."""
        self._events = []

    def _turn(self) -> None:
        if not self._events:
            return
        self.fabric.device.run(_TURN_CYCLES)
        if not self.fabric.interrupts.irq:
            asyncio.get_running_loop().call_soon(self._turn)
            return
        events, self._events = self._events, []
        for event in events:
            event.set()
