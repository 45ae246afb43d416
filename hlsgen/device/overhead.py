"""What a call of the PYNQ driver costs beside the accelerator: `python -m hlsgen.device.overhead PROJECT/overlay ...`.

Under the real pynq, on the simulated RTL: accesses of registers and bytes copied are those of a board; the time is the
driver's own on this machine (the best of several calls), without what the model of the RTL takes.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

BATCHES = (1, 16, 256)
CALLS = 5
_REGISTERS, _COPIES = ("read_registers", "write_registers"), ("flush", "invalidate")


class Meter:
    """Counts calls, their bytes and their time, of the methods that it is put around; not of one inside of another."""

    def __init__(self) -> None:
        self.accesses, self.copied_bytes, self.seconds = 0, 0, 0.0
        self._is_inside = False

    def around(
        self, method: Callable[..., Any], accesses: int = 0, size: Callable[..., int] = lambda *_: 0
    ) -> Callable[..., Any]:
        """accesses: of registers by a call; size: bytes copied by it."""

        def metered(*arguments: Any) -> Any:
            if self._is_inside:
                return method(*arguments)
            self._is_inside, started = True, time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self._is_inside = False
                self.seconds += time.perf_counter() - started
                self.accesses += accesses
                self.copied_bytes += size(*arguments)

        return metered


@contextmanager
def metered(device: Any) -> Any:
    """A `Meter` around all by which software reaches the device, or sleeps until it is done."""
    meter, rtl = Meter(), device.rtl
    around = [(device, name, meter.around(getattr(device, name), accesses=1)) for name in _REGISTERS]
    around += [(device, name, meter.around(getattr(device, name), size=_size)) for name in _COPIES]
    around += [(rtl, "run", meter.around(rtl.run))]
    for owner, name, method in around:
        setattr(owner, name, method)
    try:
        yield meter
    finally:
        for owner, name, _ in around:
            delattr(owner, name)


def _size(bo: int, offset: int, address: int, size: int) -> int:
    return size


def measure(accelerator: Any, device: Any, inputs: dict[str, np.ndarray]) -> tuple[int, int, float]:
    """A call of `predict`: accesses of registers, bytes copied, seconds in the driver."""
    accelerator.predict(**inputs)  # buffers are there from now on
    best: tuple[int, int, float] | None = None
    for _ in range(CALLS):
        with metered(device) as meter:
            started = time.perf_counter()
            accelerator.predict(**inputs)
            seconds = time.perf_counter() - started - meter.seconds
        if best is None or seconds < best[2]:
            best = (meter.accesses, meter.copied_bytes, seconds)
    assert best is not None
    return best


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m hlsgen.device.overhead", description="What a call costs.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="PROJECT/overlay")
    parser.add_argument("--samples", nargs="+", type=int, default=BATCHES, metavar="N", help="in a call")
    chosen = parser.parse_args(arguments)
    os.environ["HLSGEN_DEVICE"] = "rtl"
    print("| overlay | samples | register accesses | bytes copied | driver | a sample |\n|---|---|---|---|---|---|")
    for folder in chosen.folders:
        (data,) = (path for path in folder.glob("*.json") if path.with_suffix(".py").is_file())
        sys.path.insert(0, str(folder.resolve()))
        accelerator = importlib.import_module(data.stem).load()
        pynq = importlib.import_module("pynq")
        with np.load(folder / "samples.npz") as samples:
            given = {name: samples[f"input_{name}"] for name in accelerator.data["inputs"]}
        for count in chosen.samples:
            inputs = {name: np.resize(array, (count, *array.shape[1:])) for name, array in given.items()}
            accesses, copied, seconds = measure(accelerator, pynq.Device.active_device, inputs)
            times = f"{1e3 * seconds:.2f} ms | {1e6 * seconds / count:.0f} us"
            print(f"| {data.stem} | {count} | {accesses} | {copied:,} | {times} |")
        sys.path.pop(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
