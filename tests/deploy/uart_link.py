"""The cocotb side of test_deploy_uart: the project's own driver talks to its board top, bit by bit.

Environment: UART_PROJECT, a folder of `hlsgen project`. Each test of this module leaves its verdict in results.xml.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import cocotb
import numpy as np
import pytest
from cocotb.task import bridge, resume
from cocotb.triggers import First, Timer

from hlsgen.numerics import dequantise, parse_format, quantise

FOLDER = Path(os.environ["UART_PROJECT"])
BIT_PS = int(os.environ["UART_BIT_PS"])

sys.path.insert(0, str(FOLDER))  # for number_formats
spec = importlib.util.spec_from_file_location("driver", FOLDER / "driver.py")
driver = importlib.util.module_from_spec(spec)
spec.loader.exec_module(driver)


class Port:
    """A serial port of pyserial's kind on the two pins of the board; flaws: what the next bytes sent suffer."""

    def __init__(self, dut) -> None:
        self.dut, self.timeout, self.received = dut, 1.0, bytearray()
        self.flaws = {}
        cocotb.start_soon(self._listen())

    async def _listen(self) -> None:
        pin = self.dut.from_board
        while True:
            while pin.value != 0:
                await pin.value_change
            await Timer(BIT_PS * 3 // 2, "ps")
            byte = 0
            for bit in range(8):
                byte |= int(pin.value) << bit
                await Timer(BIT_PS, "ps")
            if pin.value == 1:
                self.received.append(byte)

    @resume
    async def write(self, data: bytes) -> None:
        for number, byte in enumerate(data):
            flaw = self.flaws.pop(number, "")
            if flaw == "lost":
                continue
            bits = [0, *(byte >> bit & 1 for bit in range(8)), 0 if flaw == "no stop" else 1]
            if flaw == "wrong":
                bits[4] ^= 1
            for bit in bits:
                self.dut.to_board.value = bit
                await Timer(BIT_PS, "ps")
            self.dut.to_board.value = 1
            if flaw:
                await Timer(BIT_PS, "ps")

    @resume
    async def read(self, count: int) -> bytes:
        for _ in range(40 * count + 2000):
            if len(self.received) >= count:
                break
            await Timer(BIT_PS, "ps")
        data = bytes(self.received[:count])
        del self.received[:count]
        return data

    @resume
    async def send_break(self, duration: float) -> None:
        self.dut.to_board.value = 0
        await Timer(40 * BIT_PS, "ps")
        self.dut.to_board.value = 1
        await Timer(20 * BIT_PS, "ps")

    def reset_input_buffer(self) -> None:
        self.received.clear()

    def close(self) -> None:
        pass


async def connect(dut, folder=FOLDER, **options):
    dut.to_board.value = 1
    await Timer(100 * BIT_PS, "ps")
    return await bridge(driver.Accelerator)(Port(dut), folder, **options)


@cocotb.test()
async def results_equal_golden(dut) -> None:
    accelerator = await connect(dut)
    with np.load(FOLDER / "samples.npz") as samples:
        for x, y in zip(samples["inputs"][:3], samples["outputs"][:3], strict=True):
            assert await bridge(accelerator.run)(x.tobytes()) == y.tobytes()
    assert accelerator.cycles > 0


@cocotb.test()
async def real_numbers_are_those_of_golden(dut) -> None:
    """By hlsgen's arithmetic: each code of the samples as a real number with a little more, which no mode rounds up."""
    accelerator = await connect(dut)
    given, made = (accelerator.design[side] for side in ("input", "output"))
    formats = [parse_format(side["number"]["format"]) for side in (given, made)]
    with np.load(FOLDER / "samples.npz") as samples:
        codes, results = (
            codes_in(samples[name][:2], side, fmt)
            for name, side, fmt in zip(("inputs", "outputs"), (given, made), formats, strict=True)
        )
    beside = np.ldexp(np.random.default_rng(1).uniform(0, 0.25, codes.shape), formats[0].lsb_exponent)
    x = dequantise(codes, formats[0]) + beside
    assert np.array_equal(quantise(x, formats[0]), codes)
    y = await bridge(accelerator.predict)(x)
    assert y.dtype == np.float64 and np.array_equal(y, dequantise(results, formats[1]))
    assert np.array_equal(await bridge(accelerator.predict)(x[0]), y[0])  # one sample without an axis of samples
    for wrong, error, says in [
        (x[:, 1:], ValueError, r"give \(\d+,\) or \(samples, \d+\)"),
        (np.where(x == x[0, 3], np.nan, x), ValueError, r"the input: nan at index \(0, 3\)"),
    ]:
        with pytest.raises(error, match=says):
            await bridge(accelerator.predict)(wrong)


def codes_in(rows: np.ndarray, side: dict, fmt) -> np.ndarray:
    """The codes in the bytes of beats, (samples, beats * lanes)."""
    beats = rows.reshape(len(rows), side["beats"], side["bytes"])
    bits = np.unpackbits(beats, axis=2, bitorder="little")[:, :, : side["lanes"] * side["element_bits"]]
    lanes = bits.reshape(len(rows), -1, side["element_bits"]).astype(np.int64)
    patterns = (lanes << np.arange(side["element_bits"])).sum(axis=2)
    is_negative = (patterns >> fmt.width_bits - 1 & 1).astype(bool) & (getattr(fmt, "min_code", 0) < 0)
    return np.where(is_negative, patterns - (1 << fmt.width_bits), patterns)


@cocotb.test()
async def faults_are_reported_and_the_next_run_is_right(dut) -> None:
    accelerator = await connect(dut, retries=0)
    with np.load(FOLDER / "samples.npz") as samples:
        x, y = samples["inputs"][0].tobytes(), samples["outputs"][0].tobytes()
    port = accelerator._port
    faults = {
        "wrong checksum": {5: "wrong"},
        "a byte did not come in time": {7: "lost"},
        "no stop bit": {9: "no stop"},
        "no answer": {0: "lost"},
        "unknown command": None,
    }
    for message, flaws in faults.items():
        port.flaws = dict(flaws or {})
        with pytest.raises(driver.LinkError, match=message):
            if flaws is None:
                await bridge(accelerator._ask)(b"X", b"", 0)
            else:
                await bridge(accelerator.run)(x)
        assert await bridge(accelerator.run)(x) == y, message
    accelerator.retries = 1
    port.flaws = {4: "wrong"}
    assert await bridge(accelerator.run)(x) == y


@cocotb.test()
async def a_reset_in_the_middle_of_a_run(dut) -> None:
    accelerator = await connect(dut)
    with np.load(FOLDER / "samples.npz") as samples:
        x, y = samples["inputs"][1].tobytes(), samples["outputs"][1].tobytes()
    frame = b"\xa5P" + x + driver._checksum(b"P" + x)
    for wait_bits in (0, 1, 30):
        await bridge(accelerator._port.write)(frame)
        await First(Timer(wait_bits * BIT_PS + 1, "ps"))
        await bridge(accelerator.reset)()
        assert await bridge(accelerator.run)(x) == y


@cocotb.test()
async def another_bitstream_is_refused(dut) -> None:
    other = Path("other")
    other.mkdir(exist_ok=True)
    text = (FOLDER / "design.json").read_text()
    mine = json.loads(text)["identity"]
    (other / "design.json").write_text(text.replace(mine, "0" * 16))
    with pytest.raises(driver.LinkError, match=f"the board holds bitstream {mine}, this folder is of 0000"):
        await connect(dut, other)
