"""OCP MX blocks: elements along the last axis that share one e8m0 scale for each `size` of them.

The scale is 2**(floor(log2 of the largest magnitude) - largest element exponent), within e8m0; elements are
rounded once after division by it. A largest value above the largest element of its binade saturates, as the
OCP rule has it. A block of zeros has scale code 0. The last block of a row may be short: absent elements
count as zeros and are not stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hlsgen.core.errors import UserError

from .fixed import fixed_from_floats, scale_by_power_of_two
from .formats import E8M0_BIAS, Block, Fixed
from .minifloat import minifloat_from_floats


@dataclass(frozen=True, slots=True, eq=False)
class BlockCodes:
    """Codes of a `Block` tensor.

    elements: element codes, the shape of the tensor. scales: uint8 e8m0 codes, the last axis counts blocks.
    """

    elements: np.ndarray
    scales: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.elements.shape


def block_from_floats(values: np.ndarray, fmt: Block) -> tuple[np.ndarray, np.ndarray]:
    """Element codes and scale codes of float64 `values` (..., length) without Inf or NaN."""
    count = -(-values.shape[-1] // fmt.size)
    padding = [(0, 0)] * (values.ndim - 1) + [(0, count * fmt.size - values.shape[-1])]
    blocks = np.pad(values, padding).reshape(*values.shape[:-1], count, fmt.size)
    largest = np.max(np.abs(blocks), axis=-1, initial=0.0)
    # frexp reads the exponent from the bits: floor(log2(x)) is wrong just below powers of two.
    exponent = np.frexp(largest)[1].astype(np.int64) - 1 - fmt.max_element_exponent
    exponent = np.where(largest > 0, np.clip(exponent, -E8M0_BIAS, E8M0_BIAS), -E8M0_BIAS)
    with np.errstate(over="ignore"):
        scaled = scale_by_power_of_two(values, -spread(exponent, fmt, values.shape[-1]))
    if isinstance(fmt.element, Fixed):
        return fixed_from_floats(scaled, fmt.element), exponent + E8M0_BIAS
    return minifloat_from_floats(scaled, fmt.element), exponent + E8M0_BIAS


def spread(per_block: np.ndarray, fmt: Block, length: int) -> np.ndarray:
    """(..., blocks) repeated to one value per element: (..., length)."""
    return np.repeat(per_block, fmt.size, axis=-1)[..., :length]


def check_scales(codes: BlockCodes, fmt: Block, name: str) -> None:
    """Refuses scale codes of the wrong shape, or the NaN scale 0xFF."""
    expected = (*codes.shape[:-1], -(-codes.shape[-1] // fmt.size))
    if codes.scales.shape != expected:
        raise UserError(f"scales of shape {codes.scales.shape} for {fmt}", where=name, do=f"store {expected}")
    wrong = np.flatnonzero((codes.scales < 0) | (codes.scales > 254))
    if wrong.size:
        raise UserError(f"block {wrong[0]} has no finite e8m0 scale", where=name, do="store scale codes 0 to 254")
