"""Makes the body of every pipelined loop one block: branches become guards and selects.

Allen, Kennedy, Porterfield, Warren, "Conversion of Control Dependence to Data Dependence" (POPL 1983), for loops
without inner loops. An iteration ends by going to the header again or to one of the targets outside. These ends are
nodes of the graph like the blocks: each has a condition, and its phis become selects. A loop with several targets
leaves to blocks that branch on which one it was.

Pure operations run unconditionally; reads, writes and stores get the condition under which their block runs as a
guard. A load gets it too, but may run without: it then says when the value matters, which lets accesses that exclude
each other change places.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.cdfg.ir import EFFECT_KINDS, Branch, Editor, Function, Jump, Kind, Loop, Op
from hlsgen.hls.graph import immediate_dominators, reverse_post_order

_AGAIN, _END = "<again>", "<end>"  # no labels of LLVM


def if_convert(function: Function) -> Function:
    """Every pipelined loop as a single block that branches to itself."""
    for header in [header for header, loop in function.loops.items() if loop.ii is not None]:
        function = _Conversion(function, function.loops[header]).run()
    return function


class _Conversion:
    def __init__(self, function: Function, loop: Loop) -> None:
        self.function, self.loop = function, loop
        self.edit = Editor(function)
        self.merged: list[int] = []
        self.conditions: dict[str, int | None] = {}  # block or end -> when it is reached; None is always
        self.known_ways: dict[str, dict[str, int | None]] = {}
        self.inverse: dict[int, int] = {}

    def run(self) -> Function:
        loop = self.loop
        self.check_shape()
        self.read_graph()
        ends = [label for label in self.order if label not in loop.blocks and label != _END]
        self.targets = [label for label in ends if label != _AGAIN]
        self.conditions[loop.header] = None
        for label in self.order:
            if label == _END:
                continue
            if label != loop.header:
                root = self.above[label]
                self.conditions[label] = (
                    self.conditions[root]
                    if self.below[root] == label
                    else self.both(self.conditions[root], self.either(list(self.ways(label).values())))
                )
            if label in loop.blocks:
                self.merge(label)
        dispatchers = self.leave()
        for label in ends:
            self.end_phis(label, dispatchers.get(label, loop.header))
        return self.finish(dispatchers)

    def check_shape(self) -> None:
        function, loop = self.function, self.loop
        if any(other.blocks < loop.blocks for other in function.loops.values()):
            raise UserError(
                "a loop is left inside a pipelined loop",
                where=replace(loop.loc, name=f"{function.name}: loop {loop.label}" if loop.label else function.name),
                do="give it constant bounds, or UNROLL it",
            )

    def read_graph(self) -> None:
        """An iteration from the header to where it ends, in topological order."""
        blocks, header = self.function.blocks, self.loop.header
        self.edges: dict[str, tuple[str, ...]] = {_AGAIN: (_END,), _END: ()}
        for label in self.loop.blocks:
            nodes = tuple(dict.fromkeys(map(self.node, blocks[label].end.targets())))
            self.edges[label] = nodes
            for node in nodes:
                if node not in self.loop.blocks and node != _AGAIN:
                    self.edges[node] = (_END,)
        self.order = reverse_post_order(self.edges, header)
        self.rank = {label: position for position, label in enumerate(self.order)}
        self.predecessors: dict[str, list[str]] = {label: [] for label in self.order}
        for label in self.order:
            for node in self.edges[label]:
                self.predecessors[node].append(label)
        self.above = immediate_dominators(self.edges, header)
        self.below = immediate_dominators(self.predecessors, _END)

    def node(self, target: str) -> str:
        return _AGAIN if target == self.loop.header else target

    # ---- conditions

    def edge(self, origin: str, target: str, reached: dict[str, int | None]) -> int | None:
        """When control goes from `origin` to `target`, given when `origin` is reached: None is always."""
        condition = reached[origin]
        end = self.function.blocks[origin].end
        if isinstance(end, Branch) and len(self.edges[origin]) > 1:
            taken = self.edit.resolve(end.condition)
            condition = self.both(condition, taken if target == self.node(end.if_one) else self.invert(taken))
        return condition

    def ways(self, label: str) -> dict[str, int | None]:
        """Predecessor -> when control comes from it, given that it passed the dominator of `label`."""
        if label in self.known_ways:
            return self.known_ways[label]
        root = self.above[label]
        reached: dict[str, int | None] = {root: None}
        if self.conditions[root] is None:
            reached = self.conditions
        else:
            for between in self.between(root, label):
                above = self.above[between]
                reached[between] = (
                    reached[above]
                    if self.below[above] == between
                    else self.either([self.edge(p, between, reached) for p in self.predecessors[between]])
                )
        self.known_ways[label] = {origin: self.edge(origin, label, reached) for origin in self.predecessors[label]}
        return self.known_ways[label]

    def between(self, root: str, label: str) -> list[str]:
        """The blocks on the ways from `root` to `label`, both excluded."""
        seen, work = {root}, list(self.predecessors[label])
        while work:
            block = work.pop()
            if block not in seen:
                seen.add(block)
                work.extend(self.predecessors[block])
        return sorted(seen - {root}, key=self.rank.__getitem__)

    # ---- operations

    def merge(self, label: str) -> None:
        """Append the operations of a block: phis as selects, effects with the guard."""
        ways: dict[str, int | None] = {}
        condition = self.conditions[label]
        for id in self.function.blocks[label].ops:
            op = self.edit.resolved(self.edit.ops[id])
            if op.kind is Kind.PHI and label != self.loop.header:
                ways = ways or self.ways(label)
                self.edit.redirect(id, self.select(ways, dict(zip(op.blocks, op.args, strict=True))))
                continue
            if condition is not None and (op.kind in EFFECT_KINDS or self.reads_ram(op)):
                op = replace(op, guard=self.both(op.guard, condition))
            self.edit.ops[id] = op
            self.merged.append(id)

    def reads_ram(self, op: Op) -> bool:
        return op.kind is Kind.LOAD and not self.function.memories[op.object].rom

    def select(self, ways: dict[str, int | None], incoming: dict[str, int]) -> int:
        """The value of a phi: a chain over the ways to it, the last one tested by none."""
        origins = list(ways)
        value = incoming[origins[-1]]
        for origin in reversed(origins[:-1]):
            condition, other = ways[origin], incoming[origin]
            if condition is None:
                value = other
            elif other != value:
                value = self.place(Kind.SELECT, self.edit.ops[value].width, (condition, other, value))
        return value

    def place(self, kind: Kind, width: int, args: tuple[int, ...], **more: object) -> int:
        id = self.edit.make(kind, width, args, loc=self.loop.loc, **more)
        self.merged.append(id)
        return id

    def invert(self, id: int) -> int:
        if id not in self.inverse:
            one = self.place(Kind.CONST, 1, (), value=1)
            self.inverse[id] = self.place(Kind.XOR, 1, (id, one))
            self.inverse[self.inverse[id]] = id
        return self.inverse[id]

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

    # ---- where an iteration ends

    def leave(self) -> dict[str, str]:
        """How the loop goes on. Returns target -> the block that now branches to it."""
        header, again = self.loop.header, self.conditions[_AGAIN]
        if again is None:
            self.edit.ends[header] = Jump(header)
            return {}
        *tested, rest = self.targets  # the first to be met has the simplest condition
        names = [self.unused(f"{header}.exit{number}") for number in range(len(tested))]
        self.edit.ends[header] = self.branch(again, header, names[0] if names else rest)
        for number, (name, target) in enumerate(zip(names, tested, strict=True)):
            condition = self.conditions[target]
            assert condition is not None
            following = names[number + 1] if number + 1 < len(names) else rest
            self.edit.ends[name] = self.branch(condition, target, following)
        return dict(zip(tested, names, strict=True)) | {rest: names[-1] if names else header}

    def branch(self, condition: int, if_one: str, if_zero: str) -> Branch:
        """Without an inverter."""
        made = self.edit.ops[condition]
        if made.kind is Kind.XOR and self.inverse.get(condition) in made.args:
            return Branch(self.inverse[condition], if_zero, if_one)
        return Branch(condition, if_one, if_zero)

    def unused(self, name: str) -> str:
        return name if name not in self.function.blocks else self.unused(f"{name}.")

    def end_phis(self, label: str, origin: str) -> None:
        """The phis of the header or of a target: one value from the loop, from `origin`."""
        phis = [
            op
            for id in self.function.blocks[self.loop.header if label == _AGAIN else label].ops
            if (op := self.edit.ops[id]).kind is Kind.PHI
        ]
        ways = self.ways(label) if phis else {}
        for op in phis:
            incoming = {block: self.edit.resolve(arg) for arg, block in zip(op.args, op.blocks, strict=True)}
            inside = {block: incoming.pop(block) for block in list(incoming) if block in self.loop.blocks}
            incoming[origin] = self.select(ways, inside)
            self.edit.ops[op.id] = replace(op, args=tuple(incoming.values()), blocks=tuple(incoming))

    def finish(self, dispatchers: dict[str, str]) -> Function:
        """The function with the loop as one block, followed by its dispatchers."""
        header, gone = self.loop.header, self.loop.blocks - {self.loop.header}
        added = [name for name in dict.fromkeys(dispatchers.values()) if name != header]
        order: dict[str, list[int]] = {}
        for label, ids in self.edit.order.items():
            if label == header:
                order |= {header: self.merged} | {name: [] for name in added}
            elif label not in gone:
                order[label] = ids
        self.edit.order = order
        loops = {}
        for other, loop in self.function.loops.items():
            blocks = loop.blocks - gone
            if header in blocks and other != header:  # a dispatcher is in the loops that it can go round
                last = max((number for number, t in enumerate(self.targets) if t in blocks), default=-1)
                blocks |= set(added[: last + 1])
            loops[other] = replace(loop, blocks=blocks)
        return self.edit.finish(loops=loops)


def call_blocks(function: Function) -> set[str]:
    """Blocks that start a called function or wait for it: what comes before and after stays before and after."""
    units = {stream.name for stream in function.streams.values() if stream.unit}
    return {
        label
        for label, block in function.blocks.items()
        if units and any(function.ops[id].object in units for id in block.ops)
    }


def loops_around(function: Function) -> dict[str, list[str]]:
    """Block -> the headers of the loops that it is in."""
    found: dict[str, list[str]] = {label: [] for label in function.blocks}
    for header, loop in function.loops.items():
        for label in loop.blocks:
            found[label].append(header)
    return found


def merge_jumps(function: Function) -> Function:
    """A block that only goes on to a block with no other way in becomes one with it."""
    predecessors = function.predecessors()
    pipelined = {header for header, loop in function.loops.items() if loop.ii is not None}
    inside = loops_around(function)
    first: dict[str, str] = {}  # block -> the one that it becomes a part of
    edit = Editor(function)
    alone = call_blocks(function)
    for label, block in function.blocks.items():
        origin = predecessors[label][0] if len(predecessors[label]) == 1 else ""
        if (
            origin in function.blocks
            and isinstance(function.blocks[origin].end, Jump)
            and label not in function.loops
            and origin not in pipelined
            and origin not in alone
            and label not in alone
            and inside[origin] == inside[label]
        ):
            first[label] = first.get(origin, origin)
            for id in block.ops:
                op = edit.ops[id]
                if op.kind is Kind.PHI:
                    edit.redirect(id, op.args[0])
                else:
                    edit.order[first[label]].append(id)
            edit.ends[first[label]] = block.end
            del edit.order[label], edit.ends[label]
    if not first:
        return function
    for id, op in edit.ops.items():
        if op.kind is Kind.PHI and not first.keys().isdisjoint(op.blocks):
            edit.ops[id] = replace(op, blocks=tuple(first.get(label, label) for label in op.blocks))
    loops = {h: replace(loop, blocks=loop.blocks - first.keys()) for h, loop in function.loops.items()}
    return edit.finish(loops=loops)
