"""Where two ways meet, and the condition that parted them."""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.graph import immediate_dominators

from .ir import Branch, Function


@dataclass(frozen=True, slots=True)
class Parting:
    """Who comes from `one` has left the branch with its condition 1, who comes from `zero` with 0."""

    condition: int
    one: str
    zero: str


class Partings:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.predecessors = function.predecessors()
        successors = {label: block.end.targets() for label, block in function.blocks.items()}
        self.parents = immediate_dominators(successors, function.entry)

    def of(self, label: str) -> Parting | None:
        """Of a block with two ways to it, None where no one condition tells which was taken."""
        origins = self.predecessors[label]
        parting = self.parents[label]
        end = self.function.blocks[parting].end
        if len(origins) != 2 or not isinstance(end, Branch) or end.if_one == end.if_zero:
            return None
        for one, zero in (origins, origins[::-1]):
            if self.came(one, label, parting, end.if_one) and self.came(zero, label, parting, end.if_zero):
                return Parting(end.condition, one, zero)
        return None

    def came(self, origin: str, label: str, parting: str, target: str) -> bool:
        """Whether who comes to `label` from `origin` has come from the parting block through `target`."""
        if origin == parting:
            return target == label
        while origin not in (parting, target):
            origin = self.parents[origin]
        return origin == target and self.predecessors[target] == [parting]
