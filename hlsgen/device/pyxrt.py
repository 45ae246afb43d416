"""The part of XRT's Python module that hosts of Alveo cards use, over the RTL of a kernel: one card, number 0.

Names, arguments and results are pyxrt's (XRT 2022.1 to master: src/python/pybind11). Host and card have memories of
their own, as they are on a card: what is not synchronised does not get there. Where XRT warns and goes on, or is
silent, this one raises: a buffer in a bank that the kernel is not connected to (XRT copies it), an argument that is
neither buffer nor int (pyxrt skips it), two runs of a kernel at a time (XRT queues them), an access outside of every
buffer.
"""

from __future__ import annotations

import time
import weakref
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from ..sim.interface import load_interface
from .library import build_library
from .rtl import Memory, RtlDevice
from .xclbin import Image, XrtArgument, load_image

_FIRST_ADDRESS = 0x40_0000_0000  # of the card's memory, beyond 32 bits
_FIRST_GROUP = 5  # of banks of memory: hosts ask `group_id` and guess nothing
_POLL_CYCLES = 1000
_START, _DONE, _CONTINUE = 1, 2, 16


class xclBOSyncDirection(IntEnum):
    XCL_BO_SYNC_BO_TO_DEVICE = 0
    XCL_BO_SYNC_BO_FROM_DEVICE = 1


class ert_cmd_state(IntEnum):
    ERT_CMD_STATE_NEW = 1
    ERT_CMD_STATE_QUEUED = 2
    ERT_CMD_STATE_COMPLETED = 4
    ERT_CMD_STATE_ERROR = 5
    ERT_CMD_STATE_ABORT = 6
    ERT_CMD_STATE_SUBMITTED = 7
    ERT_CMD_STATE_TIMEOUT = 8
    ERT_CMD_STATE_NORESPONSE = 9


class uuid:
    """Of an image."""

    def __init__(self, text: str) -> None:
        self._text = text

    def to_string(self) -> str:
        return self._text


class _Card:
    """What outlives the objects of software: memory, and the image that is loaded."""

    def __init__(self) -> None:
        self.memory = Memory(_FIRST_ADDRESS)
        self.image: Image | None = None
        self.rtl: RtlDevice | None = None
        self.busy: run | None = None

    def load(self, image: Image) -> None:
        interface = load_interface(image.rtl)
        library = build_library(interface, image.library)
        if self.rtl is not None:
            self.rtl.close()
        self.rtl = RtlDevice(library, tuple(master.name for master in interface.axi_masters), memory=self.memory)
        self.image, self.busy = image, None

    def free(self, address: int) -> None:
        if self.rtl is not None:
            self.rtl.free(address)


_CARDS: dict[int, _Card] = {}


def enumerate_devices() -> int:
    return 1


class device:
    """The card. Loading an image resets it, the same image too (XRT: `xrt-smi reset` does)."""

    def __init__(self, index: int) -> None:
        if index != 0:
            raise RuntimeError(f"Could not open device with index '{index}'")
        self.card = _CARDS.setdefault(index, _Card())

    def load_xclbin(self, xclbin: str) -> uuid:
        self.card.load(load_image(Path(xclbin)))
        return self.get_xclbin_uuid()

    def get_xclbin_uuid(self) -> uuid:
        if self.card.image is None:
            raise RuntimeError("no image is loaded")
        return uuid(self.card.image.digest)

    @property
    def rtl(self) -> RtlDevice:
        """The kernel that is loaded, for tests and the curious; XRT has no such thing."""
        if self.card.rtl is None:
            raise RuntimeError("no image is loaded")
        return self.card.rtl


class bo:
    """A buffer: the host's copy and the card's, in the bank `group`."""

    class flags(IntEnum):
        normal = 0

    normal = flags.normal

    def __init__(self, device: device, size: int, flags: flags, group: int) -> None:
        if size <= 0:
            raise RuntimeError("a buffer of no bytes")
        self.group = group
        self._card = device.card
        self._host = np.zeros(size, np.uint8)
        self._address, self._device = device.rtl.allocate(size)
        weakref.finalize(self, self._card.free, self._address)

    def write(self, data: Any, seek: int) -> None:
        given = np.frombuffer(data, np.uint8)
        self._check(given.size, seek)
        self._host[seek : seek + given.size] = given

    def read(self, size: int, skip: int) -> np.ndarray:
        self._check(size, skip)
        return self._host[skip : skip + size].view(np.int8).copy()

    def sync(self, direction: xclBOSyncDirection, size: int, offset: int) -> None:
        self._check(size, offset)
        part = slice(offset, offset + size)
        if direction == xclBOSyncDirection.XCL_BO_SYNC_BO_TO_DEVICE:
            self._device[part] = self._host[part]
        else:
            self._host[part] = self._device[part]

    def map(self) -> memoryview:
        return self._host.data

    def size(self) -> int:
        return int(self._host.size)

    def address(self) -> int:
        return self._address

    def _check(self, size: int, offset: int) -> None:
        if offset < 0 or offset + size > self._host.size:
            raise RuntimeError(f"bytes {offset} to {offset + size} of a buffer of {self._host.size}")


class kernel:
    """The kernel called `name` in the image that is loaded."""

    def __init__(self, device: device, xclbin_id: uuid, name: str) -> None:
        image = device.card.image
        if image is None or image.digest != xclbin_id.to_string():
            raise RuntimeError("the image of this uuid is not loaded")
        if image.kernel != name:
            raise RuntimeError(f"No such kernel '{name}'")
        self.card, self.image = device.card, image

    def group_id(self, index: int) -> int:
        """The bank that argument `index` must lie in."""
        bank = self.argument(index).bank
        if not bank:
            raise RuntimeError(f"argument {index} of {self.image.kernel} is no buffer")
        return _FIRST_GROUP + self.image.banks.index(bank)

    def argument(self, index: int) -> XrtArgument:
        if not 0 <= index < len(self.image.arguments):
            raise IndexError(f"{self.image.kernel} has no argument {index}")
        return self.image.arguments[index]

    def __call__(self, *arguments: bo | int) -> run:
        made = run(self)
        for index, value in enumerate(arguments):
            made.set_arg(index, value)
        made.start()
        return made


class run:
    """One execution of a kernel. A `wait` that takes too long gives ERT_CMD_STATE_TIMEOUT, and the run goes on."""

    def __init__(self, kernel: kernel) -> None:
        self.kernel, self._values = kernel, dict[int, int]()
        self._buffers: dict[int, bo] = {}
        self._state = ert_cmd_state.ERT_CMD_STATE_NEW

    def set_arg(self, index: int, value: bo | int) -> None:
        argument = self.kernel.argument(index)
        if isinstance(value, bo):
            if not argument.bank or value.group != self.kernel.group_id(index):
                needed = f"bank {self.kernel.group_id(index)} ({argument.bank})" if argument.bank else "a number"
                raise RuntimeError(f"argument {index} ({argument.name}) is in bank {value.group}: it must be {needed}")
            self._buffers[index] = value
            self._values[index] = value.address()
        elif type(value) is int and not argument.bank and -(1 << 31) <= value < 1 << 31:
            self._values[index] = value & (1 << 32) - 1
        else:
            raise TypeError(f"argument {index} ({argument.name}) is {value!r}: pyxrt would skip it")

    def start(self) -> None:
        missing = [one.name for k, one in enumerate(self.kernel.image.arguments) if k not in self._values]
        card = self.kernel.card
        if missing or card.image is not self.kernel.image or card.rtl is None:
            raise RuntimeError(f"without {', '.join(missing) or 'its image'}")
        if card.busy is not None and card.busy.state() == ert_cmd_state.ERT_CMD_STATE_SUBMITTED:
            raise RuntimeError("another run of the kernel is under way")
        for index, argument in enumerate(self.kernel.image.arguments):
            for word in range(argument.size_bytes // 4):
                card.rtl.write(argument.offset + 4 * word, self._values[index] >> 32 * word & 0xFFFF_FFFF)
        card.rtl.write(0, _START)
        card.busy, self._state = self, ert_cmd_state.ERT_CMD_STATE_SUBMITTED

    def wait(self, timeout_ms: int = 0) -> ert_cmd_state:
        """The state in the end; for ever when timeout_ms is 0. Raises `DeviceFault` for what went wrong on a bus."""
        until = time.monotonic() + timeout_ms / 1000
        while self.state() == ert_cmd_state.ERT_CMD_STATE_SUBMITTED:
            if timeout_ms and time.monotonic() > until:
                return ert_cmd_state.ERT_CMD_STATE_TIMEOUT
            self._rtl().run(_POLL_CYCLES)
        return self._state

    def state(self) -> ert_cmd_state:
        card = self.kernel.card
        if self._state == ert_cmd_state.ERT_CMD_STATE_SUBMITTED:
            if card.busy is not self:  # the card was reset under it
                self._state = ert_cmd_state.ERT_CMD_STATE_ABORT
            elif self._rtl().read(0) & _DONE:  # reading clears the bit
                self._state, card.busy = ert_cmd_state.ERT_CMD_STATE_COMPLETED, None
                if self.kernel.image.control == "ap_ctrl_chain":
                    self._rtl().write(0, _CONTINUE)
                self._rtl().check()
        return self._state

    def _rtl(self) -> RtlDevice:
        assert self.kernel.card.rtl is not None
        return self.kernel.card.rtl
