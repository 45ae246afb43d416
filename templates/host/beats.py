"""Codes in the beats of AXI streams and back, with NumPy alone. Written by hlsgen, the same for every design.

Element i of a sample is in beat i // lanes, bits element_bits * (i % lanes) and up; the rest of a beat is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from number_formats import of_patterns

_TYPES = {8: "<u1", 16: "<u2", 32: "<u4", 64: "<u8"}


def pack_beats(codes: np.ndarray, beat: dict[str, Any]) -> np.ndarray:
    """Codes of shape (samples, *shape) as bytes (samples, bytes of a sample)."""
    bits, lanes, size = beat["element_bits"], beat["lanes"], beat["bytes"]
    elements = _passing(np.asarray(codes), beat).reshape(len(codes), -1, lanes)
    if bits in _TYPES:
        words = np.pad(elements.astype(_TYPES[bits]), ((0, 0), (0, 0), (0, 8 * size // bits - lanes)))
        return words.reshape(len(codes), -1).view(np.uint8)
    single = np.zeros((*elements.shape[:2], 8 * size), np.uint8)
    for bit in range(bits):
        single[..., bit : bits * lanes : bits] = elements >> bit & 1
    return np.packbits(single, axis=-1, bitorder="little").reshape(len(codes), -1)


def unpack_beats(rows: np.ndarray, beat: dict[str, Any], number: dict[str, Any]) -> np.ndarray:
    """Bytes (samples, bytes of a sample) as codes (samples, elements)."""
    bits, lanes, size = beat["element_bits"], beat["lanes"], beat["bytes"]
    beats = np.ascontiguousarray(rows).reshape(len(rows), -1, size)
    if bits in _TYPES:
        patterns = beats.view(_TYPES[bits])[..., :lanes].astype(np.int64)
    else:
        single = np.unpackbits(beats, axis=-1, bitorder="little")
        patterns = np.zeros((*beats.shape[:2], lanes), np.int64)
        for bit in range(bits):
            patterns |= single[..., bit : bits * lanes : bits].astype(np.int64) << bit
    return of_patterns(patterns.reshape(len(rows), -1), number)


def _passing(codes: np.ndarray, beat: dict[str, Any]) -> np.ndarray:
    """What of a tensor passes a stream: rows by their numbers, so many of them side by side, their words in turn."""
    if beat["rows"] is None:
        return codes
    rows, together = codes[..., beat["rows"], :], beat["interleaved"]
    if together == 1:
        return rows
    *_, count, features = rows.shape
    word = beat["lanes"] // together
    return rows.reshape(-1, count // together, together, features // word, word).swapaxes(-2, -3)
