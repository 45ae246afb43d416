"""`hlsgen boards [NAME]`: the boards that there are, and where each figure comes from."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from hlsgen.core.boards import DEFAULT_BOARD, Board, board_names, load_board
from hlsgen.core.flow_table import load_flow


def run(options: argparse.Namespace) -> int:
    boards = [load_board(name) for name in ([options.name] if options.name else board_names())]
    if options.json:
        found = [{**asdict(board), "sources": dict(board.sources)} for board in boards]
        print(json.dumps(found[0] if options.name else {"default": DEFAULT_BOARD, "boards": found}, indent=2))
    elif options.name:
        print("\n".join(_one(boards[0])))
    else:
        print("\n".join(_all(boards)))
    return 0


def _all(boards: list[Board]) -> list[str]:
    rows: list[tuple[str, ...]] = [("board", "part", "family", "clock", "LUT", "FF", "DSP", "BRAM36", "URAM")]
    for board in boards:
        name = f"{board.name} (default)" if board.name == DEFAULT_BOARD else board.name
        figures = (f"{value:,}" for value in board.resources.values())
        rows.append((name, board.part, _family(board), f"{board.clock_ns:g} ns", *figures))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _one(board: Board) -> list[str]:
    flow = load_flow(board.name)
    sources = {**dict(board.sources), "bitstream": flow["source"], "PYNQ": flow.get("pynq_board_source", "")}
    held = ", ".join(f"{key} {value:,}" for key, value in board.resources.items())
    memory = f"{board.memory}, {board.memory_gb_per_s:g} GB/s" if board.memory else "no figure"
    figures = {
        "device": ", ".join(filter(None, (board.part, board.board_part))),
        "family": _family(board),
        "clock": f"{board.clock_ns:g} ns",
        "resources": held,
        "memory": memory,
        "memory port": f"{board.memory_port_bits} bits",
        "bitstream": ", ".join(filter(None, (flow["tool"], flow.get("platform", "")))),
        **({"PYNQ": f"BOARD={flow['pynq_board']}"} if "pynq_board" in flow else {}),
    }
    lines = [board.title]
    for name, text in figures.items():
        lines += [f"  {name:12} {text}", *([f"  {'':12} source: {sources[name]}"] if name in sources else [])]
    return lines


def _family(board: Board) -> str:
    """The family of the device, and the one whose figures are used where that has none."""
    return board.family if board.silicon == board.family else f"{board.silicon} as {board.family}"
