"""What values of a loop body are in each iteration, where constants alone decide it: counters of any kind, tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from .ir import EFFECT_KINDS, STATUS_KINDS, Function, Kind, Op
from .semantics import evaluate

_UNKNOWN = EFFECT_KINDS | STATUS_KINDS | {Kind.PARAM}
_WORK = 500_000  # evaluations for one loop, a microsecond each


class Tables:
    """Of the self-loop `label`, which runs `trip_count` times."""

    def __init__(self, function: Function, label: str, trip_count: int) -> None:
        self.function, self.label, self.trip_count = function, label, trip_count
        self.left = _WORK
        self._known: dict[int, tuple[int, ...]] = {}

    @cached_property
    def tabular(self) -> frozenset[int]:
        """The values of the loop that depend on nothing but constants."""
        ops = self.function.ops
        body = [ops[id] for id in self.function.blocks[self.label].ops]
        phis = [op for op in body if op.kind is Kind.PHI]
        counters = {op.id for op in phis if self._start(op) is not None}
        while True:  # phis are believed to be until their next values are known not to be
            found = set(counters)
            for op in body:
                if op.kind is Kind.CONST:
                    found.add(op.id)
                elif op.kind is Kind.PHI or not self._is_pure(op):
                    continue
                elif all(self._holds(arg, found) for arg in op.args):
                    found.add(op.id)
            wrong = {op.id for op in phis if op.id in counters and not self._holds(self._next(op), found)}
            if not wrong:
                return frozenset(found)
            counters -= wrong

    def columns(self, values: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Value -> its unsigned value in every iteration, for tabular ones; not all when that takes too much work."""
        wanted = [id for id in dict.fromkeys(values) if id in self.tabular]
        self._evaluate([id for id in wanted if id not in self._known])
        return {id: self._known[id] for id in wanted if id in self._known}

    def _evaluate(self, wanted: list[int]) -> None:
        ops = self.function.ops
        members = self._cone(wanted)
        self.left -= len(members) * self.trip_count
        if self.left < 0 or not wanted:
            return
        order = [ops[id] for id in self.function.blocks[self.label].ops if id in members]
        rest = [op for op in order if op.kind not in (Kind.PHI, Kind.CONST)]
        now = {id: ops[id].value for id in members if ops[id].kind is Kind.CONST}
        back = {op.id: self._next(op) for op in order if op.kind is Kind.PHI}
        now |= {phi: self._start(ops[phi]) or 0 for phi in back}
        found: dict[int, list[int]] = {id: [] for id in wanted}
        for _ in range(self.trip_count):
            for op in rest:
                args = [now[arg] for arg in op.args]
                if op.kind is Kind.LOAD:
                    words = self.function.memories[op.object].init or ()
                    now[op.id] = words[args[0]] if args[0] < len(words) else 0
                else:
                    now[op.id] = evaluate(op, args, [ops[arg].width for arg in op.args])
            for id, words_of in found.items():
                words_of.append(now[id])
            now |= {phi: now[value] for phi, value in back.items()}
        self._known |= {id: tuple(words) for id, words in found.items()}

    def _cone(self, roots: list[int]) -> set[int]:
        """Everything that tabular values are computed from."""
        seen = set(roots)
        work = list(roots)
        while work:
            op = self.function.ops[work.pop()]
            for arg in (self._next(op),) if op.kind is Kind.PHI else op.args:
                if arg not in seen:
                    seen.add(arg)
                    work.append(arg)
        return seen

    def _next(self, phi: Op) -> int:
        return phi.args[phi.blocks.index(self.label)]

    def _start(self, phi: Op) -> int | None:
        """The constant that a phi starts with."""
        first = {arg for arg, origin in zip(phi.args, phi.blocks, strict=True) if origin != self.label}
        op = self.function.ops[next(iter(first))] if len(first) == 1 else None
        return op.value if op is not None and op.kind is Kind.CONST else None

    def _holds(self, id: int, found: set[int]) -> bool:
        return id in found or self.function.ops[id].kind is Kind.CONST

    def _is_pure(self, op: Op) -> bool:
        if op.kind is Kind.LOAD:
            memory = self.function.memories[op.object]
            return memory.rom and memory.init is not None and len(op.args) == 1
        return op.kind not in _UNKNOWN
