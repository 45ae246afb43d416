"""`hlsgen project DESIGN --board all`: a project for each board that the design fits, and what each lacks otherwise."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hlsgen.core.boards import Board, board_names, load_board
from hlsgen.core.errors import UserError
from hlsgen.core.flow_table import load_flow

Make = Callable[[argparse.Namespace], dict[str, Any]]

_COLUMNS = ("LUT", "FF", "DSP", "BRAM36", "URAM")


def run(arguments: argparse.Namespace, make: Make) -> int:
    """Each board in turn. make: writes the project for `arguments`, with the name of one board, and gives its facts."""
    rows = []
    for board in _boards():
        print(f"{board.name} ({board.part}, {board.family})", file=sys.stderr)
        rows.append(_row(board, arguments, make))
    if arguments.json:
        print(json.dumps({"boards": rows}, indent=2))
    else:
        print("\n".join(_table(rows)))
    return 0 if any("folder" in row for row in rows) else 2


def _boards() -> list[Board]:
    """Those next to each other that share a delay table and a clock: what was synthesised for one is good for all."""
    return sorted(map(load_board, board_names()), key=lambda board: (board.family, board.clock_ns, board.name))


def _row(board: Board, arguments: argparse.Namespace, make: Make) -> dict[str, Any]:
    out = arguments.out / board.name if arguments.out else None
    facts: dict[str, Any] = {"board": board.name, "tool": load_flow(board.name)["tool"], "held": board.resources}
    try:
        return facts | make(argparse.Namespace(**{**vars(arguments), "board": board.name, "out": out}))
    except UserError as error:
        return facts | {"error": str(error)}


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """As Markdown, for it is long and people keep it."""
    head = ("board", "flow", "clock", *_COLUMNS, "project")
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join('---' for _ in head)}|"]
    for row in rows:
        clock = f"{row['clock_ns']:g} ns" if "clock_ns" in row else ""
        used = row.get("resources") or {}
        shares = (_share(used.get(name.lower()), row["held"][name.lower()]) for name in _COLUMNS)
        made = Path(row["folder"]).name if "folder" in row else row["error"]
        lines.append(f"| {' | '.join((row['board'], row['tool'], clock, *shares, made))} |")
    return lines


def _share(used: float | None, held: int) -> str:
    if used is None:
        return ""
    return f"{used:,.0f} ({used / held:.1%})" if held else f"{used:,.0f}"
