"""What a call of the PYNQ driver costs beside the accelerator: `python -m hlsgen.device.overhead PROJECT/overlay ...`

Under the real pynq, on the simulated RTL: accesses of registers and bytes copied are those of a board; the time is the
driver's own on this machine (the best of several calls), without what the model of the RTL takes.
"""

from __future__ import annotations

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


class Meter:
    """Counts calls, their bytes and their time, of the methods that it is put around."""

    def __init__(self) -> None:
        self.accesses, self.copied_bytes, self.seconds = 0, 0, 0.0

    def around(self, method: Callable[..., Any], size: Callable[..., int] | None = None) -> Callable[..., Any]:
        """size: bytes copied by a call; None: an access of a register."""

        def metered(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.seconds += time.perf_counter() - started
                if size is None:
                    self.accesses += 1
                else:
                    self.copied_bytes += size(*arguments)

        return metered


@contextmanager
def metered(device: Any) -> Any:
    """A `Meter` around all by which software reaches the device."""
    meter = Meter()
    for name in ("read_registers", "write_registers"):
        setattr(device, name, meter.around(getattr(device, name)))
    for name in ("flush", "invalidate"):
        setattr(device, name, meter.around(getattr(device, name), lambda bo, offset, address, size: size))
    try:
        yield meter
    finally:
        for name in ("read_registers", "write_registers", "flush", "invalidate"):
            delattr(device, name)


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


def main(folders: list[str]) -> int:
    os.environ["HLSGEN_DEVICE"] = "rtl"
    print("| overlay | samples | register accesses | bytes copied | driver | a sample |\n|---|---|---|---|---|---|")
    for folder in map(Path, folders):
        (data,) = (path for path in folder.glob("*.json") if path.with_suffix(".py").is_file())
        sys.path.insert(0, str(folder.resolve()))
        accelerator = importlib.import_module(data.stem).load()
        pynq = importlib.import_module("pynq")
        with np.load(folder / "samples.npz") as samples:
            given = {name: samples[f"input_{name}"] for name in accelerator.data["inputs"]}
        for count in BATCHES:
            inputs = {name: np.resize(array, (count, *array.shape[1:])) for name, array in given.items()}
            accesses, copied, seconds = measure(accelerator, pynq.Device.active_device, inputs)
            times = f"{1e3 * seconds:.2f} ms | {1e6 * seconds / count:.0f} us"
            print(f"| {data.stem} | {count} | {accesses} | {copied:,} | {times} |")
        sys.path.pop(0)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m hlsgen.device.overhead PROJECT/overlay ...")
    sys.exit(main(sys.argv[1:]))
