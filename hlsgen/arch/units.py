"""The units of a dataflow plan: one process each, with its trip count, its stream schedule and what it holds on
the chip.

Every unit is one loop of `steps` iterations a sample, one iteration a clock cycle. `reads` and `writes` are the steps
(numbers from 0) in which it takes a word from its source and puts one into its target; the prediction of cycles and
the size of FIFOs come from them. The generated C++ has the same loops.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar, TypeAlias

import numpy as np

from .timing import ADAPTER_DEPTH, INPUT_DEPTH, OUTPUT_DEPTH, mac_depth, pool_depth, window_depth


@dataclass(frozen=True, slots=True)
class Input:
    """Takes `beats` beats of `lanes` elements of `tensor` from the AXI stream `port`."""

    kind: ClassVar[str] = "input"
    multipliers: ClassVar[int] = 0
    on_chip_bits: ClassVar[int] = 0
    depth: ClassVar[int] = INPUT_DEPTH

    name: str
    port: str
    tensor: str
    beats: int
    lanes: int
    element_bits: int

    @property
    def folding(self) -> str:
        return f"{self.lanes} lanes"

    @property
    def steps(self) -> int:
        return self.beats

    def reads(self) -> np.ndarray:
        return np.arange(self.beats)

    writes = reads


@dataclass(frozen=True, slots=True)
class Output(Input):
    """Puts `beats` beats of `lanes` elements of `tensor` on the AXI stream `port`."""

    kind: ClassVar[str] = "output"
    depth: ClassVar[int] = OUTPUT_DEPTH


@dataclass(frozen=True, slots=True)
class Adapter:
    """Cuts words of `in_lanes` elements into words of `out_lanes`, or gathers them; one number divides the other."""

    multipliers: ClassVar[int] = 0
    depth: ClassVar[int] = ADAPTER_DEPTH

    name: str
    elements: int
    in_lanes: int
    out_lanes: int
    element_bits: int

    @property
    def kind(self) -> str:
        return "narrow" if self.in_lanes > self.out_lanes else "widen"

    @property
    def folding(self) -> str:
        return f"{self.in_lanes} to {self.out_lanes} lanes"

    @property
    def steps(self) -> int:
        return self.elements // min(self.in_lanes, self.out_lanes)

    @property
    def ratio(self) -> int:
        return max(self.in_lanes, self.out_lanes) // min(self.in_lanes, self.out_lanes)

    @property
    def on_chip_bits(self) -> int:
        return max(self.in_lanes, self.out_lanes) * self.element_bits

    def reads(self) -> np.ndarray:
        return np.arange(0, self.steps, self.ratio if self.kind == "narrow" else 1)

    def writes(self) -> np.ndarray:
        return np.arange(self.steps) if self.kind == "narrow" else np.arange(self.ratio - 1, self.steps, self.ratio)


@dataclass(frozen=True, slots=True)
class Window:
    """Makes the windows of a convolution: one word of kernel * `lanes` elements per output pixel and channel group.

    The image runs through line buffers and a field of shift registers; a window goes out as soon as its last
    pixel is in. shape, out_shape: (height, width, channels). pads: (top, left).
    """

    kind: ClassVar[str] = "window"
    multipliers: ClassVar[int] = 0

    name: str
    layer: str
    shape: tuple[int, int, int]
    out_shape: tuple[int, int, int]
    kernel: tuple[int, int]
    stride: int
    pads: tuple[int, int]
    lanes: int
    element_bits: int

    @property
    def folding(self) -> str:
        return f"{prod(self.kernel)} x {self.lanes} lanes"

    @property
    def groups(self) -> int:
        """Words per pixel."""
        return self.shape[2] // self.lanes

    @property
    def depth(self) -> int:
        return window_depth(self.groups)

    @property
    def lag(self) -> int:
        """Pixels from the one at the top left of a window, less the padding, to the one that completes it."""
        (rows, columns), (top, left) = self.kernel, self.pads
        return (rows - 1 - top) * self.shape[1] + columns - 1 - left

    @property
    def pixels(self) -> int:
        """Pixel times in a sample: all of the image, and what the windows at its end lag behind."""
        height, width, _ = self.shape
        last = (self.out_shape[0] - 1) * self.stride * width + (self.out_shape[1] - 1) * self.stride
        return max(height * width, last + self.lag + 1)

    @property
    def steps(self) -> int:
        return self.pixels * self.groups

    @property
    def on_chip_bits(self) -> int:
        (rows, columns), word = self.kernel, self.lanes * self.element_bits
        taps = rows * ((columns - 1) * self.groups + 1)
        return word * ((rows - 1) * self.shape[1] * self.groups + taps)

    def reads(self) -> np.ndarray:
        return np.arange(self.shape[0] * self.shape[1] * self.groups)

    def writes(self) -> np.ndarray:
        rows, columns, groups = np.ix_(*map(np.arange, (*self.out_shape[:2], self.groups)))
        pixel = rows * self.stride * self.shape[1] + columns * self.stride + self.lag
        return (pixel * self.groups + groups).reshape(-1)


@dataclass(frozen=True, slots=True)
class Mac:
    """The multipliers of a layer: `pe` outputs x `simd` inputs a step, then ReLU and requantiser.

    vectors: input vectors in a sample (output pixels). taps: products of one output. The first pass over a vector
    reads it from the stream, later ones from a buffer.
    """

    kind: ClassVar[str] = "mac"

    name: str
    layer: str
    vectors: int
    taps: int
    outputs: int
    pe: int
    simd: int
    in_bits: int
    weight_bits: int
    sum_bits: int
    out_bits: int
    number_depth: int

    @property
    def folding(self) -> str:
        return f"{self.pe} x {self.simd}"

    @property
    def multipliers(self) -> int:
        return self.pe * self.simd

    @property
    def words(self) -> int:
        """Words of an input vector."""
        return self.taps // self.simd

    @property
    def passes(self) -> int:
        """Passes over an input vector."""
        return self.outputs // self.pe

    @property
    def steps(self) -> int:
        return self.vectors * self.words * self.passes

    @property
    def depth(self) -> int:
        return mac_depth(self.simd, self.sum_bits, self.number_depth)

    @property
    def on_chip_bits(self) -> int:
        weights = self.outputs * self.taps * self.weight_bits
        replay = self.taps * self.in_bits if self.passes > 1 else 0
        return weights + self.outputs * self.sum_bits + replay + self.pe * self.sum_bits

    def reads(self) -> np.ndarray:
        vectors, words = np.ix_(np.arange(self.vectors), np.arange(self.words))
        return (vectors * self.words * self.passes + words).reshape(-1)

    def writes(self) -> np.ndarray:
        return np.arange(self.words - 1, self.steps, self.words)


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The maximum over windows of size x size, `lanes` channels a step. ordered: codes have the order of values."""

    kind: ClassVar[str] = "max_pool"
    multipliers: ClassVar[int] = 0

    name: str
    layer: str
    shape: tuple[int, int, int]
    out_shape: tuple[int, int, int]
    size: int
    lanes: int
    element_bits: int
    ordered: bool

    @property
    def folding(self) -> str:
        return f"{self.lanes} lanes"

    @property
    def depth(self) -> int:
        return pool_depth(self.ordered)

    @property
    def groups(self) -> int:
        """Words per pixel."""
        return self.shape[2] // self.lanes

    @property
    def steps(self) -> int:
        return self.shape[0] * self.shape[1] * self.groups

    @property
    def on_chip_bits(self) -> int:
        return (self.out_shape[1] + 1) * self.shape[2] * self.element_bits

    def reads(self) -> np.ndarray:
        return np.arange(self.steps)

    def writes(self) -> np.ndarray:
        rows, columns, groups = np.ix_(*map(np.arange, (*self.out_shape[:2], self.groups)))
        last = self.size - 1
        pixel = (rows * self.size + last) * self.shape[1] + columns * self.size + last
        return (pixel * self.groups + groups).reshape(-1)


Unit: TypeAlias = Input | Output | Adapter | Window | Mac | MaxPool
