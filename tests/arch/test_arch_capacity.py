"""A plan that cannot be on the device, whatever synthesis does, is refused with the bits that are too many."""

from __future__ import annotations

import pytest

from hlsgen.arch.capacity import capacity_bits, check_capacity
from hlsgen.core.boards import board_names, load_board
from hlsgen.core.errors import UserError


def test_the_bound_of_two_boards() -> None:
    assert capacity_bits(load_board("pynq_z2")) == 140 * 36864 + 53200 * 64
    assert capacity_bits(load_board("ulx3s")) == 208 * 18432 + 83640 * 16
    assert all(capacity_bits(load_board(name)) > 10**6 for name in board_names())


def test_one_bit_too_many() -> None:
    board = load_board("pynq_z2")
    held = capacity_bits(board)
    check_capacity(held, board)
    with pytest.raises(UserError, match=r"board pynq_z2: the plan keeps 8,565,761 bits on chip, 1 more than memo"):
        check_capacity(held + 1, board)
