"""Makes the body of every pipelined loop one block: branches become guards and selects.

Allen, Kennedy, Porterfield, Warren, "Conversion of Control Dependence to Data Dependence" (POPL 1983), for loops
without inner loops whose only exit is the latch. Pure operations run unconditionally; reads, writes and stores get
the condition under which their block runs as a guard. A load gets it too, but may run without: it then says when the
value matters, which lets accesses that exclude each other change places.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.cdfg.ir import EFFECT_KINDS, Branch, Editor, Function, Jump, Kind, Loop, Op
from hlsgen.hls.graph import dominators, reverse_post_order


def if_convert(function: Function) -> Function:
    """Every pipelined loop as a single block that branches to itself."""
    for loop in [loop for loop in function.loops.values() if loop.ii is not None]:
        function = _Conversion(function, loop).run()
    return function


class _Conversion:
    def __init__(self, function: Function, loop: Loop) -> None:
        self.function, self.loop = function, loop
        self.edit = Editor(function)
        self.merged: list[int] = []
        self.conditions: dict[str, int | None] = {}  # block -> when it runs; None is always

    def run(self) -> Function:
        function, loop = self.function, self.loop
        self.check_shape()
        inside = {
            label: [t for t in function.blocks[label].end.targets() if t in loop.blocks and t != loop.header]
            for label in loop.blocks
        }
        order = reverse_post_order(inside, loop.header)
        latch = order[-1]
        self.dominated_by = dominators(inside, loop.header)
        self.rank = {label: position for position, label in enumerate(order)}
        self.predecessors = {label: [p for p in order if label in inside[p]] for label in order}
        self.inside = inside
        postdominated = self.post_dominators(order, latch)
        self.conditions = {loop.header: None}
        for label in order:
            if label != loop.header:
                root = max(self.dominated_by[label] - {label}, key=self.rank.__getitem__)
                if label in postdominated[root]:
                    self.conditions[label] = self.conditions[root]
                else:
                    self.conditions[label] = self.either([self.edge(p, label) for p in self.predecessors[label]])
            self.merge(label)
        for label in order[1:]:
            del self.edit.order[label], self.edit.ends[label]
        self.edit.order[loop.header] = self.merged
        self.edit.ends[loop.header] = function.blocks[latch].end
        self.rename_phis(latch)
        done = self.edit.finish()
        return _one_block(done, loop)

    def check_shape(self) -> None:
        function, loop = self.function, self.loop
        where = replace(loop.loc, name=f"{function.name}: loop {loop.label}" if loop.label else function.name)
        if any(other.blocks < loop.blocks for other in function.loops.values()):
            raise UserError(
                "a loop is left inside a pipelined loop", where=where, do="give it constant bounds, or UNROLL it"
            )
        exits = {
            label: [t for t in function.blocks[label].end.targets() if t not in loop.blocks] for label in loop.blocks
        }
        leaving = [label for label, targets in exits.items() if targets]
        latches = [label for label in loop.blocks if loop.header in function.blocks[label].end.targets()]
        if len(latches) != 1 or leaving != latches:
            raise UserError(
                "a pipelined loop may only end by its own condition",
                where=where,
                do="replace break and continue by a flag that guards the body",
            )

    def post_dominators(self, order: list[str], latch: str) -> dict[str, set[str]]:
        backwards = {label: self.predecessors[label] for label in order}
        return dominators(backwards, latch)

    def edge(self, origin: str, target: str, base: int | None = None, local: bool = False) -> int | None:
        """When control goes from `origin` to `target`: None is always. `local`: given that `base`'s block ran."""
        condition = base if local else self.conditions[origin]
        end = self.function.blocks[origin].end
        if isinstance(end, Branch) and len(self.inside[origin]) > 1:
            taken = self.edit.resolve(end.condition)
            condition = self.both(condition, taken if target == end.if_one else self.invert(taken))
        return condition

    def merge(self, label: str) -> None:
        """Append the operations of a block: phis as selects, effects with the guard."""
        header = label == self.loop.header
        for id in self.function.blocks[label].ops:
            op = self.edit.resolved(self.edit.ops[id])
            if op.kind is Kind.PHI and not header:
                self.edit.redirect(id, self.select(label, dict(zip(op.blocks, op.args, strict=True))))
                continue
            condition = self.conditions[label]
            if condition is not None and (op.kind in EFFECT_KINDS or self.reads_ram(op)):
                op = replace(op, guard=self.both(op.guard, condition))
            self.edit.ops[id] = op
            self.merged.append(id)

    def reads_ram(self, op: Op) -> bool:
        return op.kind is Kind.LOAD and not self.function.memories[op.object].rom

    def select(self, label: str, incoming: dict[str, int]) -> int:
        """The value of a phi of an inner block: a chain over its incoming edges, each tested from the dominator on."""
        root = max(self.dominated_by[label] - {label}, key=self.rank.__getitem__)
        reached: dict[str, int | None] = {root: None}
        for between in sorted(self.rank, key=self.rank.__getitem__):
            if between not in (root, label) and root in self.dominated_by[between]:
                edges = [
                    self.edge(p, between, reached[p], local=True) for p in self.predecessors[between] if p in reached
                ]
                if edges:
                    reached[between] = self.either(edges)
        origins = [origin for origin in self.predecessors[label] if origin in incoming]
        value = incoming[origins[-1]]
        for origin in reversed(origins[:-1]):
            condition = self.edge(origin, label, reached[origin], local=True)
            if condition is None:
                value = incoming[origin]
            elif incoming[origin] != value:
                width = self.edit.ops[value].width
                value = self.place(Kind.SELECT, width, (condition, incoming[origin], value))
        return value

    def place(self, kind: Kind, width: int, args: tuple[int, ...], **more: object) -> int:
        id = self.edit.make(kind, width, args, loc=self.loop.loc, **more)
        self.merged.append(id)
        return id

    def invert(self, id: int) -> int:
        one = self.place(Kind.CONST, 1, (), value=1)
        return self.place(Kind.XOR, 1, (id, one))

    def both(self, a: int | None, b: int | None) -> int | None:
        if a is None or b is None or a == b:
            return a if b is None else b
        return self.place(Kind.AND, 1, (a, b))

    def either(self, conditions: list[int | None]) -> int | None:
        """The OR of edge conditions; None (always) as soon as one is."""
        if not conditions:
            raise InternalError("a block without a way to it", self.function)
        total = conditions[0]
        for condition in conditions[1:]:
            if total is None or condition is None:
                return None
            total = total if condition == total else self.place(Kind.OR, 1, (total, condition))
        return total

    def rename_phis(self, latch: str) -> None:
        """Edges that left the latch now leave the header."""
        if latch == self.loop.header:
            return
        for id, op in self.edit.ops.items():
            if op.kind is Kind.PHI and latch in op.blocks:
                blocks = tuple(self.loop.header if label == latch else label for label in op.blocks)
                self.edit.ops[id] = replace(op, blocks=blocks)


def _one_block(function: Function, loop: Loop) -> Function:
    """The loop table after `loop` became one block."""
    gone = loop.blocks - {loop.header}
    loops = {
        header: replace(other, blocks=frozenset([header])) if header == loop.header
        else replace(other, blocks=other.blocks - gone)
        for header, other in function.loops.items()
    }  # fmt: skip
    return replace(function, loops=loops)


def merge_jumps(function: Function) -> Function:
    """A block that only goes on to a block with no other way in becomes one with it."""
    while True:
        predecessors = function.predecessors()
        pair = next(
            (
                (label, block.end.target)
                for label, block in function.blocks.items()
                if isinstance(block.end, Jump)
                and predecessors[block.end.target] == [label]
                and block.end.target not in function.loops
                and label not in {h for h, loop in function.loops.items() if loop.ii is not None}
                and _same_loops(function, label, block.end.target)
            ),
            None,
        )
        if pair is None:
            return function
        function = _join(function, *pair)


def _same_loops(function: Function, a: str, b: str) -> bool:
    return all((a in loop.blocks) == (b in loop.blocks) for loop in function.loops.values())


def _join(function: Function, first: str, second: str) -> Function:
    edit = Editor(function)
    for id in function.blocks[second].ops:
        op = edit.ops[id]
        if op.kind is Kind.PHI:
            edit.redirect(id, op.args[0])
        else:
            edit.order[first].append(id)
    edit.ends[first] = function.blocks[second].end
    del edit.order[second], edit.ends[second]
    for id, op in edit.ops.items():
        if op.kind is Kind.PHI and second in op.blocks:
            edit.ops[id] = replace(op, blocks=tuple(first if label == second else label for label in op.blocks))
    loops = {h: replace(loop, blocks=loop.blocks - {second}) for h, loop in function.loops.items()}
    return edit.finish(loops=loops)
