"""The shared unit of a sequential plan, and the passes that it makes: one per layer, its pool included.

A layer is a nest of `LEVELS` loops that runs as one flat loop, one step a cycle. In every step the innermost
level that is not at its end advances; every address then moves by the one stride that belongs to this level. So
bounds and strides are the whole instruction of a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

LEVELS = ("group", "kernel column", "kernel row", "pool column", "pool row", "pass", "column", "row")
"""From the inside: input words, kernel, pooling window, output words, output pixels."""

PRODUCT_LEVELS = 3  # the levels that make one sum of products
WINDOW_LEVELS = 5  # the levels that make one maximum of sums


@dataclass(frozen=True, slots=True)
class Engine:
    """`pe` outputs x `simd` inputs a step. A word of the activation memory holds `simd` elements, so `simd / pe`
    results.

    activation_words: of the one memory in which layers read one region and write another. weight_words,
    bias_words: of the ROMs of pe * simd weights and of pe biases. aligned_shift: every sum is shifted left until
    it has so many bits below the last bit of its result.
    """

    pe: int
    simd: int
    x_bits: int
    weight_bits: int
    sum_bits: int
    aligned_shift: int
    activation_words: int
    weight_words: int
    bias_words: int

    @property
    def multipliers(self) -> int:
        return self.pe * self.simd

    @property
    def parts(self) -> int:
        """Results of `pe` elements in a word."""
        return self.simd // self.pe

    @property
    def on_chip_bits(self) -> int:
        activations = self.activation_words * self.simd * self.x_bits
        return activations + self.pe * (
            self.weight_words * self.simd * self.weight_bits + self.bias_words * self.sum_bits
        )


@dataclass(frozen=True, slots=True)
class Load:
    """Takes a sample from the AXI stream `port` into the activation memory: `lanes` of `channels` elements a beat."""

    kind: ClassVar[str] = "load"
    multipliers: ClassVar[int] = 0
    on_chip_bits: ClassVar[int] = 0

    name: str
    port: str
    tensor: str
    pixels: int
    channels: int
    lanes: int
    element_bits: int
    base: int

    @property
    def beats(self) -> int:
        return self.pixels * self.channels // self.lanes

    @property
    def steps(self) -> int:
        return self.beats

    @property
    def folding(self) -> str:
        return f"{self.lanes} lanes"


@dataclass(frozen=True, slots=True)
class Store(Load):
    """Puts the result on the AXI stream `port`."""

    kind: ClassVar[str] = "store"


@dataclass(frozen=True, slots=True)
class Pass:
    """One layer on the engine. shape: (height, width) of its input; out_shape: of its result, behind the pool.

    groups: input words per pixel. passes: output words of `pe` elements per pixel. shift_left: see
    `Engine.aligned_shift`.
    """

    kind: ClassVar[str] = "layer"
    multipliers: ClassVar[int] = 0
    on_chip_bits: ClassVar[int] = 0

    name: str
    shape: tuple[int, int]
    out_shape: tuple[int, int]
    kernel: tuple[int, int]
    stride: int
    pads: tuple[int, int]
    pool: int
    groups: int
    passes: int
    relu: bool
    shift_left: int
    x_base: int
    y_base: int
    weight_base: int
    bias_base: int

    @property
    def counts(self) -> tuple[int, ...]:
        """Iterations of each level."""
        return (self.groups, *self.kernel[::-1], self.pool, self.pool, self.passes, *self.out_shape[::-1])

    @property
    def steps(self) -> int:
        return prod(self.counts)

    @property
    def folding(self) -> str:
        return f"{self.passes} x {prod(self.kernel) * self.groups} words"

    @property
    def x_strides(self) -> tuple[int, ...]:
        """Of the address of the input word, per level that advances."""
        g, row = self.groups, self.groups * self.shape[1]
        s, p = self.stride, self.pool
        return self._strides((1, g, row, s * g, s * row, 0, p * s * g, p * s * row))

    @property
    def weight_strides(self) -> tuple[int, ...]:
        rows, columns = self.kernel
        g = self.groups
        return self._strides((1, g, columns * g, 0, 0, rows * columns * g, 0, 0))

    @property
    def row_strides(self) -> tuple[int, ...]:
        """Of the row of the input pixel, which may lie in the padding."""
        return self._strides((0, 0, 1, 0, self.stride, 0, 0, self.pool * self.stride))

    @property
    def column_strides(self) -> tuple[int, ...]:
        return self._strides((0, 1, 0, self.stride, 0, 0, self.pool * self.stride, 0))

    @property
    def x_start(self) -> int:
        """The address of the first input word: ahead of the image by the padding."""
        top, left = self.pads
        return self.x_base - (top * self.shape[1] + left) * self.groups

    def _strides(self, weights: Sequence[int]) -> tuple[int, ...]:
        """What an index sum(count * weight) moves by when a level advances and those inside it go back to 0."""
        moves, behind = [], 0
        for weight, count in zip(weights, self.counts, strict=True):
            moves.append(weight - behind)
            behind += weight * (count - 1)
        return tuple(moves)
