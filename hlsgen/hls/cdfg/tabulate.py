"""What values of a loop body are in each iteration, where constants alone decide it: counters of any kind, tables."""

from __future__ import annotations

from collections.abc import Iterable

from .ir import EFFECT_KINDS, STATUS_KINDS, Function, Kind, Op
from .semantics import evaluate

_UNKNOWN = EFFECT_KINDS | STATUS_KINDS | {Kind.PARAM}


def tabulate(
    function: Function, label: str, values: Iterable[int], trip_count: int, work: int
) -> dict[int, tuple[int, ...]]:
    """Value -> its unsigned value in every iteration of the self-loop `label`, for those of `values` that depend on
    nothing but constants. Empty when that needs more than `work` evaluations.
    """
    inside = frozenset(function.blocks[label].ops)
    cones = {id: cone for id in dict.fromkeys(values) if (cone := _cone(function, label, inside, id)) is not None}
    members = set().union(*cones.values())
    if not members or len(members) * trip_count > work:
        return {}
    ops = function.ops
    order = [ops[id] for id in function.blocks[label].ops if id in members]
    phis = [op for op in order if op.kind is Kind.PHI]
    rest = [op for op in order if op.kind not in (Kind.PHI, Kind.CONST)]
    now = {id: ops[id].value for id in members if ops[id].kind is Kind.CONST}
    now |= {phi.id: now[next(a for a, b in zip(phi.args, phi.blocks, strict=True) if b != label)] for phi in phis}
    back = {phi.id: phi.args[phi.blocks.index(label)] for phi in phis}
    found: dict[int, list[int]] = {id: [] for id in cones}
    for _ in range(trip_count):
        for op in rest:
            args = [now[arg] for arg in op.args]
            if op.kind is Kind.LOAD:
                words = function.memories[op.object].init or ()
                now[op.id] = words[args[0]] if args[0] < len(words) else 0
            else:
                now[op.id] = evaluate(op, args, [ops[arg].width for arg in op.args])
        for id, words_of in found.items():
            words_of.append(now[id])
        now |= {phi: now[value] for phi, value in back.items()}
    return {id: tuple(words) for id, words in found.items()}


def is_tabular(function: Function, label: str, value: int) -> bool:
    """Whether `tabulate` can follow the value."""
    return _cone(function, label, frozenset(function.blocks[label].ops), value) is not None


def _cone(function: Function, label: str, inside: frozenset[int], root: int) -> set[int] | None:
    """Everything that `root` is computed from; None when something in it is no constant of the loop."""
    ops = function.ops
    seen = {root}
    work = [root]
    while work:
        op = ops[work.pop()]
        if op.kind is Kind.CONST:
            continue
        if op.id not in inside or op.kind in _UNKNOWN or (op.kind is Kind.LOAD and not _is_table(function, op)):
            return None
        if op.kind is Kind.PHI:
            starts = {arg for arg, origin in zip(op.args, op.blocks, strict=True) if origin != label}
            if label not in op.blocks or len(starts) != 1 or ops[next(iter(starts))].kind is not Kind.CONST:
                return None
        for arg in op.args:
            if arg not in seen:
                seen.add(arg)
                work.append(arg)
    return seen


def _is_table(function: Function, load: Op) -> bool:
    memory = function.memories[load.object]
    return memory.rom and memory.init is not None and len(load.args) == 1
