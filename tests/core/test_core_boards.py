"""Boards: every file loads, every figure has a source, an unknown name is answered with the known ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.core import boards
from hlsgen.core.boards import DEFAULT_BOARD, board_names, load_board, shortage
from hlsgen.core.errors import InternalError, UserError


@pytest.mark.parametrize("name", board_names())
def test_every_board_is_complete(name: str) -> None:
    board = load_board(name)
    assert board.name == name
    assert board.family in {"xc7", "xcup", "ecp5"}
    assert board.part.startswith("LFE5U" if board.family == "ecp5" else "xc")
    assert 1.0 <= board.clock_ns <= 20.0
    assert board.ff == (1 if board.family == "ecp5" else 2) * board.lut, "flip-flops beside each LUT"
    assert board.dsp > 0 and board.bram36 > 0 and board.uram >= 0
    assert (board.memory == "") == (board.memory_gb_per_s is None)
    groups = {"device", "clock", "resources", "memory port"} | ({"memory"} if board.memory else set())
    groups |= {"family"} if board.silicon != board.family else set()
    assert {group for group, source in board.sources if len(source) > 10} == groups


def test_the_issue_boards_are_there() -> None:
    assert {"pynq_z2", "zcu104", "kv260", "ultra96_v2", "u250"} <= set(board_names())
    assert DEFAULT_BOARD in board_names()


def test_figures_of_two_boards() -> None:
    expected = {"lut": 53200, "ff": 106400, "dsp": 220, "bram36": 140, "uram": 0}
    assert load_board("pynq_z2").resources == expected
    kv260 = load_board("kv260")
    assert (kv260.part, kv260.dsp, kv260.uram) == ("xck26-sfvc784-2LV-c", 1248, 64)


@pytest.mark.parametrize("spelling", ["PYNQ-Z2", "pynq-z2", " Pynq_Z2 "])
def test_spelling_is_forgiven(spelling: str) -> None:
    assert load_board(spelling).name == "pynq_z2"


@pytest.mark.parametrize("name", ["nope", "", "../kv260", "kv260.toml", "a;rm -rf"])
def test_unknown_board_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UserError, match=r"no board is called .*; choose one of .*kv260, .*zcu104") as caught:
        load_board(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["not toml at all [", 'title = "x"\n'])
def test_a_broken_board_file_is_our_fault(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.toml").write_text(text)
    monkeypatch.setattr(boards, "data_dir", lambda name: tmp_path)
    with pytest.raises(InternalError, match=r"bad\.toml: not a board file"):
        load_board("bad")


def test_versal_says_whose_figures_stand_in() -> None:
    board = load_board("vck190")
    assert (board.silicon, board.family) == ("versal", "xcup")
    assert "UltraScale+ stand in" in dict(board.sources)["family"]
    assert load_board("kv260").silicon == "xcup"


def test_what_does_not_fit_and_by_how_much() -> None:
    held = load_board("pynq_z2").resources
    assert shortage(held, {"lut": 53200, "dsp": 220.0, "delay_ns": 1e9, "uram": None}) == []
    assert shortage(held, {"lut": 53201, "dsp": 300, "uram": 2, "ff": 1}) == [
        "LUT 53,201 of 53,200 (1 too many)",
        "DSP 300 of 220 (80 too many)",
        "URAM 2 of 0 (2 too many)",
    ]
