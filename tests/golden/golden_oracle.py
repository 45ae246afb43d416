"""A slow reference of small networks in exact fractions, sharing no code with hlsgen.

A network is a list of steps as a user would write them; rounding happens once per layer, at the very end of it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from fractions import Fraction

Pixel = tuple[int, int, int]
Image = dict[Pixel, Fraction]
"""(row, column, channel) -> value. A vector has its features as channels of one pixel."""


def power(exponent: int) -> Fraction:
    return Fraction(2) ** exponent


class FixedCodec:
    """`width` bits in units of 2**lsb, saturating: nearest with ties to even, or towards minus infinity."""

    def __init__(self, width: int, lsb: int, signed: bool = True, floor: bool = False) -> None:
        self.unit, self.to_integer = power(lsb), math.floor if floor else round  # round: ties to even
        self.low = -(2 ** (width - 1)) if signed else 0
        self.high = self.low + 2**width - 1

    def value(self, code: int) -> Fraction:
        return code * self.unit

    def code(self, value: Fraction) -> int:
        return min(max(self.to_integer(value / self.unit), self.low), self.high)


class MiniFloatCodec:
    """Sign, exponent field, mantissa; by a sorted table of all finite magnitudes."""

    def __init__(self, exponent: int, mantissa: int, bias: int, finite_codes: int, scale: int) -> None:
        self.sign = 2 ** (exponent + mantissa)
        self.magnitudes = []
        for code in range(finite_codes):
            field, fraction = code >> mantissa, code % 2**mantissa
            leading = 1 if field else 0
            significand = leading + Fraction(fraction, 2**mantissa)
            self.magnitudes.append(significand * power(max(field, 1) - bias + scale))

    def value(self, code: int) -> Fraction:
        magnitude = self.magnitudes[code % self.sign]
        return -magnitude if code >= self.sign else magnitude

    def code(self, value: Fraction) -> int:
        above = bisect_left(self.magnitudes, abs(value))
        if above == len(self.magnitudes):
            nearest = above - 1
        else:
            candidates = {above, max(above - 1, 0)}
            nearest = min(candidates, key=lambda code: (abs(self.magnitudes[code] - abs(value)), code % 2))
        return nearest + self.sign if value < 0 else nearest


Codec = FixedCodec | MiniFloatCodec


def extent(image: Image) -> Pixel:
    return tuple(max(place[axis] for place in image) + 1 for axis in range(3))


def conv2d(image: Image, weight: Callable[..., Fraction], bias: list[Fraction], kernel: Pixel, same: bool, stride: int):
    """kernel: (height, width, input channels); weight(out, in, row, column)."""
    height, width, channels = extent(image)
    starts = []
    for size, span in ((height, kernel[0]), (width, kernel[1])):
        if same:
            count = (size + stride - 1) // stride
            missing = max((count - 1) * stride + span - size, 0)
            starts.append([index * stride - missing // 2 for index in range(count)])
        else:
            starts.append([start for start in range(0, size, stride) if start + span <= size])
    result: Image = {}
    for row, top in enumerate(starts[0]):
        for column, left in enumerate(starts[1]):
            for out, total in enumerate(bias):
                for i in range(kernel[0]):
                    for j in range(kernel[1]):
                        for c in range(channels):
                            pixel = image.get((top + i, left + j, c))  # None outside
                            if pixel:
                                total += pixel * weight(out, c, i, j)
                result[row, column, out] = total
    return result


def dense(image: Image, weight: Callable[..., Fraction], bias: list[Fraction]) -> Image:
    """weight(out, in)."""
    features = [image[place] for place in sorted(image)]
    return {
        (0, 0, out): total + sum(weight(out, k) * value for k, value in enumerate(features) if value)
        for out, total in enumerate(bias)
    }


def relu(image: Image) -> Image:
    return {place: max(value, Fraction(0)) for place, value in image.items()}


def max_pool(image: Image, size: int) -> Image:
    height, width, channels = extent(image)
    return {
        (row, column, c): max(image[row * size + i, column * size + j, c] for i in range(size) for j in range(size))
        for row in range(height // size)
        for column in range(width // size)
        for c in range(channels)
    }


def flatten(image: Image) -> Image:
    return {(0, 0, place): image[key] for place, key in enumerate(sorted(image))}


def rounded(image: Image, codec: Codec) -> tuple[Image, dict[Pixel, int]]:
    """The values that the codes stand for, and the codes."""
    codes = {place: codec.code(value) for place, value in image.items()}
    return {place: codec.value(code) for place, code in codes.items()}, codes


def in_order(codes: dict[Pixel, int]) -> Iterator[int]:
    return (codes[place] for place in sorted(codes))
