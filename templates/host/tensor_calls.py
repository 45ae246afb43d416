"""What every host of an accelerator with tensors in memory does: checks, packing, calls in parts. NumPy alone.

The .json file of a design says what there is: tensors, their formats, and the ports of memory that they lie behind.
Written by hlsgen, the same for every design.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from beats import pack_beats, unpack_beats
from number_formats import decode, encode, is_code

TIMEOUT_S = 10.0


class TensorCalls:
    """`predict` and `run`, over `start` and `wait` of the host of a board. data: the .json file of the design."""

    data: ClassVar[dict[str, Any]]
    samples_max: int | None = None  # of a call, where there is a limit
    call_bytes = 16 << 20  # of the largest buffer; contiguous memory is scarce on small boards

    def start(self, codes: dict[str, np.ndarray]) -> None:
        """Hands codes over and starts. Raises RuntimeError while a call is under way."""
        raise NotImplementedError

    def wait(self, timeout_s: float = TIMEOUT_S) -> dict[str, np.ndarray]:
        """The output codes of the call under way. Raises TimeoutError."""
        raise NotImplementedError

    def predict(self, *values: np.ndarray, timeout_s: float = TIMEOUT_S, **named: np.ndarray) -> Any:
        """Real numbers through the accelerator: arrays of shape (samples, *tensor) for the inputs, in order or by name.

        Returns a float64 array, with several outputs a dict of them. Raises ValueError for arrays that do not fit,
        TimeoutError with the state of the accelerator.
        """
        given, tensors = self._named(values, named), self.data["tensors"]
        codes = {name: encode(self._checked(array, name), tensors[name], name) for name, array in given.items()}
        results = {name: decode(array, tensors[name]) for name, array in self.run(codes, timeout_s).items()}
        return results if len(results) > 1 else next(iter(results.values()))

    def run(self, codes: dict[str, np.ndarray], timeout_s: float = TIMEOUT_S) -> dict[str, np.ndarray]:
        """The same with codes (integers) by the name of the tensor."""
        samples = self.checked_samples(codes)
        most = max(1, self.call_bytes // max(port["sample_bytes"] for port in self.data["ports"]))
        most = min(most, self.samples_max or most)
        parts = []
        for first in range(0, samples, most):
            self.start({name: array[first : first + most] for name, array in codes.items()})
            parts.append(self.wait(timeout_s))
        return {name: np.concatenate([part[name] for part in parts]) for name in self.data["outputs"]}

    def weights(self) -> dict[str, dict[str, Any]]:
        """Of a design that loads its weights: the shape of each, and its format, which `encode` takes."""
        tensors = self.data["parameters"]["tensors"] if self.data["parameters"] else ()
        return {each["tensor"]: {"shape": tuple(each["shape"]), "number": each["number"]} for each in tensors}

    def checked_samples(self, codes: dict[str, np.ndarray]) -> int:
        """How many samples all arrays have; every array is checked."""
        if set(codes) != set(self.data["inputs"]):
            raise ValueError(f"the inputs are {', '.join(self.data['inputs'])}, not {', '.join(codes) or 'none'}")
        for name, array in codes.items():
            number = self.data["tensors"][name]
            array = self._checked(array, name)
            if array.dtype.kind not in "iu":
                raise ValueError(f"{name}: codes are integers, not {array.dtype}; `predict` takes real numbers")
            good = is_code(array, number)
            if not good.all():
                at = tuple(np.argwhere(~good)[0].tolist())
                raise ValueError(f"{name}: {array[at]} at index {at} is no code of {number['format']}")
        counts = {name: len(array) for name, array in codes.items()}
        if len(set(counts.values())) > 1:
            raise ValueError(f"different numbers of samples: {counts}")
        return next(iter(counts.values()))

    def outputs_of(self, rows_of: Callable[[dict[str, Any]], np.ndarray]) -> dict[str, np.ndarray]:
        """The output codes by tensor; rows_of: (samples, elements with padding) as they lie behind a port."""
        results = {}
        for tensor in self.data["outputs"]:
            ports = [port for port in self.data["ports"] if port["tensor"] == tensor]
            parts = [_unpacked(rows_of(port), port, self.data["tensors"][tensor]) for port in ports]
            results[tensor] = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-3)
        return results

    def _named(self, values: tuple[np.ndarray, ...], named: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        inputs = self.data["inputs"]
        if len(values) > len(inputs) or set(named) - set(inputs[len(values) :]):
            raise ValueError(f"the inputs are {', '.join(inputs)}")
        given = {**dict(zip(inputs, values, strict=False)), **named}
        missing = [name for name in inputs if name not in given]
        if missing:
            raise ValueError(f"{', '.join(missing)} is missing; the inputs are {', '.join(inputs)}")
        return given

    def _checked(self, values: np.ndarray, name: str) -> np.ndarray:
        array, shape = np.asarray(values), tuple(self.data["tensors"][name]["shape"])
        if array.shape[1:] != shape or array.ndim != len(shape) + 1 or len(array) == 0:
            raise ValueError(f"{name}: shape {array.shape}; needed (samples, {', '.join(map(str, shape))})")
        if array.dtype.kind not in "fiu":
            raise ValueError(f"{name}: elements of type {array.dtype}; give floats or integers")
        return array


def packed(codes: np.ndarray, port: dict[str, Any]) -> np.ndarray:
    """(samples, elements with padding) as they lie in memory."""
    if port["heads"]:
        first, number = port["heads"]
        codes = codes[..., first : first + number, :, :]
    if "beat" in port:
        return pack_beats(codes, port["beat"])
    flat = np.ascontiguousarray(codes).reshape(len(codes), -1).astype(port["dtype"])
    return np.pad(flat, ((0, 0), (0, row_elements(port) - flat.shape[1])))


def row_elements(port: dict[str, Any]) -> int:
    """Elements of a sample behind a port, padding included."""
    return int(port["sample_bytes"] // np.dtype(port["dtype"]).itemsize)


def _unpacked(rows: np.ndarray, port: dict[str, Any], number: dict[str, Any]) -> np.ndarray:
    shape = tuple(port["shape"])
    if "beat" in port:
        return unpack_beats(rows, port["beat"], number).reshape(len(rows), *shape)
    return rows[:, : int(np.prod(shape))].reshape(len(rows), *shape).astype(np.int64)


def check_samples(accelerator: TensorCalls, path: Path, where: str, most: int | None = None) -> int:
    """Runs the samples in the file `path`, says how many equal golden and how fast; 0 when all do, else 1."""
    data = accelerator.data
    with np.load(path) as samples:
        inputs = {name: samples[f"input_{name}"][:most] for name in data["inputs"]}
        golden = samples["golden"][:most]
    first = data["outputs"][0]
    outputs = accelerator.predict(**inputs)
    rows = (outputs[first] if isinstance(outputs, dict) else outputs).reshape(len(golden), -1)
    equal = (rows == decode(golden, data["tensors"][first]).reshape(len(golden), -1)).all(axis=1)
    print(f"{np.count_nonzero(equal)} of {len(equal)} samples equal golden")
    started = time.perf_counter()  # again, now that there are buffers
    accelerator.predict(**inputs)
    print(f"{len(equal) / (time.perf_counter() - started):,.0f} samples/s with this host, on {where}")
    return 0 if equal.all() else 1
