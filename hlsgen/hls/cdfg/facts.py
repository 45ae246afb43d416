"""What follows from the outcome of conditions: of an AND that holds all parts hold, of an OR whose one part does not
hold the other one does."""

from __future__ import annotations

from collections.abc import Mapping

from .guards import Guards
from .ir import Kind, Op

Assumed = tuple[tuple[int, bool], ...]  # one-bit values and what they are

_LOGIC = (Kind.AND, Kind.OR)
_SPLIT_DEPTH, _SPLITS = 2, 3  # cases in cases, and how many of them are looked at
_KNOWN_MAX = 40  # conditions that are followed; of a longer conjunction the last ones
_LOOKED_THROUGH = 4  # operations between a part and what is known


class Facts:
    """Consequences of assumptions in one function, each set worked out once."""

    def __init__(self, ops: Mapping[int, Op]) -> None:
        self.ops = ops
        self.literal = Guards(ops).literal
        self.found: dict[Assumed, tuple[tuple[Op, bool], ...] | None] = {}

    def comparisons(self, assumed: Assumed) -> tuple[tuple[Op, bool], ...] | None:
        """The comparisons of which the outcome follows, with it; None when the assumptions contradict each other."""
        if assumed not in self.found:
            found = self.follow(assumed, _SPLIT_DEPTH)
            self.found[assumed] = None if found is None else tuple((self.ops[id], value) for id, value in found.items())
        return self.found[assumed]

    def follow(self, assumed: Assumed, depth: int) -> dict[int, bool] | None:
        """Comparison -> outcome, with what follows in either case of an OR that is left."""
        known: dict[object, bool] = {}
        compared: dict[int, bool] = {}
        half_known: list[Op] = []  # an OR that holds, an AND that does not
        work = list(assumed)
        while work and len(known) < _KNOWN_MAX:
            id, value = work.pop()
            op = self.ops[id]
            what, positive = self.literal(op)
            if what in known:
                if known[what] != (value == positive):
                    return None
                continue
            known[what] = value == positive
            if op.kind is Kind.CONST and bool(op.value) != value:
                return None
            if op.kind is Kind.ICMP:
                compared[id] = value
            elif op.kind in _LOGIC and value == (op.kind is Kind.AND):
                work += [(arg, value) for arg in op.args]
            elif op.kind in _LOGIC:
                half_known.append(op)
            elif op.kind is Kind.XOR:
                for fixed, other in (op.args, op.args[::-1]):
                    if self.ops[fixed].kind is Kind.CONST:
                        work.append((other, value != bool(self.ops[fixed].value)))
            if not work:
                half_known = [op for op in half_known if not self.settle(op, known, work)]
        for op in half_known[:_SPLITS] if depth else ():
            cases = [self.follow((*assumed, (arg, op.kind is Kind.OR)), depth - 1) for arg in op.args]
            possible = [case for case in cases if case is not None]
            if not possible:
                return None
            compared |= dict(set(possible[0].items()).intersection(*(case.items() for case in possible[1:])))
        return compared

    def settle(self, op: Op, known: Mapping[object, bool], work: list[tuple[int, bool]]) -> bool:
        """Of the two parts of `op` one is known not to decide it: then the other one does."""
        decides = op.kind is Kind.OR
        for part, other in (op.args, op.args[::-1]):
            if self.value(part, known, _LOOKED_THROUGH) is (not decides):
                work.append((other, decides))
                return True
        return False

    def value(self, id: int, known: Mapping[object, bool], depth: int) -> bool | None:
        """What `id` is, when that is known, itself or by its parts."""
        op = self.ops[id]
        what, positive = self.literal(op)
        if what in known:
            return known[what] == positive
        if op.kind not in _LOGIC or op.width != 1 or not depth:
            return None
        parts = [self.value(arg, known, depth - 1) for arg in op.args]
        decides = op.kind is Kind.OR
        return decides if decides in parts else None if None in parts else not decides
