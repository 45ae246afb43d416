"""The table `[flow]` of a board's file: how a bitstream for it is made.

`tool`: vivado, vitis or ecp5; `source`: where the other entries come from; `pynq_board`: what PYNQ's images set the
environment variable BOARD to, by `pynq_board_source`; the rest is the tool's own business, read and checked by the
module of that name.
"""

from __future__ import annotations

import tomllib
from typing import Any

from .boards import load_board
from .errors import UserError
from .paths import data_dir


def connected_io(board: str) -> str:
    """How tensors travel on the board unless somebody says: "axi", or "stream" where there is no memory for them."""
    return "stream" if load_flow(board)["tool"] == "ecp5" else "axi"


def connected_multipliers(board: str) -> int | None:
    """The budget unless somebody says, on boards whose link is so slow that more would wait for it; None elsewhere."""
    return load_flow(board).get("multipliers")


def load_flow(board: str) -> dict[str, Any]:
    """The table of the board called `board`. Raises a `UserError` when it has none."""
    name = load_board(board).name
    table = tomllib.loads((data_dir("boards") / f"{name}.toml").read_text(encoding="utf-8")).get("flow")
    if table is None:
        raise UserError("no way to a bitstream is known", where=f"board {name}", do="choose a board with a [flow]")
    return table
