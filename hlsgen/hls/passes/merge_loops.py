"""LOOP_MERGE: pipelined loops that follow each other become one that does an iteration of each at a time.

They need constant trip counts and must have nothing to do with each other: no stream or written memory that both use,
and no value of the first that the second needs. Where one runs less often, its effects have a guard, as under an `if`,
and what it computes after its last iteration is of no use: then none of its values may be used behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.cdfg.ir import STATUS_KINDS, Branch, Editor, Function, Jump, Kind, Loop, Op

from .flatten_loops import acts


def merge_loops(function: Function) -> Function:
    """The function with the loops merged that the user wants merged and that can be."""
    for scope in sorted(function.marks.get("loop_merge", ())):
        while True:
            pair = next((pair for loop in _directly_in(function, scope) if (pair := _pair(function, loop))), None)
            if pair is None:
                break
            function = _merge(function, pair)
    return function


@dataclass(frozen=True, slots=True)
class _Pair:
    """between: the block from the first loop to the second, "" for none. early: its operations that the second needs,
    which go to the end of `before`."""

    first: Loop
    second: Loop
    between: str
    before: str
    early: tuple[int, ...]


def _directly_in(function: Function, scope: str) -> list[Loop]:
    """Pipelined loops of one block, in the loop with this header or, for "", in no loop."""
    found = []
    for loop in function.loops.values():
        around = [other for other in function.loops.values() if other.blocks > loop.blocks]
        inside = min(around, key=lambda other: len(other.blocks)).header if around else ""
        if inside == scope and loop.ii is not None and loop.blocks == {loop.header} and loop.trip_count is not None:
            found.append(loop)
    return found


def _pair(function: Function, first: Loop) -> _Pair | None:
    """`first` and the loop behind it, when they can become one."""
    blocks, predecessors = function.blocks, function.predecessors()
    exits = [target for target in blocks[first.header].end.targets() if target != first.header]
    if len(exits) != 1:
        return None
    between, end = exits[0], blocks[exits[0]].end
    if between in function.loops:
        between, header = "", between
    elif isinstance(end, Jump) and predecessors[between] == [first.header]:
        header = end.target
    else:
        return None
    second = function.loops.get(header)
    if second is None or second.blocks != {header} or second.ii is None or second.trip_count is None:
        return None
    if set(predecessors[header]) != {between or first.header, header} or not isinstance(blocks[header].end, Branch):
        return None
    moved = [function.ops[id] for id in blocks[between].ops] if between else []
    if any(acts(function, op) or op.kind is Kind.PHI for op in moved) or _collide(function, first, second):
        return None
    shorter = _shorter(first, second)
    if shorter is not None and not _may_end_early(function, shorter):
        return None
    early = _needed(function, moved, second)
    before = [label for label in predecessors[first.header] if label != first.header]
    if not early.isdisjoint(blocks[first.header].ops):
        return None
    mine = tuple(op.id for op in moved if op.id in early)
    if mine and not (len(before) == 1 and isinstance(blocks[before[0]].end, Jump)):
        return None
    return _Pair(first, second, between, before[0], mine)


def _shorter(first: Loop, second: Loop) -> Loop | None:
    assert first.trip_count is not None and second.trip_count is not None
    if first.trip_count == second.trip_count:
        return None
    return min(first, second, key=lambda loop: loop.trip_count or 0)


def _may_end_early(function: Function, loop: Loop) -> bool:
    """Nothing behind the loop uses a value of it, and what it does can have a guard."""
    mine = set(function.blocks[loop.header].ops)
    if any(function.ops[id].kind in STATUS_KINDS for id in mine):
        return False
    conditions = {
        block.end.condition
        for label, block in function.blocks.items()
        if isinstance(block.end, Branch) and label != loop.header
    }
    used = {arg for op in function.ops.values() if op.id not in mine for arg in op.inputs()}
    return mine.isdisjoint(used | conditions)


def _end_early(edit: Editor, loop: Loop) -> None:
    """Lets the loop of one block go on beyond its last iteration without effects."""
    header, order = loop.header, edit.order[loop.header]
    end = edit.ends[header]
    assert isinstance(end, Branch)
    zero, one = edit.const(0, 1), edit.const(1, 1)
    edit.order[edit.function.entry] += [zero, one]
    alive = edit.make(Kind.PHI, 1, name="alive")
    stays = (one, zero) if end.if_one == header else (zero, one)
    more = edit.make(Kind.SELECT, 1, (end.condition, *stays))
    still = edit.make(Kind.AND, 1, (alive, more))
    before = [label for label in edit.function.predecessors()[header] if label != header]
    edit.ops[alive] = replace(edit.ops[alive], args=(*[one] * len(before), still), blocks=(*before, header))
    body = [alive]
    for id in order:
        op = edit.ops[id]
        if acts(edit.function, op):
            guard = alive
            if op.guard is not None:
                guard = edit.make(Kind.AND, 1, (op.guard, alive))
                body.append(guard)
            edit.ops[id] = replace(op, guard=guard)
        body.append(id)
    edit.order[header] = [*body, more, still]


def _needed(function: Function, moved: list[Op], second: Loop) -> set[int]:
    """What the second loop uses, directly or by way of the operations `moved` before it."""
    needed = {arg for id in function.blocks[second.header].ops for arg in function.ops[id].inputs()}
    for op in reversed(moved):
        if op.id in needed:
            needed |= set(op.inputs())
    return needed


def _collide(function: Function, first: Loop, second: Loop) -> bool:
    """Both use a stream, or a memory that one of them writes."""

    def uses(loop: Loop) -> dict[str, set[Kind]]:
        found: dict[str, set[Kind]] = {}
        for op in map(function.ops.__getitem__, function.blocks[loop.header].ops):
            if op.object:
                found.setdefault(op.object, set()).add(op.kind)
        return found

    mine, theirs = uses(first), uses(second)
    return any(mine[name] | theirs[name] != {Kind.LOAD} for name in mine.keys() & theirs.keys())


def _merge(function: Function, pair: _Pair) -> Function:
    edit, first, second = Editor(function), pair.first, pair.second
    shorter = _shorter(first, second)
    if shorter is not None:
        _end_early(edit, shorter)
    (after,) = (target for target in edit.ends[second.header].targets() if target != second.header)
    outside = [label for label in function.predecessors()[first.header] if label != first.header]
    phis, rest = [], []
    for id in edit.order[second.header]:
        op = edit.ops[id]
        if op.kind is Kind.PHI:
            value = dict(zip(op.blocks, op.args, strict=True))
            start, following = value[pair.between or first.header], value[second.header]
            args, blocks = (*[start] * len(outside), following), (*outside, first.header)
            edit.ops[id] = replace(op, args=args, blocks=blocks)
            phis.append(id)
        else:
            rest.append(id)
    mine = edit.order[first.header]
    count = sum(edit.ops[id].kind is Kind.PHI for id in mine)
    edit.order[first.header] = [*mine[:count], *phis, *mine[count:], *rest]
    if pair.between:
        edit.order[pair.before] += pair.early
        edit.order[pair.between] = [id for id in edit.order[pair.between] if id not in pair.early]
        edit.ends[pair.between] = Jump(after)
    end, stay = edit.ends[first.header], first.header
    if shorter is first:
        end, stay = edit.ends[second.header], second.header
    assert isinstance(end, Branch)
    ways = (first.header if target == stay else pair.between or after for target in end.targets())
    edit.ends[first.header] = Branch(end.condition, *ways)
    for id in edit.order[after]:
        op = edit.ops[id]
        if op.kind is Kind.PHI:
            last = pair.between or first.header
            blocks = tuple(last if label == second.header else label for label in op.blocks)
            edit.ops[id] = replace(op, blocks=blocks)
    del edit.order[second.header], edit.ends[second.header]
    merged = replace(
        first,
        label="_".join(filter(None, (first.label, second.label))),
        ii=max(first.ii or 1, second.ii or 1),
        rewind=False,
        chosen=first.chosen and second.chosen,
        trip_count=max(first.trip_count or 0, second.trip_count or 0),
        dependences=tuple(dict.fromkeys((*first.dependences, *second.dependences))),
        merged=(*first.merged, second.header, *second.flattened, *second.merged),
    )
    loops = {
        header: merged if header == first.header else replace(loop, blocks=loop.blocks - {second.header})
        for header, loop in function.loops.items()
        if header != second.header
    }
    return edit.finish(loops=loops)
