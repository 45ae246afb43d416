"""Factors in limbs that fit a DSP block, and the products of limbs that make a whole product."""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.schedule import DelayTable


@dataclass(frozen=True, slots=True)
class Limb:
    """bits lsb .. lsb + width of a factor; `signed` for the highest of a signed one."""

    lsb: int
    width: int
    signed: bool


Tile = tuple[Limb, Limb]  # a limb of each factor: one DSP block


def limbs(width: int, sign: bool, limb_bits: int) -> list[Limb]:
    """A factor in limbs of `limb_bits` unsigned bits; the highest may have one more when it is signed."""
    found, lsb = [], 0
    while width - lsb > limb_bits + sign:
        found.append(Limb(lsb, limb_bits, False))
        lsb += limb_bits
    return [*found, Limb(lsb, width - lsb, sign)]


def limb_shapes(delays: DelayTable) -> list[tuple[int, int]]:
    """Unsigned bits of the limbs of both factors, in the ways in which a DSP block takes them."""
    large, small = delays.large_port_bits - 1, delays.small_port_bits - 1
    return [(small, small), (large, small), (small, large)]


def count_tiles(first: list[Limb], second: list[Limb], result_bits: int) -> int:
    """Partial products that reach into the result."""
    return sum(a.lsb + b.lsb < result_bits for a in first for b in second)


def signed_tiles(widths: tuple[int, int], result_bits: int, delays: DelayTable) -> list[Tile]:
    """The fewest partial products of two signed factors, by place; the lowest comes first, and behind it the one that
    begins where it ends."""
    options = [(limbs(widths[0], True, a), limbs(widths[1], True, b)) for a, b in limb_shapes(delays)]
    first, second = min(options, key=lambda option: count_tiles(option[0], option[1], result_bits))
    tiles = [(a, b) for a in first for b in second if a.lsb + b.lsb < result_bits]
    lowest = tiles[0][0].width + tiles[0][1].width
    return sorted(tiles, key=lambda tile: (place(tile) > 0, place(tile) != lowest, place(tile)))


def place(tile: Tile) -> int:
    """Of the lowest bit of a partial product in the whole."""
    return tile[0].lsb + tile[1].lsb


@dataclass(frozen=True, slots=True)
class AdderTree:
    """Behind the partial products of one multiplication: levels of adders, each of which takes `level_ns`."""

    levels: int
    level_ns: float


def adder_tree(tiles: list[Tile], result_bits: int, delays: DelayTable) -> AdderTree:
    """Of partial products in the order of `signed_tiles`; the first two may need no adder."""
    if len(tiles) == 1:
        return AdderTree(0, 0.0)
    terms = len(tiles) - (place(tiles[1]) == tiles[0][0].width + tiles[0][1].width)
    nearest = min(place(tile) for tile in tiles[1:])  # below, no bits are added
    return AdderTree((terms - 1).bit_length(), delays.delay_ns("add", result_bits - nearest))
