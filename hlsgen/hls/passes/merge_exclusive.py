"""Two stores to one memory, or two writes to one stream, that never happen in the same iteration become one.

An if and its else that both store would otherwise need two ports. The merged access stands where the later one
stood; the earlier one may only move past accesses that exclude it as well.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.guards import exclusive
from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Op

_MERGED = frozenset((Kind.STORE, Kind.WRITE))


def merge_exclusive(function: Function) -> Function:
    """The same function with fewer stores and writes."""
    edit = Editor(function)
    for label, block in function.blocks.items():
        accesses: dict[str, list[int]] = {}  # object -> its accesses so far, in order
        gone: set[int] = set()
        placed: list[int] = []
        for id in block.ops:
            op = edit.ops[id]
            if op.object:
                earlier = accesses.setdefault(op.object, [])
                first = _partner(function, edit, op, earlier) if op.kind in _MERGED else None
                if first is not None:
                    gone.add(first)
                    earlier.remove(first)
                    op = _merged(edit, edit.ops[first], op, placed)
                    edit.ops[id] = op
                earlier.append(id)
            placed.append(id)
        edit.order[label] = [id for id in placed if id not in gone]
    return edit.finish()


def _partner(function: Function, edit: Editor, op: Op, earlier: list[int]) -> int | None:
    """The last earlier access of the same kind that may be moved to `op`."""
    for position in range(len(earlier) - 1, -1, -1):
        first = edit.ops[earlier[position]]
        if first.kind is op.kind and _known(function, first) and exclusive(function, first, op):
            between = [edit.ops[id] for id in earlier[position + 1 :]]
            return first.id if all(_known(function, x) and exclusive(function, first, x) for x in between) else None
    return None


def _known(function: Function, op: Op) -> bool:
    """Its guard is one that the function had before the pass (a merged one is a new disjunction)."""
    return op.guard is None or op.guard in function.ops


def _merged(edit: Editor, first: Op, second: Op, placed: list[int]) -> Op:
    assert first.guard is not None and second.guard is not None

    def place(kind: Kind, width: int, args: tuple[int, ...]) -> int:
        id = edit.make(kind, width, args, loc=second.loc)
        placed.append(id)
        return id

    args = tuple(
        y if x == y else place(Kind.SELECT, edit.ops[y].width, (first.guard, x, y))
        for x, y in zip(first.args, second.args, strict=True)
    )
    return replace(second, args=args, guard=place(Kind.OR, 1, (first.guard, second.guard)))
