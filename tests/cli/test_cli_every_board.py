"""`hlsgen project --board all`: one row a board, those that lack something say what; none at all is a failure."""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hlsgen.cli import every_board
from hlsgen.core.boards import board_names, load_board
from hlsgen.core.errors import UserError


def _options(**changed: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"board": "all", "out": Path("projects"), "json": True, **changed})


def _make(options: argparse.Namespace) -> dict[str, Any]:
    board = load_board(options.board)
    if board.dsp < 300:
        raise UserError(f"does not fit: DSP 300 of {board.dsp}", where=f"board {board.name}")
    made = {"clock_ns": board.clock_ns, "resources": {"lut": board.lut / 8, "dsp": 300, "uram": None}}
    return {**made, "folder": str(options.out or f"default-{board.name}")}


def test_every_board_has_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert every_board.run(_options(), _make) == 0
    rows = {row["board"]: row for row in json.loads(capsys.readouterr().out)["boards"]}
    assert set(rows) == set(board_names())
    small = {name for name, row in rows.items() if "error" in row}
    assert small == {name for name in board_names() if load_board(name).dsp < 300} and "pynq_z2" in small
    assert rows["pynq_z2"]["error"] == "board pynq_z2: does not fit: DSP 300 of 220"
    assert rows["zcu104"]["folder"] == "projects/zcu104"


def test_boards_that_share_a_synthesis_are_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    every_board.run(_options(), _make)
    boards = [load_board(row["board"]) for row in json.loads(capsys.readouterr().out)["boards"]]
    kinds = [(board.family, board.clock_ns) for board in boards]
    assert sum(one != other for one, other in pairwise(kinds)) == len(set(kinds)) - 1


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert every_board.run(_options(json=False, out=None), _make) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({line.count("|") for line in lines}) == 1
    (row,) = (line for line in lines if line.startswith("| zcu104 |"))
    assert row == "| zcu104 | vivado | 5 ns | 28,800 (12.5%) |  | 300 (17.4%) |  |  | default-zcu104 |"


def test_no_project_at_all_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    def never(options: argparse.Namespace) -> dict[str, Any]:
        raise UserError("no such format")

    assert every_board.run(_options(), never) == 2
    assert capsys.readouterr().out.count("no such format") == len(board_names())
