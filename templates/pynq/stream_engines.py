"""DMA engines between memory and the streams of an accelerator, over pynq's own driver for them (`pynq.lib.dma.DMA`).

pynq waits for as long as it takes; here every wait has an end. Written by hlsgen, the same for every design.
"""

from __future__ import annotations

import time
from typing import Any

import pynq
import pynq.lib.dma  # so that an overlay finds the driver

_STATUS, _RESET = 4, 4  # a register of each channel; a bit of the register before it
_IDLE, _ERRORS = 0x2, 0x70
_RECEIVING = 0x30  # where the registers of a receiving channel begin
_BITS = {"halted": 0, "idle": 1, "internal error": 4, "slave error": 5, "decode error": 6}
_RESET_S = 1.0


class Engines:
    """The channels at the ports of the accelerator, as after a reset.

    Raises RuntimeError for an overlay without them, TimeoutError when one cannot be reset.
    """

    def __init__(self, overlay: Any, ports: list[dict[str, Any]]) -> None:
        self.ports = ports
        self._engines: dict[str, Any] = {}
        for name in dict.fromkeys(port["engine"] for port in ports):
            if name not in overlay.ip_dict:
                raise RuntimeError(f"there is no {name} in the .hwh: it is of another design")
            _reset(name, overlay.ip_dict[name])  # first: pynq waits for a channel that runs
            self._engines[name] = getattr(overlay, name)
            if not isinstance(self._engines[name], pynq.lib.dma.DMA):
                raise RuntimeError(f"{name} in the .hwh is no AXI DMA that this pynq knows")

    @property
    def samples_max(self) -> int:
        """Samples that one transfer of each channel holds."""
        return min(self._engines[p["engine"]].buffer_max_size // int(p["sample_bytes"]) for p in self.ports)

    def start(self, buffers: dict[str, Any], samples: int) -> None:
        """Transfers of so many samples begin. pynq flushes what is sent. Raises ValueError for too many samples."""
        if samples > self.samples_max:
            raise ValueError(f"{samples} samples: one call takes {self.samples_max} at most; `run` makes several calls")
        for port in sorted(self.ports, key=lambda port: bool(port["is_input"])):  # who receives is ready first
            self._channel(port).transfer(buffers[port["name"]], nbytes=samples * port["sample_bytes"])

    def are_done(self) -> bool:
        """Whether all transfers have ended. Raises RuntimeError when one failed."""
        statuses = [self._status(port) for port in self.ports]
        if any(status & _ERRORS for status in statuses):
            raise RuntimeError(f"a DMA engine stopped: `load()` again resets it; {self.state()}")
        return all(status & _IDLE for status in statuses)

    def finish(self, samples: int) -> None:
        """After `are_done`: what was received is there for software. Raises RuntimeError when it is not all."""
        for port in self.ports:
            channel = self._channel(port)
            channel.wait()  # pynq's: it has nothing to wait for any more, and invalidates
            if not port["is_input"] and channel.transferred != samples * port["sample_bytes"]:
                expected = samples * port["sample_bytes"]
                raise RuntimeError(f"{port['name']}: {channel.transferred} bytes received, {expected} expected")

    def state(self) -> str:
        """The status of every channel, for messages."""
        return ", ".join(f"{port['name']} {self._state(port)}" for port in self.ports)

    def _state(self, port: dict[str, Any]) -> str:
        status = self._status(port)
        on = [name for name, bit in _BITS.items() if status >> bit & 1]
        return f"DMA status 0x{status:x} ({', '.join(on) or 'running'})"

    def _channel(self, port: dict[str, Any]) -> Any:
        engine = self._engines[port["engine"]]
        return engine.sendchannel if port["is_input"] else engine.recvchannel

    def _status(self, port: dict[str, Any]) -> int:
        first = 0 if port["is_input"] else _RECEIVING
        return int(self._engines[port["engine"]].read(first + _STATUS))


def _reset(name: str, description: dict[str, Any]) -> None:
    """Both channels of an engine."""
    registers = pynq.MMIO(description["phys_addr"], description["addr_range"], device=description["device"])
    first = 0 if int(description["parameters"]["c_include_mm2s"]) else _RECEIVING
    registers.write(first, _RESET)
    until = time.monotonic() + _RESET_S
    while registers.read(first) & _RESET:
        if time.monotonic() > until:
            raise TimeoutError(f"{name} is still in reset after {_RESET_S} s: does its clock run?")
