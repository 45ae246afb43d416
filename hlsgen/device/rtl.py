"""The registers and the memory of a design over its shared library."""

from __future__ import annotations

import ctypes
from pathlib import Path
from types import TracebackType

import numpy as np

from ..core.errors import UserError
from .library import FAULTS

PAGE_BYTES = 4096
FIRST_ADDRESS = 0x1000_0000
_CALLS = {
    "open": (ctypes.c_void_p, [ctypes.c_uint32]),
    "close": (None, [ctypes.c_void_p]),
    "reset": (None, [ctypes.c_void_p]),
    "map": (None, [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64]),
    "unmap": (None, [ctypes.c_void_p, ctypes.c_uint64]),
    "read": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)]),
    "write": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32]),
    "run": (None, [ctypes.c_void_p, ctypes.c_uint64]),
    "elapse": (None, [ctypes.c_void_p, ctypes.c_uint64]),
    "dma_setup": (None, [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32]),
    "dma_read": (ctypes.c_uint32, [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]),
    "dma_write": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32, ctypes.c_uint32]),
    "dma_reset": (None, [ctypes.c_void_p, ctypes.c_int]),
    "dma_jitter": (None, [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32, ctypes.c_uint32]),
    "cycles": (ctypes.c_uint64, [ctypes.c_void_p]),
    "interrupt": (ctypes.c_int, [ctypes.c_void_p]),
    "stall": (None, [ctypes.c_void_p, ctypes.c_int]),
    "faults": (None, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]),
    "forget_faults": (None, [ctypes.c_void_p]),
    "traffic": (None, [ctypes.c_void_p, ctypes.c_void_p]),
}


class DeviceFault(UserError):
    """The design, or the software that drives it, has done what breaks a bus on a board."""


class Memory:
    """Buffers that a design can reach, each with an address and a free page behind it."""

    def __init__(self, first_address: int = FIRST_ADDRESS) -> None:
        self.buffers: dict[int, np.ndarray] = {}
        self._next_address = first_address

    def allocate(self, size_bytes: int) -> int:
        """The address of a new buffer, which holds bytes 0xA5."""
        address = self._next_address
        self._next_address += (-(-max(1, size_bytes) // PAGE_BYTES) + 1) * PAGE_BYTES
        self.buffers[address] = np.full(size_bytes, 0xA5, np.uint8)
        return address


class RtlDevice:
    """A design that runs: time passes with every access of a register, `access_cycles` of it, and in `run`.

    seed: of what registers and memories hold before the first reset. masters: names of the AXI4 masters, in order;
    streams: of the streams, each of which has a channel of a DMA engine. memory: what is there already.
    """

    def __init__(
        self,
        library: Path,
        masters: tuple[str, ...],
        *,
        streams: tuple[str, ...] = (),
        memory: Memory | None = None,
        seed: int = 1,
        access_cycles: int = 50,
    ) -> None:
        loaded = ctypes.CDLL(str(library))
        self._calls = {}
        for name, (result, arguments) in _CALLS.items():
            call = getattr(loaded, f"device_{name}")
            call.restype, call.argtypes = result, arguments
            self._calls[name] = call
        self._masters, self._streams, self._access_cycles = masters, streams, access_cycles
        self.memory = memory or Memory()
        self._self = self._calls["open"](seed)
        for address in self.memory.buffers:
            self._map(address)
        self.reset()

    def __enter__(self) -> RtlDevice:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Frees the model; nothing may be called after it."""
        if self._self is not None:
            self._calls["close"](self._self)
            self._self = None

    def reset(self) -> None:
        """A pulse of the reset pin; memory keeps what it holds."""
        self._calls["reset"](self._self)

    def read(self, offset: int) -> int:
        """A 32-bit register. Raises `DeviceFault` when the bus does not answer."""
        value = ctypes.c_uint32()
        answered = self._calls["read"](self._self, offset, ctypes.byref(value))
        self._elapse(bool(answered), offset)
        return value.value

    def write(self, offset: int, value: int) -> None:
        """A 32-bit register. Raises `DeviceFault` when the bus does not answer."""
        self._elapse(bool(self._calls["write"](self._self, offset, value)), offset)

    def _elapse(self, answered: bool, offset: int) -> None:
        if not answered:
            raise DeviceFault(f"register 0x{offset:02x} does not answer", do="reset the device")
        self.run(self._access_cycles)

    def setup_channel(self, stream: str, length_bits: int, address_bits: int, alignment: int) -> None:
        """What the channel at a stream is like; alignment: of addresses, in bytes."""
        self._calls["dma_setup"](self._self, self._streams.index(stream), length_bits, address_bits, alignment)

    def read_channel(self, stream: str, offset: int) -> int:
        """A 32-bit register of the channel at a stream."""
        value = int(self._calls["dma_read"](self._self, self._streams.index(stream), offset))
        self._calls["elapse"](self._self, self._access_cycles)
        return value

    def write_channel(self, stream: str, offset: int, value: int) -> bool:
        """A 32-bit register of the channel at a stream; whether its engine is to be reset."""
        resets = bool(self._calls["dma_write"](self._self, self._streams.index(stream), offset, value))
        self._calls["elapse"](self._self, self._access_cycles)
        return resets

    def reset_channels(self, streams: list[str]) -> None:
        """What is under way in the channels at these streams is dropped."""
        for stream in streams:
            self._calls["dma_reset"](self._self, self._streams.index(stream))

    def jitter(self, stream: str, seed: int, waits: int) -> None:
        """From now on the channel at a stream waits in `waits` of 256 clocks, drawn at random."""
        self._calls["dma_jitter"](self._self, self._streams.index(stream), seed, waits)

    def run(self, cycles: int) -> None:
        """Lets time pass, up to an interrupt."""
        self._calls["run"](self._self, cycles)

    @property
    def cycles(self) -> int:
        """Since the device was opened."""
        return int(self._calls["cycles"](self._self))

    @property
    def interrupt(self) -> bool:
        """The interrupt pin."""
        return bool(self._calls["interrupt"](self._self))

    def stall(self, stalled: bool) -> None:
        """While True memory answers nobody."""
        self._calls["stall"](self._self, int(stalled))

    def allocate(self, size_bytes: int) -> tuple[int, np.ndarray]:
        """(address, bytes) of a new buffer."""
        address = self.memory.allocate(size_bytes)
        self._map(address)
        return address, self.memory.buffers[address]

    def _map(self, address: int) -> None:
        buffer = self.memory.buffers[address]
        self._calls["map"](self._self, address, buffer.ctypes.data, buffer.size)

    def free(self, address: int) -> None:
        """What `allocate` gave; the design can reach it no more."""
        if self.memory.buffers.pop(address, None) is not None and self._self is not None:
            self._calls["unmap"](self._self, address)

    def check(self) -> None:
        """Raises `DeviceFault` for the first thing that went wrong on a bus since the last time."""
        counts, addresses = np.zeros((2, len(FAULTS)), np.uint64)
        self._calls["faults"](self._self, counts.ctypes.data, addresses.ctypes.data)
        self._calls["forget_faults"](self._self)
        for what, count, address in zip(FAULTS, counts.tolist(), addresses.tolist(), strict=True):
            if count:
                raise DeviceFault(
                    f"{what}: {count} times, first at address 0x{address:x}",
                    do="look at the addresses and sizes that the driver gave",
                )

    @property
    def traffic(self) -> dict[str, dict[str, int]]:
        """By master: bursts and beats that went over it."""
        counts = np.zeros((len(self._masters), 4), np.uint64)
        self._calls["traffic"](self._self, counts.ctypes.data)
        names = ("read_bursts", "read_beats", "write_bursts", "write_beats")
        rows = (dict(zip(names, row, strict=True)) for row in counts.tolist())
        return dict(zip(self._masters, rows, strict=True))
