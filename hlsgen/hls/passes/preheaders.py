"""Blocks in front of loops: where what is done once, before a loop, has its place."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.ir import Branch, Editor, Jump, Kind, Loop
from hlsgen.hls.cdfg.nests import Nests


class Preheaders:
    """The blocks from which, and only from which, loops of a function under edit are entered; made when asked for."""

    def __init__(self, nests: Nests, edit: Editor) -> None:
        self.nests, self.edit = nests, edit
        self._known: dict[str, str] = {}
        self._made: dict[str, str] = {}  # header -> the block added before it

    def of(self, loop: Loop) -> str:
        if loop.header not in self._known:
            entries = self.nests.entries(loop)
            there = len(entries) == 1 and isinstance(self.edit.ends[entries[0]], Jump)
            self._known[loop.header] = entries[0] if there else self._split(loop, entries)
        return self._known[loop.header]

    def loops(self) -> dict[str, Loop]:
        """The loops of the function, those around with the blocks that were added."""
        return {
            header: replace(loop, blocks=loop.blocks | self._added(loop))
            for header, loop in self.nests.function.loops.items()
        }

    def _added(self, loop: Loop) -> set[str]:
        return {label for inner, label in self._made.items() if inner in loop.blocks and inner != loop.header}

    def _split(self, loop: Loop, entries: list[str]) -> str:
        """A new block between the entries and the header, with phis of what they bring."""
        label, header = f"{loop.header}.before", loop.header
        while label in self.edit.order:
            label += "_"
        for entry in entries:
            end = self.edit.ends[entry]
            if isinstance(end, Branch):
                one, zero = (label if target == header else target for target in end.targets())
                self.edit.ends[entry] = Branch(end.condition, one, zero)
            else:
                self.edit.ends[entry] = Jump(label)
        ids: list[int] = []
        for id in self.nests.function.blocks[header].ops:
            op = self.edit.ops[id]
            if op.kind is not Kind.PHI:
                continue
            ways = list(zip(op.args, op.blocks, strict=True))
            outside = [(arg, origin) for arg, origin in ways if origin in entries]
            inside = [(arg, origin) for arg, origin in ways if origin not in entries]
            value = outside[0][0]
            if len({arg for arg, _ in outside}) > 1:
                args, blocks = zip(*outside, strict=True)
                value = self.edit.make(Kind.PHI, op.width, args, blocks=blocks, loc=op.loc, name=op.name)
                ids.append(value)
            args, blocks = zip(*inside, (value, label), strict=True)
            self.edit.ops[id] = replace(op, args=args, blocks=blocks)
        self.edit.order[label] = ids
        self.edit.ends[label] = Jump(header)
        self._made[header] = label
        return label
