"""Weights and biases of an accelerator that loads them: checked, and as the bytes that lie in memory. NumPy alone.

The .json file of a design says what there is, under "parameters". Written by hlsgen, the same for every design.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from number_formats import is_code


def weight_bytes(parameters: Mapping[str, Any], weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """All of memory that the accelerator reads, uint8. weights: codes (integers) by the name of the tensor.

    Raises ValueError for names, shapes, types and codes that do not fit.
    """
    tensors = {tensor["tensor"]: tensor for tensor in parameters["tensors"]}
    if set(weights) != set(tensors):
        missing, unknown = (", ".join(sorted(names)) for names in (tensors.keys() - weights, weights.keys() - tensors))
        raise ValueError(f"the weights are {', '.join(tensors)}; missing: {missing or '-'}, unknown: {unknown or '-'}")
    held = np.zeros(parameters["bytes"], np.uint8)
    for name, tensor in tensors.items():
        lying = _arranged(_checked(weights[name], tensor), tensor["steps"])
        lying = lying.astype(f"<{np.dtype(tensor['dtype']).str[1:]}").view(np.uint8)
        held[tensor["offset_bytes"] : tensor["offset_bytes"] + lying.size] = lying
    return held


def _checked(values: np.ndarray, tensor: Mapping[str, Any]) -> np.ndarray:
    array, name = np.asarray(values), tensor["tensor"]
    if list(array.shape) != tensor["shape"]:
        raise ValueError(f"{name}: shape {array.shape}; needed ({', '.join(map(str, tensor['shape']))})")
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name}: codes are integers, not {array.dtype}; `encode` makes them of real numbers")
    good = is_code(array, tensor["number"])
    if not good.all():
        at = tuple(np.argwhere(~good)[0].tolist())
        raise ValueError(f"{name}: {array[at]} at index {at} is no code of {tensor['format']}")
    return array


def _arranged(codes: np.ndarray, steps: list[dict[str, Any]]) -> np.ndarray:
    for step in steps:
        codes = np.pad(codes.reshape(step["shape"]), [(0, zeros) for zeros in step["pad"]]).transpose(step["order"])
    return codes.ravel()
