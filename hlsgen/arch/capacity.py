"""Whether what a plan keeps on chip can be there at all: a bound by the device's memories and LUTs."""

from __future__ import annotations

from hlsgen.core.boards import Board
from hlsgen.core.errors import UserError

BRAM36_BITS, URAM_BITS = 36 * 1024, 288 * 1024
LUT_BITS = {"xc7": 64, "xcup": 64, "ecp5": 16}


def capacity_bits(board: Board) -> int:
    """The bits that all block RAM, UltraRAM and LUTs of the device hold together."""
    return board.bram36 * BRAM36_BITS + board.uram * URAM_BITS + board.lut * LUT_BITS[board.family]


def check_capacity(on_chip_bits: int, board: Board) -> None:
    """Raises a `UserError` that says how many bits are too many. What passes may still not fit: synthesis knows."""
    held = capacity_bits(board)
    if on_chip_bits > held:
        raise UserError(
            f"the plan keeps {on_chip_bits:,} bits on chip, {on_chip_bits - held:,} more than memories and LUTs hold",
            where=f"board {board.name}",
            do="choose a larger board or a smaller --format",
        )
