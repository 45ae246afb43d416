"""How many cycles a value spends in a unit's pipeline: the constants of the cycle prediction, in one place.

A depth is counted from the cycle in which a unit takes a word to the cycle in which what it made of it can be taken
from the next FIFO. The figures belong to `hlsgen.hls` at the default clocks; they were read from its RTL.
"""

from __future__ import annotations

from hlsgen.numerics import Fixed

from .layers import Layer

INPUT_DEPTH = 1
OUTPUT_DEPTH = 2
ADAPTER_DEPTH = 1
WINDOW_DEPTH = 3
POOL_DEPTH = 2

_MAC_BASE = 4  # ROM, replay buffer, accumulator, write
_TREE_LEVELS_PER_CYCLE = 2
FIXED_PRODUCT_DEPTH = 1
MINIFLOAT_PRODUCT_DEPTH = 2
MINIFLOAT_ENCODE_DEPTH = 3


def mac_depth(simd: int, product_depth: int) -> int:
    """Depth of a MAC unit whose adder tree has `simd` leaves and whose products and requantiser take
    `product_depth`."""
    levels = (simd - 1).bit_length()
    return _MAC_BASE + product_depth + -(-levels // _TREE_LEVELS_PER_CYCLE)


def product_depth(layer: Layer) -> int:
    """Cycles of a product and of the requantiser of `layer` beyond those of the fixed-point sum."""
    minifloat_operand = any(not isinstance(tensor.format, Fixed) for tensor in (layer.x, layer.weight))
    cycles = MINIFLOAT_PRODUCT_DEPTH if minifloat_operand else FIXED_PRODUCT_DEPTH
    return cycles + (0 if isinstance(layer.y.format, Fixed) else MINIFLOAT_ENCODE_DEPTH)


# Sequential pattern: cycles of each phase beyond its steps.
LOAD_OVERHEAD = 4
STORE_OVERHEAD = 4
LAYER_OVERHEAD = 4
RESTART_OVERHEAD = 2


def engine_depth(simd: int, product_depth: int) -> int:
    """Depth of the pipeline of the shared unit: a MAC unit, its addresses, and the write to the activation memory."""
    return 3 + mac_depth(simd, product_depth)
