"""A corpus of kernels as one Markdown page: loops, cycles, resources, and published numbers beside ours.

In: a row per kernel. Out: the page as text: a summary, the table, the loops that miss what they ask for, the comparison
with other tools, and what failed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoopRow:
    """A loop that the source tells to be pipelined. bound_by: why it does not reach what it asks for, "" if it does."""

    label: str
    line: int
    ii_asked: int
    ii_reached: int
    bound_by: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What another tool published for the same function at the same clock; LUT and FF by its own estimate."""

    tool: str
    cycles: int
    lut: int
    ff: int


@dataclass(frozen=True, slots=True)
class Resources:
    """An estimate by Yosys."""

    lut: int
    ff: int
    dsp: int
    bram36: float


@dataclass(frozen=True, slots=True)
class KernelRow:
    """One kernel. `calls`: that were simulated. `cycles_min`, `cycles_max`: of a call, from start to done. `seconds`:
    to compile. `variant_of`: the kernel whose function this one is, told by pragmas. `stalled`: simulated with random
    stalls on every port, too. `any_schedule`: equal with random legal schedules, too; None when not tried. `error`:
    what ended it early or what was not right, "" if nothing."""

    name: str
    title: str
    shows: str
    clock_ns: float
    loops: tuple[LoopRow, ...] = ()
    calls: int = 0
    cycles_min: int = 0
    cycles_max: int = 0
    resources: Resources | None = None
    seconds: float = 0.0
    reference: Reference | None = None
    variant_of: str = ""
    stalled: bool = False
    any_schedule: bool | None = None
    error: str = ""


def render_kernels(rows: Sequence[KernelRow], *, device: str, command: str, version: str, date: str) -> str:
    """The page. device: the part or family that all were compiled for. command: that makes the page again."""
    parts = [
        "# Kernels",
        f"Made by `{command}` with hlsgen {version} on {date}; {device}.",
        "\n".join(f"- {line}" for line in _summary(rows)),
        "Loops: those that a PIPELINE pragma names, with the interval that was reached; and the one asked for, where "
        "it is another. Cycles: of one call, from start to done, the fewest and the most among the calls of the test "
        "bench. LUT, FF, DSP and block RAM are estimates by Yosys, without place and route.",
        _table(rows),
    ]
    missed = [
        f"- {row.name}, `{loop.label}`, {loop.ii_reached} of {loop.ii_asked}: {loop.bound_by}"
        for row in rows
        for loop in row.loops
        if loop.ii_reached > loop.ii_asked
    ]
    if missed:
        parts += ["## Intervals that are not reached", "\n".join(missed)]
    if any(row.reference for row in rows if not row.error):
        parts += list(_comparison(rows))
    failed = [f"- {row.name}: {row.error}" for row in rows if row.error]
    if failed:
        parts += ["## Failures", "\n".join(failed)]
    return "\n\n".join(parts) + "\n"


def _summary(rows: Sequence[KernelRow]) -> Iterator[str]:
    good = sum(not row.error for row in rows)
    calls = sum(row.calls for row in rows if not row.error)
    if any(row.calls for row in rows):
        yield f"{good} of {len(rows)} kernels equal their C++ in every call of their test benches, {calls:,} calls."
    else:
        yield f"{good} of {len(rows)} kernels compile as they are described; none was simulated."
    stalled = sum(row.stalled and not row.error for row in rows)
    if stalled:
        others = ", ".join(row.name for row in rows if row.calls and not row.stalled)
        but = f"; {others}: no stalls, since what they do may depend on cycles" if others else ""
        yield f"{stalled} of {len(rows)} also with random stalls on every port{but}."
    tried = [row for row in rows if row.any_schedule is not None]
    if tried:
        equal = sum(row.any_schedule is True and not row.error for row in tried)
        yield f"{equal} of {len(rows)} also with random legal schedules instead of the best."
    loops = [loop for row in rows for loop in row.loops]
    if loops:
        reached = sum(loop.ii_reached <= loop.ii_asked for loop in loops)
        yield f"{reached} of {len(loops)} pipelined loops ({reached / len(loops):.1%}) reach the interval they ask for."


def _table(rows: Sequence[KernelRow]) -> str:
    head = ("kernel", "what it shows", "clock ns", "loops", "calls", "cycles", "LUT", "FF", "DSP", "BRAM36", "s")
    lines = [_line(head), _line([":---", ":---", "---:", ":---", *["---:"] * 7])]
    for row in rows:
        if row.error:
            lines.append(_line([row.name, row.shows, f"{row.clock_ns:g}", "failed", *[""] * 7]))
            continue
        played = [f"{row.calls:,}", _cycles(row)] if row.calls else ["-", "-"]
        found = row.resources
        sizes = ["-"] * 4 if found is None else [f"{n:,}" for n in (found.lut, found.ff, found.dsp)]
        if found is not None:
            sizes.append(f"{found.bram36:g}")
        loops = ", ".join(map(_loop, row.loops))
        lines.append(_line([row.name, row.shows, f"{row.clock_ns:g}", loops, *played, *sizes, f"{row.seconds:.1f}"]))
    return "\n".join(lines)


def _cycles(row: KernelRow) -> str:
    return f"{row.cycles_min:,}" if row.cycles_min == row.cycles_max else f"{row.cycles_min:,}-{row.cycles_max:,}"


def _loop(loop: LoopRow) -> str:
    of = f" of {loop.ii_asked}" if loop.ii_reached > loop.ii_asked else ""
    return f"{loop.label} {loop.ii_reached}{of}"


def _comparison(rows: Sequence[KernelRow]) -> Iterator[str]:
    """Published numbers beside ours, plain and with pragmas, and the geometric means of the ratios."""
    variants = {row.variant_of: row for row in rows if row.variant_of and not row.error}
    pairs = [(row, row.reference, variants.get(row.name)) for row in rows if row.reference and not row.error]
    tools = sorted({reference.tool for _, reference, _ in pairs})
    yield f"## Beside {' and '.join(tools)}"
    yield (
        "The same functions, sizes, data type and clock, without pragmas; published cycles are of simulated RTL, "
        "published LUT and FF are that tool's estimates, ours are Yosys estimates. A ratio is ours over theirs."
    )
    columns = [f"{what}, {side}" for what in ("cycles", "LUT", "FF") for side in ("theirs", "ours", "ratio")]
    head = ["kernel", *columns]
    lines = [_line([*head, "with pragmas", "ratio"]), _line([":---", *["---:"] * 11])]
    ratios: dict[str, list[float]] = {}
    for row, reference, variant in pairs:
        found = row.resources
        sides = (
            ("cycles, without pragmas", reference.cycles, row.cycles_max if row.calls else None),
            ("LUT (Yosys estimate)", reference.lut, None if found is None else found.lut),
            ("FF (Yosys estimate)", reference.ff, None if found is None else found.ff),
            ("cycles, with pragmas", reference.cycles, variant.cycles_max if variant and variant.calls else None),
        )
        values = [row.name.rpartition("/")[2]]
        for what, theirs, ours in sides:
            if ours:  # a geometric mean has no place for 0 registers
                ratios.setdefault(what, []).append(ours / theirs)
            values += _side(theirs, ours)
        del values[-3]  # the cycles of theirs stand in the row already
        lines.append(_line(values))
    yield "\n".join(lines)
    means = [f"- {what}: {_mean(found):.3f} ({len(found)} kernels)" for what, found in ratios.items()]
    yield "Geometric means of the ratios:\n\n" + "\n".join(means)


def _mean(ratios: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def _side(theirs: int, ours: int | None) -> list[str]:
    return [f"{theirs:,}", "-", "-"] if ours is None else [f"{theirs:,}", f"{ours:,}", f"{ours / theirs:.2f}"]


def _line(values: Sequence[str]) -> str:
    return f"| {' | '.join(values)} |"
