"""The host's side of the accelerator on a ULX3S: NumPy in, NumPy out, over the board's USB serial port.

    python driver.py /dev/ttyUSB0        runs the samples of samples.npz and compares with the golden results

    from driver import Accelerator
    with Accelerator("/dev/ttyUSB0") as accelerator:
        y = accelerator.predict(x)       # x: floats (inputs,) or (samples, inputs)

Needs numpy and pyserial, and the files beside this one. Made by hlsgen.
"""

from __future__ import annotations

import argparse
import binascii
import json
import struct
import sys
import time
from pathlib import Path

import numpy as np
from number_formats import decode, encode, of_patterns

HERE = Path(__file__).resolve().parent
PREDICT, IDENTIFY = b"P", b"I"
FAULTS = {1: "wrong checksum", 2: "a byte did not come in time", 3: "no stop bit", 4: "unknown command"}


class LinkError(RuntimeError):
    """The line or the board did not do what it should; the accelerator has been reset since."""


class Accelerator:
    """One board on one serial port. cycles: the clocks that the last sample took, at `clock_mhz`.

    port: the name of a serial port, or an object with read, write, reset_input_buffer, send_break, timeout and close
    of a pyserial port. Raises `LinkError` when the board does not answer, or holds another bitstream.
    """

    def __init__(self, port, folder: Path = HERE, retries: int = 2) -> None:
        self.design = json.loads((folder / "design.json").read_text())
        self.clock_mhz = self.design["clock_mhz"]
        self.cycles = 0
        self.retries = retries
        self._in, self._out = self.design["input"], self.design["output"]
        sample_bytes = sum(side["beats"] * side["bytes"] for side in (self._in, self._out))
        timeout = 1.0 + 20 * sample_bytes / self.design["baud"]
        if isinstance(port, str):
            import serial

            port = serial.Serial(port, self.design["baud"])
        self._port = port
        self._port.timeout = timeout
        self.reset()
        found = self._ask(IDENTIFY, b"", 8)[::-1].hex()
        if found != self.design["identity"]:
            raise LinkError(f"the board holds bitstream {found}, this folder is of {self.design['identity']}")

    def __enter__(self) -> Accelerator:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self._port.close()

    def reset(self) -> None:
        """Reset the link and the accelerator, by a break on the line."""
        self._port.send_break(0.01)
        time.sleep(0.001)
        self._port.reset_input_buffer()

    def predict(self, x) -> np.ndarray:
        """Floats (inputs,) or (samples, ...) to floats (outputs,) or (samples, outputs), rounded as the design does."""
        given, made = self._in["number"], self._out["number"]
        return decode(of_patterns(self.predict_codes(encode(x, given, "the input")), made), made)

    def predict_codes(self, codes) -> np.ndarray:
        """The same on codes: integers, of which the low bits count; the results are unsigned patterns."""
        codes = np.asarray(codes)
        if codes.dtype.kind not in "iu":
            raise TypeError(f"codes of dtype {codes.dtype}: give integers, or floats to predict")
        size = self._in["beats"] * self._in["lanes"]
        batch = codes.reshape(1, -1) if codes.ndim == 1 else codes.reshape(len(codes), -1)
        if batch.shape[1] != size:
            raise ValueError(f"shape {codes.shape}: give ({size},) or (samples, {size})")
        results = [_unpack(self.run(_pack(row, self._in)), self._out) for row in batch]
        found = np.array(results, dtype=np.int64).reshape(len(batch), -1)
        return found[0] if codes.ndim == 1 else found

    def run(self, sample: bytes) -> bytes:
        """The beats of one sample to the beats of its result, as the streams carry them."""
        size = self._out["beats"] * self._out["bytes"]
        answer = self._ask(PREDICT, sample, size + 4)
        (self.cycles,) = struct.unpack("<I", answer[size:])
        return answer[:size]

    def _ask(self, command: bytes, payload: bytes, size: int) -> bytes:
        """Send a request and return the payload of its answer; a fault resets the board and tries again."""
        for attempt in range(self.retries + 1):
            try:
                return self._once(command, payload, size)
            except LinkError:
                self.reset()
                if attempt == self.retries:
                    raise
        raise AssertionError("not reached")

    def _once(self, command: bytes, payload: bytes, size: int) -> bytes:
        self._port.write(b"\xa5" + command + payload + _checksum(command + payload))
        head = self._port.read(2)
        if len(head) < 2:
            raise LinkError("no answer: is it this port, and is the bitstream loaded?")
        if head[0] != 0x5A:
            raise LinkError(f"an answer that begins with {head.hex()}: is the baud rate {self.design['baud']}?")
        size = size if head[1] == 0 else 0
        rest = self._port.read(size + 2)
        if len(rest) < size + 2:
            raise LinkError(f"the answer ends after {2 + len(rest)} of {4 + size} bytes")
        if _checksum(head[1:] + rest[:size]) != rest[size:]:
            raise LinkError("the answer has a wrong checksum")
        if head[1]:
            raise LinkError(f"the board says: {FAULTS.get(head[1], f'status {head[1]}')}")
        return rest[:size]


def _checksum(data: bytes) -> bytes:
    return struct.pack(">H", binascii.crc_hqx(data, 0xFFFF))


def _pack(patterns: np.ndarray, side: dict) -> bytes:
    bits = side["element_bits"]
    mask = (1 << bits) - 1
    beats = [
        sum((int(element) & mask) << (bits * lane) for lane, element in enumerate(beat))
        for beat in patterns.reshape(side["beats"], side["lanes"])
    ]
    return b"".join(beat.to_bytes(side["bytes"], "little") for beat in beats)


def _unpack(data: bytes, side: dict) -> list[int]:
    bits, size = side["element_bits"], side["bytes"]
    beats = [int.from_bytes(data[k : k + size], "little") for k in range(0, len(data), size)]
    return [beat >> (bits * lane) & ((1 << bits) - 1) for beat in beats for lane in range(side["lanes"])]


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the design's samples on the board, compare with golden.")
    parser.add_argument("port", help="such as /dev/ttyUSB0 or COM3")
    parser.add_argument("--samples", type=int, metavar="N", help="only the first N")
    arguments = parser.parse_args()
    with np.load(HERE / "samples.npz") as samples:
        inputs, outputs = samples["inputs"][: arguments.samples], samples["outputs"][: arguments.samples]
    with Accelerator(arguments.port) as accelerator:
        started = time.monotonic()
        wrong = sum(accelerator.run(x.tobytes()) != y.tobytes() for x, y in zip(inputs, outputs, strict=True))
        seconds = (time.monotonic() - started) / len(inputs)
        print(f"{len(inputs) - wrong} of {len(inputs)} samples equal golden")
        rate = f"{accelerator.cycles} clocks a sample at {accelerator.clock_mhz:g} MHz"
        print(f"{rate}; {seconds * 1e3:.2f} ms with the link")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
