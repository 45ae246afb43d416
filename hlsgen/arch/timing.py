"""How many cycles a value spends in a unit's pipeline: the constants of the cycle prediction, in one place.

A depth is counted from the cycle in which a unit takes a word to the cycle in which what it made of it can be taken
from the next FIFO. The figures belong to `hlsgen.hls` at 5 ns on xcup; they were read from its reports and its RTL
(docs: predicted against measured). Trip counts and the filling of FIFOs are exact; only depths are fitted.
"""

from __future__ import annotations

from hlsgen.numerics import Element, Fixed, MiniFloat

INPUT_DEPTH = 1
OUTPUT_DEPTH = 2  # the beat is counted when it has left
ADAPTER_DEPTH = 1
_WINDOW_DEPTH, _CHANNEL_GROUPS = 2, 1
_POOL_DEPTH, _POOL_ORDER = 2, 2  # a minifloat is brought into an ordered form, and back

_MAC_DEPTH = 6  # counters, ROM and replay buffer, product, accumulator, requantiser
_FIXED_LEVELS, _MINIFLOAT_LEVELS = 2, 3  # of the adder tree, in a cycle
_WIDE_SUM_BITS = 24  # above it a fixed-point tree needs a cycle more for every two levels after the first
_PRODUCT_BITS = 24  # of a minifloat product that is shifted and added in a cycle
_ENCODE_DEPTH = 2  # of a minifloat, beside one cycle for each step of the normaliser

# Sequential pattern.
_ENGINE_DEPTH = 9  # beyond the MAC unit: the nest of loops, addresses, alignment, gathering, memory
_WIDE_ALIGNMENT, _WIDE_BITS = 2, 32
CALL_OVERHEAD = 1  # between two samples
LAYER_OVERHEAD = 2  # instruction, and the last write before the next layer reads
_TRANSFER_OVERHEAD, _WIDE_SELECTION, _WIDE_BEATS = 5, 2, 8  # of load and store together


def window_depth(groups: int) -> int:
    """Depth of a window unit whose pixels come in so many words."""
    return _WINDOW_DEPTH + (_CHANNEL_GROUPS if groups > 1 else 0)


def pool_depth(ordered: bool) -> int:
    """Depth of a max-pool unit; ordered: codes are in the order of their values as they are."""
    return _POOL_DEPTH + (0 if ordered else _POOL_ORDER)


def mac_depth(simd: int, sum_bits: int, number_depth: int) -> int:
    """Depth of a MAC unit whose adder tree has `simd` leaves; number_depth: of `number_depth`."""
    levels = (simd - 1).bit_length()
    tree = levels // (_MINIFLOAT_LEVELS if number_depth else _FIXED_LEVELS)
    return _MAC_DEPTH + number_depth + tree + _wide_tree(levels, sum_bits, number_depth)


def _wide_tree(levels: int, sum_bits: int, number_depth: int) -> int:
    """What wide sums add to the depth of a fixed-point adder tree."""
    return max(0, levels - 1) // 2 if sum_bits > _WIDE_SUM_BITS and not number_depth else 0


def number_depth(x: Element, weight: Element, sums: Fixed, y: Element) -> int:
    """Cycles of products and requantiser beyond those of fixed point, for which it is 0."""
    cycles = 0
    if isinstance(x, MiniFloat) or isinstance(weight, MiniFloat):
        largest = max(map(abs, x.integer_range)) * max(map(abs, weight.integer_range))
        cycles += -(-(largest.bit_length() + 1) // _PRODUCT_BITS)
    if isinstance(y, MiniFloat):
        smallest_normal = y.mantissa + y.lsb_exponent - sums.lsb_exponent
        cycles += _ENCODE_DEPTH + max(sums.width - 1 - smallest_normal, 0).bit_length()
    return cycles


def engine_depth(simd: int, parts: int, sum_bits: int, number_depth: int) -> int:
    """Depth of the pipeline of the shared unit. parts: results in a word of its memory."""
    wide = _WIDE_ALIGNMENT if number_depth and sum_bits > _WIDE_BITS else 0
    wide += _wide_tree((simd - 1).bit_length(), sum_bits, number_depth)
    return _ENGINE_DEPTH + mac_depth(1, sum_bits, number_depth) + (parts > 1) + wide


def transfer_overhead(word_beats: int) -> int:
    """Cycles of load and store beyond their beats. word_beats: beats of the output in a word of the memory."""
    return _TRANSFER_OVERHEAD + (_WIDE_SELECTION if word_beats > _WIDE_BEATS else 0)
