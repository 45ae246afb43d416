"""Reads of an array behind an AXI master and the writes before them: what may be read ahead, and what has to wait."""

from __future__ import annotations

from collections.abc import Iterable

from hlsgen.hls.cdfg.ir import Branch, Kind, Loop, Memory, Op
from hlsgen.hls.cdfg.nests import Nests

from .accesses import Access, Argument, Group, byte_form


def is_fresh(nests: Nests, group: Group, argument: Argument) -> bool:
    """No word of the reads is written in the loops of the group before it is read."""
    inside = group.nest[-1].blocks
    stores = [store for store in argument.writes if store.label in inside]
    return all(_comes_after(nests, store, group, argument.memory) for store in stores)


def _comes_after(nests: Nests, store: Access, group: Group, memory: Memory) -> bool:
    """The store touches only words that the group has read before."""
    inner = group.members[0].loops[0]
    if store.loops[:1] != (inner,):
        return False
    if _declared_apart(memory, group.nest):
        return True
    found = byte_form(nests, memory, store, group.nest)
    for member in group.members:
        mine = byte_form(nests, memory, member, group.nest)
        if found is None or mine is None or found.relative != mine.relative or found.steps != mine.steps:
            return False
        ahead, step = found.constant - mine.constant, found.steps[inner.header]
        if len(group.nest) > 1 and step <= 0:
            return False
        if ahead == 0 and (store.rank < member.rank or not step):
            return False
        if step and ahead % step == 0 and ahead // step > 0:
            return False
    return True


def _declared_apart(memory: Memory, nest: Iterable[Loop]) -> bool:
    """The user says that iterations do not depend on each other."""
    return any(
        d.memory == memory.name and not d.intra and d.distance == 0 and d.direction in ("", "RAW")
        for loop in nest
        for d in loop.dependences
    )


def waits(nests: Nests, group: Group, argument: Argument) -> bool:
    """Words may have been written earlier in the call: the reads have to wait until these are in memory."""
    first = group.members[0]
    if group.nest and group.fresh:
        before = _reaching(nests, nests.entries(group.loop or group.nest[0]))
        return any(store.label in before for store in argument.writes)
    before = _reaching(nests, [first.label])
    again = _reaching(nests, nests.predecessors[first.label])
    return any(store.label in before and (store.label in again or store.rank < first.rank) for store in argument.writes)


def _reaching(nests: Nests, labels: list[str]) -> set[str]:
    """Blocks from which control can come to one of `labels`, these included."""
    seen: set[str] = set()
    work = list(labels)
    while work:
        label = work.pop()
        if label not in seen:
            seen.add(label)
            work += nests.predecessors[label]
    return seen


def goes_round(nests: Nests, id: int, loop: Loop) -> bool:
    """The next iteration waits for the value: what it asks for, or whether there is one, depends on it."""
    function, blocks = nests.function, loop.blocks
    inner = [function.ops[other] for label in blocks for other in function.blocks[label].ops]
    users: dict[int, list[Op]] = {}
    for op in inner:
        for arg in op.inputs():
            users.setdefault(arg, []).append(op)
    tested: dict[int, list[str]] = {}
    for label in blocks:
        if isinstance(end := function.blocks[label].end, Branch):
            tested.setdefault(end.condition, []).append(label)
    steered = [op for op in inner if op.kind in (Kind.LOAD, Kind.READ)]
    steered += [op for op in inner if op.kind is Kind.PHI and nests.home[op.id] != loop.header]
    seen, work = set(), [id]
    while work:
        at = work.pop()
        following = list(users.get(at, ()))
        for label in tested.get(at, ()):
            if any(t not in blocks or t == loop.header for t in function.blocks[label].end.targets()):
                return True
            following += steered
        for op in following:
            if op.id == id:
                return True
            if op.id not in seen:
                seen.add(op.id)
                work.append(op.id)
    return False
