"""Loops around loops go round through one block: of one with a `continue` LLVM would make two, one in the other, and
give the branch of an unrolled loop at its end to both.

Others keep their latches: turned round, with its test at the end, a loop may need a longer interval.
"""

from __future__ import annotations

import re

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.loops import NaturalLoop, natural_loops
from hlsgen.hls.llvm.parse import Parsed
from hlsgen.hls.llvm.text import NAME, unquote

from . import edit

_PHI = re.compile(r"(?P<head>.* = phi (?P<type>.+?)) (?P<ways>\[ .* \])(?P<tail>(?:, !\w+ !\d+)*)\Z")
_WAY = re.compile(rf"\[ (?P<value>.+?), (?P<label>%{NAME}) \]")
_NAME = "hlsgen.latch"


def join_latches(parsed: Parsed) -> bool:
    """Gives loops with several latches and loops in them one; whether there were any. The text has to be parsed again
    then."""
    found = False
    for name, function in parsed.module.functions.items():
        loops = natural_loops(function)
        around = {loop.parent.header for loop in loops if loop.parent is not None}
        for number, loop in enumerate(loops):
            if loop.header in around and len(loop.latches) > 1 and _branch_once(function, loop):
                _join(parsed, name, function, loop, f"{_NAME}.{number}")
                found = True
    return found


def _branch_once(function: ir.Function, loop: NaturalLoop) -> bool:
    ends = [block.terminator for block in function.blocks if block.label in loop.latches]
    return all(end.opcode == "br" and end.labels.count(loop.header) == 1 for end in ends)


def _join(parsed: Parsed, name: str, function: ir.Function, loop: NaturalLoop, latch: str) -> None:
    lines, places = parsed.text.lines, parsed.lines[name]
    made: list[str] = []
    header = next(block for block in function.blocks if block.label == loop.header)
    for line, instruction in zip(places[loop.header], header.instructions, strict=True):
        if instruction.opcode == "phi":
            lines[line], phi = _parted(lines[line], loop.latches, latch, f"{latch}.{len(made)}")
            made.append(phi)
    back, forward = f"label {edit.local(loop.header)}", f"label {edit.local(latch)}"
    for label in loop.latches:
        line = places[label][-1]
        end = re.sub(rf"{re.escape(back)}(?![-\w$.])", forward, lines[line])
        lines[line] = re.sub(r", !llvm\.loop !\d+", "", end)
    node = next((parsed.loops[name][label] for label in loop.latches if parsed.loops[name].get(label)), "")
    place = re.search(r", !dbg !\d+", lines[places[loop.latches[-1]][-1]])
    jump = f"  br {back}{place[0] if place else ''}{f', !llvm.loop {node}' if node else ''}"
    last = places[loop.latches[-1]][-1]
    lines[last] += "\n".join(["\n", f"{edit.local(latch)[1:]}:", *made, jump])


def _parted(phi: str, latches: tuple[str, ...], latch: str, value: str) -> tuple[str, str]:
    """(the phi of the header, with one way from `latch`; the phi there, named `value`)."""
    parts = _PHI.match(phi)
    assert parts is not None
    ways = [(way["value"], way["label"]) for way in _WAY.finditer(parts["ways"])]
    inside = [way for way in ways if unquote(way[1]) in latches]
    outside = [way for way in ways if unquote(way[1]) not in latches]
    joined = (f"%{value}", edit.local(latch))
    return (
        f"{parts['head']} {_listed([*outside, joined])}{parts['tail']}",
        f"  %{value} = phi {parts['type']} {_listed(inside)}{parts['tail']}",
    )


def _listed(ways: list[tuple[str, str]]) -> str:
    return ", ".join(f"[ {value}, {label} ]" for value, label in ways)
