"""Dominators and natural loops of a function, and how often a loop with constant bounds runs.

In: `ir.Function`. Out: `NaturalLoop`s, outermost first. Loops that are entered at two places have no dominating
header and are not found; `irreducible` tells of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.graph import immediate_dominators, reverse_post_order

from . import ir
from .fold import fold, mask

_STEPS_MAX = 1 << 16  # of the slow path: loops whose exit is no plain comparison of a counter


@dataclass(slots=True)
class NaturalLoop:
    """`latches`: the blocks with an edge back to the header. `parent`: the loop around, None at the top."""

    header: str
    latches: tuple[str, ...]
    blocks: frozenset[str]
    exiting: tuple[str, ...]
    parent: NaturalLoop | None = None

    def ancestors(self) -> list[NaturalLoop]:
        """The loops around this one, innermost first."""
        found, loop = [], self.parent
        while loop is not None:
            found.append(loop)
            loop = loop.parent
        return found


def successors(function: ir.Function) -> dict[str, tuple[str, ...]]:
    return {block.label: tuple(dict.fromkeys(block.terminator.labels)) for block in function.blocks}


def dominators(function: ir.Function) -> dict[str, str]:
    """The immediate dominator of each reachable block; the entry is its own (Cooper, Harvey, Kennedy 2001)."""
    return immediate_dominators(successors(function), function.blocks[0].label)


def natural_loops(function: ir.Function) -> list[NaturalLoop]:
    """The loops of `function`, each after the loops around it."""
    edges = successors(function)
    idom = dominators(function)
    before: dict[str, list[str]] = {label: [] for label in idom}
    back: dict[str, list[str]] = {}
    for label in idom:
        for target in edges[label]:
            before[target].append(label)
            if _dominates(idom, target, label):
                back.setdefault(target, []).append(label)
    loops = []
    for header, latches in back.items():
        blocks, work = {header}, list(latches)
        while work:
            label = work.pop()
            if label not in blocks:
                blocks.add(label)
                work.extend(before[label])
        order = [label for label in idom if label in blocks]
        exiting = tuple(label for label in order if any(target not in blocks for target in edges[label]))
        loops.append(NaturalLoop(header, tuple(latches), frozenset(blocks), exiting))
    loops.sort(key=lambda loop: -len(loop.blocks))
    for i, loop in enumerate(loops):
        loop.parent = next((outer for outer in reversed(loops[:i]) if loop.header in outer.blocks), None)
    return loops


def innermost(loops: list[NaturalLoop], label: str) -> NaturalLoop | None:
    """The smallest of `loops` (outermost first, as `natural_loops` gives them) that holds the block."""
    return next((loop for loop in reversed(loops) if label in loop.blocks), None)


def irreducible(function: ir.Function) -> str | None:
    """The label of a block inside a loop with several entries, None when there is no such loop."""
    edges = successors(function)
    idom = dominators(function)
    number = {label: i for i, label in enumerate(reverse_post_order(edges, function.blocks[0].label))}
    for label in idom:
        for target in edges[label]:
            if number[target] <= number[label] and not _dominates(idom, target, label):
                return target
    return None


def _dominates(idom: dict[str, str], above: str, label: str) -> bool:
    while label != above and idom[label] != label:
        label = idom[label]
    return label == above


# ---- trip counts ----------------------------------------------------------------------------------------------


def trip_count(function: ir.Function, loop: NaturalLoop) -> int | None:
    """How often the body of a rotated loop (its only exit is its single latch) runs, None when not a constant."""
    return _left_after(function, loop, loop.latches[0]) if loop.exiting == loop.latches else None


def most_trips(function: ir.Function, loop: NaturalLoop) -> int | None:
    """How often a loop with several exits begins its body at most: one test counts. None when no constant tells."""
    if loop.exiting == loop.latches:
        return None
    idom = dominators(function)
    tests = [label for label in loop.exiting if all(_dominates(idom, label, latch) for latch in loop.latches)]
    counts = [_left_after(function, loop, label) for label in tests]
    return min((count for count in counts if count is not None), default=None)


def _left_after(function: ir.Function, loop: NaturalLoop, exiting: str) -> int | None:
    """In which iteration the test at the end of the block, which is in each, leaves the loop; None when data decide."""
    if len(loop.latches) != 1:
        return None
    blocks = {block.label: block for block in function.blocks}
    end = blocks[exiting].terminator
    if end.opcode != "br" or len(end.labels) != 2:
        return None
    inside = {
        i.result: i for label in loop.blocks for i in blocks[label].instructions if i.result is not None
    }  # fmt: skip
    phis = {i.result: i for i in blocks[loop.header].instructions if i.opcode == "phi"}
    state: dict[str, int] = {}
    work: list[ir.Operand] = [end.operands[0]]
    seen: set[str] = set()
    while work:  # the phis that the condition depends on, and their next values
        operand = work.pop()
        if not isinstance(operand, ir.Local) or operand.name in seen:
            continue
        seen.add(operand.name)
        if operand.name in phis:
            phi = phis[operand.name]
            first = [v for v, label in zip(phi.operands, phi.labels, strict=True) if label not in loop.blocks]
            if not all(isinstance(v, ir.Const) and v == first[0] for v in first):
                return None
            state[operand.name] = mask(first[0].value, first[0].type)  # type: ignore[union-attr]
            work.append(_next_value(phi, loop))
        elif operand.name in inside:
            work.extend(inside[operand.name].operands)
        else:
            return None
    stays = 1 if end.labels[0] in loop.blocks else 0
    counted = _closed_form(end.operands[0], inside, phis, loop, state, stays)
    return counted if counted is not None else _simulate(end.operands[0], inside, phis, loop, state, stays)


def _next_value(phi: ir.Instruction, loop: NaturalLoop) -> ir.Operand:
    return next(v for v, label in zip(phi.operands, phi.labels, strict=True) if label in loop.blocks)


def _closed_form(condition, inside, phis, loop, state, stays) -> int | None:  # type: ignore[no-untyped-def]
    """`counter + step <predicate> bound`, the shape of nearly every loop: solved, so that long loops cost nothing."""
    test = inside.get(getattr(condition, "name", ""))
    if test is None or test.opcode != "icmp" or len(state) != 1:
        return None
    tested, bound = test.operands
    ((name, start),) = state.items()
    step = inside.get(getattr(_next_value(phis[name], loop), "name", ""))
    if not isinstance(bound, ir.Const) or step is None or step.opcode != "add":
        return None
    by = step.operands[1]
    if step.operands[0] != ir.Local(name, step.type) or not isinstance(by, ir.Const) or by.value == 0:
        return None
    if tested == ir.Local(name, step.type):
        ahead = 0
    elif tested == ir.Local(step.result, step.type):
        ahead = 1
    else:
        return None
    predicate = test.predicate if stays else _INVERSE[test.predicate]
    size = 1 << step.type.bits
    unsigned = predicate[0] == "u" or predicate == "ne"
    low = 0 if unsigned else -(size >> 1)

    def value(code: int) -> int:
        return code % size if unsigned else (code + (size >> 1)) % size - (size >> 1)

    first, limit = value(start + ahead * by.value), value(bound.value)
    delta = by.value if by.value < size >> 1 else by.value - size
    if predicate == "ne":
        distance = (limit - first) * (1 if delta > 0 else -1) % size
        return distance // abs(delta) + 1 if distance % abs(delta) == 0 else None
    if predicate == "eq":
        return 1 if first != limit else 2
    if predicate[1:] in ("lt", "le") and delta > 0:
        last = limit - (predicate[1:] == "lt")
    elif predicate[1:] in ("gt", "ge") and delta < 0:
        last = limit + (predicate[1:] == "gt")
    else:
        return None
    if (last - first) * delta < 0 and last != first:
        return 1
    count = (last - first) // delta + 1
    end = first + count * delta
    return count + 1 if low <= end < low + size else None  # a counter that wraps goes to the slow path


_INVERSE = {
    "eq": "ne", "ne": "eq", "slt": "sge", "sge": "slt", "sgt": "sle", "sle": "sgt",
    "ult": "uge", "uge": "ult", "ugt": "ule", "ule": "ugt",
}  # fmt: skip


def _simulate(condition, inside, phis, loop, state, stays) -> int | None:  # type: ignore[no-untyped-def]
    for count in range(1, _STEPS_MAX + 1):
        values = dict(state)
        stay = _evaluate(condition, inside, values)
        if stay is None:
            return None
        if stay != stays:
            return count
        following = {name: _evaluate(_next_value(phis[name], loop), inside, values) for name in state}
        if None in following.values():
            return None
        state = following
    return None


def _evaluate(operand, inside, values) -> int | None:  # type: ignore[no-untyped-def]
    if isinstance(operand, ir.Const):
        return mask(operand.value, operand.type)
    if not isinstance(operand, ir.Local):
        return None
    if operand.name not in values:
        instruction = inside.get(operand.name)
        if instruction is None or instruction.opcode == "phi":
            return None
        operands = [_evaluate(each, inside, values) for each in instruction.operands]
        known = [each for each in operands if each is not None]
        values[operand.name] = fold(instruction, known) if len(known) == len(operands) else None
    return values[operand.name]
