"""`python -m hlsgen.numerics.benchmark`: 1e7 float32 values quantised, beside ml_dtypes in one process.

ml_dtypes saturates only when the values are clipped first, so its time is np.clip plus astype. It has no
fixed point: `Fixed(8,4)` is set against its e4m3. Needs the `test` extra. Prints one line per format; best
of five runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import ml_dtypes
import numpy as np

from .convert import quantise
from .formats import E2M1, E4M3, E5M2, Fixed, Format

_ELEMENTS = 10_000_000
_RUNS = 5
_CASES: list[tuple[Format, type]] = [
    (Fixed(8, 4), ml_dtypes.float8_e4m3fn),
    (E4M3, ml_dtypes.float8_e4m3fn),
    (E5M2, ml_dtypes.float8_e5m2),
    (E2M1, ml_dtypes.float4_e2m1fn),
]


def best_seconds(run: Callable[[], object]) -> float:
    """Shortest wall-clock time of `_RUNS` calls."""
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def _clipped(values: np.ndarray, largest: float, dtype: type) -> np.ndarray:
    return np.clip(values, -largest, largest).astype(dtype)


def main() -> None:
    """Prints the table: seconds of both, and how many times faster hlsgen is."""
    values = np.random.default_rng(0).normal(0, 3, _ELEMENTS).astype(np.float32)
    print(f"{'format':12} {'hlsgen':>9} {'ml_dtypes':>21} {'ratio':>8}   ({_ELEMENTS:.0e} float32)")
    for fmt, dtype in _CASES:
        largest = float(ml_dtypes.finfo(dtype).max)
        ours = best_seconds(partial(quantise, values, fmt))
        theirs = best_seconds(partial(_clipped, values, largest, dtype))
        print(f"{fmt!s:12} {ours:7.3f} s {theirs:7.3f} s {dtype.__name__:>11} {theirs / ours:7.2f}x")


if __name__ == "__main__":
    main()
