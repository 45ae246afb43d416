"""Chains of additions become trees, with the term of a recurrence added last.

Addition modulo 2^w is associative, so any order gives the same bits. Unrolled sums come as a chain
((acc + p0) + p1) + ...: its depth limits the clock and, through `acc`, the initiation interval. The sum that goes to
the next iteration is taken apart even where its parts are used on their own (prefix sums); if several of them are of
the recurrence, only where the sum is done earlier then.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping

from hlsgen.hls.cdfg.cycles import recurrences
from hlsgen.hls.cdfg.ir import Block, Editor, Function, Kind, Op

_DEEP = 1 << 20  # level of a term on the recurrence of its own sum
_ARITHMETIC = frozenset((Kind.ADD, Kind.SUB, Kind.MUL, Kind.SHL, Kind.LSHR, Kind.ASHR))


def balance(function: Function) -> Function:
    """The same function with balanced sums."""
    edit = Editor(function)
    uses = Counter(arg for op in function.ops.values() for arg in op.inputs())
    kept = _kept(function)
    for label, block in function.blocks.items():
        if label in kept:
            continue
        members = frozenset(block.ops)
        level = _levels(function, block)
        recurrence = recurrences(function, label)
        around = _levels(function, block, recurrence)
        carried = {
            function.ops[id].args[function.ops[id].blocks.index(label)]
            for id in block.ops
            if function.ops[id].kind is Kind.PHI and label in function.ops[id].blocks
        }
        inner = {
            arg
            for id in block.ops
            if function.ops[id].kind is Kind.ADD
            for arg in function.ops[id].args
            if arg in members
            and uses[arg] == 1
            and (function.ops[arg].kind, function.ops[arg].width) == (Kind.ADD, function.ops[id].width)
        }
        placed: list[int] = []
        for id in block.ops:
            op = function.ops[id]
            if id in inner:
                continue
            own = recurrence.get(id)
            terms = _terms(function, id, inner) if op.kind is Kind.ADD else []
            if op.kind is Kind.ADD and own is not None and id in carried:
                round_trip = (other for other in members if recurrence.get(other) == own)
                more = _terms(function, id, inner.union(other for other in round_trip if _adds_to(function, other, op)))
                if _depth(around[term] for term in more if recurrence.get(term) == own) < around[id]:
                    terms = more
            if len(terms) < 3:
                placed.append(id)
                continue
            late = {term for term in terms if own is not None and recurrence.get(term) == own}
            heap = [
                (_DEEP + around[term] if term in late else level.get(term, 0), order, term)
                for order, term in enumerate(terms)
            ]
            heapq.heapify(heap)
            order = len(terms)
            while len(heap) > 1:
                (level_a, _, a), (level_b, _, b) = heapq.heappop(heap), heapq.heappop(heap)
                total = edit.make(Kind.ADD, op.width, (a, b), loc=op.loc, name=op.name)
                placed.append(total)
                heapq.heappush(heap, (max(level_a, level_b) + 1, order, total))
                order += 1
            edit.redirect(id, heap[0][2])
        edit.order[label] = placed
    return edit.finish()


def _depth(late: Iterable[int]) -> int:
    """The level of the sum of what is on such levels of a recurrence and, on level 0, all other terms."""
    heap = [0, *late]
    heapq.heapify(heap)
    while len(heap) > 1:
        heapq.heappush(heap, max(heapq.heappop(heap), heapq.heappop(heap)) + 1)
    return heap[0]


def _kept(function: Function) -> set[str]:
    """The blocks in which the user wants sums as they are written: EXPRESSION_BALANCE off."""
    scopes = function.marks.get("expression_balance", frozenset())
    inside = [
        loop for loop in function.loops.values() if not scopes.isdisjoint((loop.header, *loop.flattened, *loop.merged))
    ]
    return set(function.blocks) if "" in scopes else {label for loop in inside for label in loop.blocks}


def _adds_to(function: Function, id: int, op: Op) -> bool:
    """Whether it may be a part of the sum `op`."""
    return (function.ops[id].kind, function.ops[id].width) == (Kind.ADD, op.width)


def _terms(function: Function, root: int, inner: set[int]) -> list[int]:
    """The leaves of the sum that `root` ends, left to right."""
    found, stack = [], [root]
    while stack:
        id = stack.pop()
        if id == root or id in inner:
            stack.extend(reversed(function.ops[id].args))
        else:
            found.append(id)
    return found


def _levels(function: Function, block: Block, recurrence: Mapping[int, int] | None = None) -> dict[int, int]:
    """How many arithmetic operations lie before each value of a block; with `recurrence`, those of its own alone."""
    level: dict[int, int] = {}
    for id in block.ops:
        op = function.ops[id]
        if op.kind in (Kind.PHI, Kind.CONST) or (recurrence is not None and id not in recurrence):
            level[id] = 0
        elif op.kind is Kind.LOAD:  # a late address does not make the sum of the data deeper than the read
            level[id] = 1
        else:
            before = (arg for arg in op.inputs() if recurrence is None or recurrence.get(arg) == recurrence[id])
            level[id] = max((level.get(arg, 0) for arg in before), default=0) + (op.kind in _ARITHMETIC)
    return level
