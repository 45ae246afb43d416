"""The loop nests for which the compiler chooses, and the pragmas between which it does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hlsgen.hls.dataflow import is_region
from hlsgen.hls.frontend.compile import Chosen
from hlsgen.hls.llvm import ir

UNROLLED_MAX = 3000  # instructions of a pipelined body


@dataclass(frozen=True, slots=True)
class Nest:
    """A loop of the source with the loops in it. height: 0 for an innermost loop. trips: at most. size: instructions of
    its own."""

    number: int
    trips: int | None
    size: int
    inner: tuple[Nest, ...]

    @property
    def height(self) -> int:
        return 1 + max((nest.height for nest in self.inner), default=-1)

    @property
    def unrolled_size(self) -> int | None:
        """Instructions of the body when all loops in it are unrolled; None when one of them cannot be."""
        total = self.size
        for nest in self.inner:
            below = nest.unrolled_size
            if below is None or nest.trips is None:
                return None
            total += below * nest.trips
        return total

    def pipelined_at(self, level: int) -> list[Nest]:
        """The outermost loops of at most `level`."""
        if self.height <= level:
            return [self]
        return [found for nest in self.inner for found in nest.pipelined_at(level)]

    def pragmas(self, level: int, flatten: bool) -> tuple[Chosen, ...]:
        """PIPELINE for the loops of `level`; LOOP_FLATTEN for these and for those around them."""
        if self.height <= level:
            return (Chosen(self.number, "pipeline"), *([Chosen(self.number, "loop_flatten")] if flatten else []))
        below = tuple(chosen for nest in self.inner for chosen in nest.pragmas(level, flatten))
        return (*below, Chosen(self.number, "loop_flatten")) if flatten and len(self.inner) == 1 else below

    def fits(self, level: int) -> bool:
        """Whether what is unrolled at that level stays small enough to try it."""
        sizes = [each.unrolled_size for each in self.pipelined_at(level)]
        return level == 0 or all(size is not None and size <= UNROLLED_MAX for size in sizes)


def find_nests(front: ir.FrontEnd) -> list[Nest]:
    """The outermost loops without a pragma of the user's that decides, in functions that are no regions."""
    decided: set[tuple[str, str]] = set()
    for d in front.directives:
        if d.kind == "pipeline" and isinstance(d.target, ir.LoopTarget):
            decided.add((d.function, d.target.header))
    found = []
    for name, function in front.module.functions.items():
        if is_region(front, name):
            continue
        loops = {loop.header: loop for loop in front.loops if loop.function == name}
        inner: dict[str | None, list[ir.Loop]] = defaultdict(list)
        for loop in loops.values():
            inner[loop.parent].append(loop)
        sizes = {block.label: len(block.instructions) for block in function.blocks}
        calling = frozenset(
            block.label for block in function.blocks for i in block.instructions if i.callee in front.module.functions
        )
        work = list(inner[None])
        while work:
            loop = work.pop()
            nest = _nest(loop, inner, sizes, decided, calling)
            if nest is not None:
                found.append(nest)
            elif (name, loop.header) not in decided:
                work += inner[loop.header]
    return list({nest.number: nest for nest in found}.values())


def _nest(
    loop: ir.Loop,
    inner: dict[str | None, list[ir.Loop]],
    sizes: dict[str, int],
    decided: set[tuple[str, str]],
    calling: frozenset[str],
) -> Nest | None:
    """None where the user has decided, for this loop or one in it, where it calls, or is no loop of the source."""
    if (loop.function, loop.header) in decided or loop.number < 0 or loop.blocks & calling:
        return None
    below = [_nest(each, inner, sizes, decided, calling) for each in inner[loop.header]]
    if None in below:
        return None
    covered = {label for each in inner[loop.header] for label in each.blocks}
    own = sum(sizes[label] for label in loop.blocks - covered)
    return Nest(loop.number, loop.most_trips, own, tuple(nest for nest in below if nest is not None))
