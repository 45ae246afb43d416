"""The accelerator under PYNQ: NumPy arrays in, NumPy arrays out. What it is like is in the .json file beside this one.

    from {name} import load

    accelerator = load()               # the bitstream {name}.bit, with {name}.hwh
    result = accelerator.predict(x)    # quantises, runs, and gives float64 back

Runs on pynq 3.0.1, 3.1 and 4.0. With HLSGEN_DEVICE=rtl in the environment it runs on any machine, on the simulated RTL
(pip install 'hlsgen[pynq]'); nothing else changes.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

HERE = Path(__file__).resolve().parent
DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
__doc__ = (__doc__ or "").replace("{name}", DATA["name"])

SIMULATED = os.environ.get("HLSGEN_DEVICE") == "rtl"
REMOTE = bool(os.environ.get("PYNQ_REMOTE_DEVICES"))  # a board, or `hlsgen serve`, on the network
try:
    if SIMULATED:
        import hlsgen.device.pynq_device  # noqa: F401 (becomes pynq's device)
    import pynq
except ImportError as error:
    raise ImportError(f"{error}: PYNQ's images have pynq; elsewhere, pip install 'hlsgen[pynq]'") from error
from number_formats import decode, encode  # noqa: E402, F401 (beside this file; notebooks take them from here)
from tensor_calls import TIMEOUT_S, TensorCalls, packed, row_elements  # noqa: E402

if DATA["parameters"]:
    from weight_bytes import weight_bytes
if DATA["io"] == "stream":
    from stream_engines import Engines

_START, _DONE, _IDLE, _CONTINUE = 1, 2, 4, 16  # of the control register
_GLOBAL_ENABLE, _ENABLE, _STATUS = 4, 8, 12  # registers of the interrupt; bit 0 of the last two is that of a call's end
_TURNS = 100  # looks at the engines after the end of a call
_IDLE_LOOKS = 3  # in a row, after which nothing is under way
_LOOK_S = 0.1  # an interrupt that does not come costs no more
_WAKE_S = 0.0001  # by which a sleep may be longer than it should


class Accelerator(TensorCalls, pynq.DefaultIP):
    """NumPy in, NumPy out; `predict` does it all, `start` and `wait` let software go on in between."""

    bindto: ClassVar[list[str]] = [DATA["vlnv"]]
    data = DATA

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__(description=description)
        _check_registers(description)
        self.overlay: Any = None  # kept alive while this is
        self.engines: Engines | None = None  # of streams; without them the accelerator reaches memory itself
        self._buffers: dict[str, Any] = {}
        self._weights: Any = None  # those that are loaded, as they lie in memory
        self._room = 0  # samples that the buffers hold
        self._under_way = 0  # samples of the call that runs
        self._ready_s = 0.0  # when it can be done, by `_now_s`
        self._ended = False  # the bit "done" of the call was seen
        self._marked = 0  # the offset of a register that is not 0 while the call runs

    def start(self, codes: dict[str, np.ndarray]) -> None:
        """Hands codes over and starts. Raises RuntimeError while a call is under way."""
        self._check_free()
        samples = self.checked_samples(codes)
        self._make_room(samples)
        for port in DATA["ports"]:
            if port["is_input"]:
                self._buffers[port["name"]][:samples] = packed(codes[port["tensor"]], port)
        if self.engines is None:
            self._place_buffers()
        else:
            self.engines.start(self._buffers, samples)
        self.write(DATA["samples_offset"], samples)
        if DATA["counters"]:
            self.write(DATA["counters"]["PERF_CLEAR"], 1)
        self._under_way = samples
        self._ready_s = _now_s() + _predicted_s(samples)
        self._begin(DATA["samples_offset"])

    def wait(self, timeout_s: float = TIMEOUT_S) -> dict[str, np.ndarray]:
        """The output codes of the call under way. Raises TimeoutError with the state of the registers."""
        if not self._under_way:
            raise RuntimeError("no call is under way: `start` one first")
        until = time.monotonic() + timeout_s
        self._sleep(until)
        while not self._is_done():
            self._check_time(until, timeout_s)
        return self._finish()

    async def wait_async(self, timeout_s: float = TIMEOUT_S) -> dict[str, np.ndarray]:
        """`wait` for coroutines: others go on until the interrupt comes. Without one it looks again and again."""
        if not self._under_way:
            raise RuntimeError("no call is under way: `start` one first")
        until, pin = time.monotonic() + timeout_s, self._interrupt_pin()
        self._set_interrupt(pin is not None)
        try:
            while not self._is_done():  # looked at after the interrupt is on: an end before that raised none
                self._check_time(until, timeout_s)
                await _until_woken(pin, until)
                self._clear_interrupt()
        finally:
            self._set_interrupt(False)
        return self._finish()

    def _sleep(self, until: float) -> None:
        """While the call cannot be done, at most `until`: a look in between would cost time and say nothing."""
        seconds = min(self._ready_s - _now_s(), until - time.monotonic())
        if SIMULATED:
            pynq.Device.active_device.rtl.run(max(0, int(seconds * _clock_hz())))
        elif seconds > 2 * _WAKE_S:
            time.sleep(seconds - _WAKE_S)

    def _check_time(self, until: float, timeout_s: float) -> None:
        if time.monotonic() > until:
            raise TimeoutError(f"not done after {timeout_s} s: `load()` again resets it; {self.state()}")

    def _interrupt_pin(self) -> Any:
        """A pynq.Interrupt of this event loop; None where pynq has none: over a network, or without a UIO device."""
        pin = self._interrupts.get(DATA["interrupt"])
        try:
            return pynq.Interrupt(pin["fullpath"]) if pin and not REMOTE else None
        except ValueError:
            return None

    def _set_interrupt(self, on: bool) -> None:
        self.write(_GLOBAL_ENABLE, int(on))
        self.write(_ENABLE, int(on))
        self._clear_interrupt()

    def _clear_interrupt(self) -> None:
        pending = self.read(_STATUS)
        if pending:
            self.write(_STATUS, pending)  # a 1 toggles a bit

    def _finish(self) -> dict[str, np.ndarray]:
        if DATA["control"] == "ap_ctrl_chain":
            self.write(0, _CONTINUE)
        samples, self._under_way = self._under_way, 0
        if self.engines is not None:
            self.engines.finish(samples)
        if SIMULATED:
            pynq.Device.active_device.rtl.check()
        return self.outputs_of(lambda port: self._rows(port, samples))

    def _rows(self, port: dict[str, Any], samples: int) -> np.ndarray:
        buffer = self._buffers[port["name"]]
        if self.engines is None:  # they have done it
            buffer.invalidate()
        return np.asarray(buffer[:samples])

    def load_weights(self, weights: dict[str, np.ndarray], timeout_s: float = TIMEOUT_S) -> None:
        """Codes (integers) of all weights and biases, by name, for every call from now on.

        Raises ValueError for what does not fit, RuntimeError while a call is under way or where weights are baked in,
        TimeoutError.
        """
        parameters = DATA["parameters"]
        if not parameters:
            raise RuntimeError("the weights are baked in: make the design with --weights loaded")
        words = weight_bytes(parameters, weights)
        self._check_free()
        self._weights = pynq.allocate(words.shape, np.uint8)
        self._weights[:] = words
        self._weights.flush()
        address = int(self._weights.device_address)
        self.write(parameters["offset"], address & 0xFFFF_FFFF)
        self.write(parameters["offset"] + 4, address >> 32)
        self.write(DATA["samples_offset"], 0)
        self.write(parameters["load_offset"], 1)
        self._begin(parameters["load_offset"])
        until = time.monotonic() + timeout_s
        while not self._is_done():
            self._check_time(until, timeout_s)
        self.write(parameters["load_offset"], 0)
        if DATA["control"] == "ap_ctrl_chain":
            self.write(0, _CONTINUE)
        if SIMULATED:
            pynq.Device.active_device.rtl.check()

    def counters(self) -> dict[str, int]:
        """Clocks, bytes and stalls of the last call; none without `hlsgen project --counters`."""
        wide = {name: offset for name, offset in DATA["counters"].items() if name != "PERF_CLEAR"}
        return {name: self.read(offset) | self.read(offset + 4) << 32 for name, offset in wide.items()}

    def state(self) -> str:
        """The control register and the arguments, for messages."""
        control = self._control()
        bits = ", ".join(f"{name} {control >> bit & 1}" for bit, name in enumerate(("start", "done", "idle", "ready")))
        samples = self.read(DATA["samples_offset"])
        if self.engines is not None:
            beats = [f"{name} {self.read(at)}" for name, at in DATA["registers"].items() if name.endswith("_beats")]
            return f"control 0x{control:x} ({bits}), samples {samples}, {', '.join(beats)}, {self.engines.state()}"
        places = [f"{p['name']} 0x{self.read(p['offset'] + 4):08x}{self.read(p['offset']):08x}" for p in DATA["ports"]]
        return f"control 0x{control:x} ({bits}), samples {samples}, {', '.join(places)}"

    def _check_free(self) -> None:
        if self._under_way or not self.read(0) & _IDLE:
            raise RuntimeError(f"a call is under way: `wait` for it first, or `load()` again; {self.state()}")

    def _begin(self, marked: int) -> None:
        self._ended, self._marked = False, marked
        self.write(0, _START)

    def _control(self) -> int:
        """The control register. Reading it clears the bit "done", so that this keeps it."""
        control = self.read(0)
        self._ended |= bool(control & _DONE)
        return control

    def _is_idle(self) -> bool:
        return self._control() & (_START | _IDLE) == _IDLE

    def _is_done(self) -> bool:
        """Raises RuntimeError when the accelerator was reset under the call, or an engine has stopped."""
        is_idle = self._is_idle()
        if is_idle and not self._ended:  # somebody else has read the bit, as `register_map` does; or there was a reset
            if not self.read(self._marked):
                self._under_way = 0
                raise RuntimeError(f"reset while the call ran: `load()` again; {self.state()}")
            self._ended = all(self._is_idle() for _ in range(_IDLE_LOOKS))
        if self.engines is None:
            return self._ended
        # Once the last beat has left, the engines have it in memory within some clocks.
        turns = range(_TURNS if is_idle else 1)
        return any(self._are_engines_done() for _ in turns) and is_idle

    def _are_engines_done(self) -> bool:
        try:
            return self.engines.are_done()
        except RuntimeError:
            if SIMULATED:
                pynq.Device.active_device.rtl.check()
            raise

    def _place_buffers(self) -> None:
        """Tells the accelerator where they are."""
        for port in DATA["ports"]:
            buffer = self._buffers[port["name"]]
            if port["is_input"]:
                buffer.flush()
            address = int(buffer.device_address)
            self.write(port["offset"], address & 0xFFFF_FFFF)
            self.write(port["offset"] + 4, address >> 32)

    def _make_room(self, samples: int) -> None:
        if samples <= self._room:
            return
        self._buffers = {}  # the old ones are free before there are new ones
        for port in DATA["ports"]:
            self._buffers[port["name"]] = pynq.allocate((samples, row_elements(port)), np.dtype(port["dtype"]))
        self._room = samples


def _clock_hz() -> float:
    return float(DATA["clock_mhz"]) * 1e6


def _now_s() -> float:
    """A clock; on the simulated RTL its own, which stands still while nobody reads or writes a register."""
    return pynq.Device.active_device.rtl.cycles / _clock_hz() if SIMULATED else time.monotonic()


def _predicted_s(samples: int) -> float:
    """What a call takes without waits for memory; 0 when nobody knows."""
    clocks = DATA["predicted_cycles"]
    return (clocks["first"] + (samples - 1) * clocks["next"]) / _clock_hz() if clocks else 0.0


async def _until_woken(pin: Any, until: float) -> None:
    if pin is None:
        await asyncio.sleep(0.001)
        return
    with suppress(asyncio.TimeoutError):  # of Python 3.10, which pynq 3.0.1 comes with, this is no TimeoutError
        await asyncio.wait_for(pin.wait(), max(0.0, min(_LOOK_S, until - time.monotonic())))


def _check_registers(description: dict[str, Any]) -> None:
    """The .hwh and the .json file must be of one design."""
    shown = {name: entry["address_offset"] for name, entry in description.get("registers", {}).items()}
    for name, offset in DATA["registers"].items():
        if shown and shown.get(name) != offset:
            there = f"at 0x{shown[name]:x}" if name in shown else "missing"
            raise RuntimeError(f"register {name} is {there} in the .hwh, not at 0x{offset:x}: it is of another design")


def _check_board() -> None:
    board, machine = os.environ.get("BOARD", ""), platform.machine()  # PYNQ's images set the first
    if machine != DATA["machine"]:
        raise RuntimeError(f"made for a processor of type {DATA['machine']}, this one is {machine}")
    if board and DATA["pynq_board"] not in ("", board):
        raise RuntimeError(f"made for the board {DATA['pynq_board']}, this one is {board}")


def load(bitstream: str | None = None, *, download: bool = True) -> Accelerator:
    """The accelerator, ready to run. bitstream: by default the .bit (Versal: .pdi) beside this file.

    Raises FileNotFoundError, and RuntimeError on another board than the one it was made for.
    """
    path = Path(bitstream) if bitstream else HERE / f"{DATA['name']}.{DATA['image']}"
    if SIMULATED:
        from hlsgen.device.fabric import simulated_bitstream

        path = simulated_bitstream(HERE / DATA["handoff"], HERE / DATA["rtl"], HERE / "simulated")
    elif REMOTE and not path.is_file():
        path = HERE / "simulated" / path.name  # of `hlsgen serve`
    for needed in (path, path.with_suffix(".hwh")):
        if not needed.is_file():
            raise FileNotFoundError(f"{needed}: make it first (see README.md), and copy it here")
    if not (SIMULATED or REMOTE):
        _check_board()
    try:
        overlay = pynq.Overlay(str(path), download=False)
    except SyntaxError as error:  # of XML
        raise RuntimeError(f"{path.with_suffix('.hwh')} is damaged: {error}") from error
    if DATA["instance"] not in overlay.ip_dict:
        raise RuntimeError(f"there is no {DATA['instance']} in the .hwh: it is of another design")
    if download:
        # pynq 4.0 takes the frequency from the .hwh, where Zynq-7000 has it under no name that pynq knows.
        for clock in getattr(overlay, "clock_dict", {}).values():
            if clock.get("frequency", 0) is None:
                clock["frequency"] = DATA["clock_mhz"]
        overlay.download()
    block = getattr(overlay, DATA["instance"])
    if not isinstance(block, Accelerator):
        raise RuntimeError(f"{DATA['instance']} in the .hwh is not {DATA['vlnv']}: it is of another design")
    block.overlay = overlay
    if DATA["io"] == "stream":
        block.engines = Engines(overlay, DATA["ports"])
        block.samples_max = block.engines.samples_max
    return block
