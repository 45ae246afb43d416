"""Outside of pipelined loops, short arms of a branch become a part of the block that branches.

A block of plain code takes a cycle at least, however little it does. An arm without accesses to wait for, whose
operations fit into one cycle, is done in any case, beside the condition: its stores get the condition as a guard, and
selects take the place of phis (if-conversion, as in pipelined loops, but only where no way becomes longer). What
follows then has one block before it and becomes a part of that too, so that chains of conditions, and the tests of a
switch, shrink from their ends.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.bind.operator_timing import OperatorTimes
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import Branch, Editor, Function, Jump, Kind, Op
from hlsgen.hls.passes.if_convert import call_blocks, loops_around

_WAITS = frozenset((Kind.LOAD, Kind.READ, Kind.WRITE, Kind.READABLE, Kind.WRITABLE))
_OPERATIONS = 100  # of an arm


def join_arms(function: Function, target: Target) -> Function:
    """The same function with fewer blocks."""
    if not any(isinstance(block.end, Branch) for block in function.blocks.values()):
        return function
    return _Joining(function, target).run()


class _Joining:
    def __init__(self, function: Function, target: Target) -> None:
        self.function, self.target = function, target
        self.edit = Editor(function)
        self.times = OperatorTimes(function, target)
        self.predecessors = function.predecessors()
        pipelined = {header for header, loop in function.loops.items() if loop.ii is not None}
        self.alone = pipelined | call_blocks(function)
        self.around = loops_around(function)
        self.gone: set[str] = set()
        self.made_ns: dict[int, float] = {}  # the delays of new operations

    def run(self) -> Function:
        for label in reversed(self.function.blocks):
            if label not in self.gone and label not in self.alone:
                while self.join(label):
                    self.go_on(label)
        if not self.gone:
            return self.function
        loops = {h: replace(loop, blocks=loop.blocks - self.gone) for h, loop in self.function.loops.items()}
        return self.edit.finish(loops=loops)

    def join(self, label: str) -> bool:
        """Make what follows a part of this block, if that costs nothing."""
        end = self.edit.ends[label]
        if not isinstance(end, Branch) or end.if_one == end.if_zero:
            return False
        arms = [to for to in end.targets() if self.is_arm(to, label)]
        for arm in arms:
            meets = self.edit.ends[arm].targets()[0]
            taken = [to for to in arms if self.edit.ends[to].targets() == (meets,)]
            both = meets not in (label, *taken) and all(to == meets or to in taken for to in end.targets())
            if both and all(self.is_light(self.edit.order[to]) for to in taken):
                self.take(label, end, taken, meets)
                return True
        return any(self.join_test(label, end, near, far) for near, far in (end.targets(), end.targets()[::-1]))

    def join_test(self, label: str, end: Branch, near: str, far: str) -> bool:
        """`a ? x : b ? y : z`, where x and y meet, becomes one test: `a | b ? x or y : z`."""
        further = self.edit.ends[far] if self.follows(far, label) else None
        if not isinstance(further, Branch) or further.if_one == further.if_zero:
            return False
        for y, z in (further.targets(), further.targets()[::-1]):
            for meets in dict.fromkeys((near, *(self.edit.ends[near].targets() if self.is_arm(near, label) else ()))):
                ways = [(label, near), (far, y)]
                arms = [(origin, arm) for origin, arm in ways if arm != meets]
                if (
                    meets in (label, far, z)
                    or not all(
                        self.is_arm(arm, origin)
                        and self.edit.ends[arm] == Jump(meets)
                        and origin not in self.predecessors[meets]
                        for origin, arm in arms
                    )
                    or not self.is_light(self.edit.order[near] if near != meets else [])
                    or not self.is_light(self.edit.order[far] + (self.edit.order[y] if y != meets else []))
                ):
                    continue
                for origin, arm in arms:
                    self.pull(origin, arm, meets)
                self.take_test(label, far, meets, z)
                return True
        return False

    def follows(self, block: str, label: str) -> bool:
        """There is no other way to it, and it is of the same loops."""
        return (
            self.predecessors[block] == [label]
            and block not in self.alone
            and block not in self.function.loops
            and self.around[block] == self.around[label]
        )

    def is_arm(self, arm: str, label: str) -> bool:
        return isinstance(self.edit.ends[arm], Jump) and self.follows(arm, label)

    def is_light(self, order: list[int]) -> bool:
        """These operations fit into a cycle, and none has to be waited for."""
        delays = self.target.delays
        free_ns = self.target.clock_ns - delays.clk_to_q_ns - delays.setup_ns
        ready_ns: dict[int, float] = {}
        if len(order) > _OPERATIONS:
            return False
        for id in order:
            op = self.edit.resolved(self.edit.ops[id])
            if op.kind in _WAITS:
                return False
            delay_ns = self.made_ns.get(id, 0.0)
            if op.width and id not in self.made_ns:
                timing = self.times.of(self.function.ops[id])
                if timing.latency:
                    return False
                delay_ns = timing.delay_ns
            ready_ns[id] = max((ready_ns.get(arg, 0.0) for arg in op.inputs()), default=0.0) + delay_ns
            if ready_ns[id] > free_ns:
                return False
        return True

    def take(self, label: str, end: Branch, arms: list[str], meets: str) -> None:
        """The operations of the arms go to the end of the block, which goes on where they meet."""
        for arm in arms:
            self.move(arm, label, end.condition, arm == end.if_one)
        one, zero = (to if to in arms else label for to in end.targets())
        self.select(meets, label, end.condition, one, zero)
        self.edit.ends[label] = Jump(meets)
        others = [origin for origin in self.predecessors[meets] if origin not in (label, *arms)]
        self.predecessors[meets] = [*others, label]

    def pull(self, label: str, arm: str, meets: str) -> None:
        """The operations of one arm go to the end of the block, which goes straight to where the arm led."""
        end = self.edit.ends[label]
        assert isinstance(end, Branch)
        self.move(arm, label, end.condition, arm == end.if_one)
        one, zero = (meets if to == arm else to for to in end.targets())
        self.edit.ends[label] = Branch(end.condition, one, zero)
        self.comes_from(meets, arm, label)

    def take_test(self, label: str, far: str, meets: str, other: str) -> None:
        """Both go to `meets` or on; the second test moves to the first."""
        placed, end, further = self.edit.order[label], self.edit.ends[label], self.edit.ends[far]
        assert isinstance(end, Branch) and isinstance(further, Branch)
        like = self.edit.ops[end.condition]
        near = end.condition if end.if_one == meets else self.inverted(end.condition, placed, like)
        self.move(far, label, end.condition, far == end.if_one)
        self.select(meets, label, near, label, far)
        second = further.condition if further.if_one == meets else self.inverted(further.condition, placed, like)
        either = self.make(placed, Kind.OR, 1, (near, self.edit.resolve(second)), like)
        self.edit.ends[label] = Branch(either, meets, other)
        self.predecessors[meets] = [origin for origin in self.predecessors[meets] if origin != far]
        self.comes_from(other, far, label)

    def move(self, block: str, label: str, condition: int, holds: bool) -> None:
        """The operations of a block to the end of the one before it, where the condition says that it is reached."""
        placed = self.edit.order[label]
        for id in self.edit.order.pop(block):
            op = self.edit.resolved(self.edit.ops[id])
            if op.kind is Kind.PHI:
                self.edit.redirect(id, op.args[0])
                continue
            if op.kind is Kind.STORE:
                guard = condition if holds else self.inverted(condition, placed, op)
                guard = guard if op.guard is None else self.make(placed, Kind.AND, 1, (op.guard, guard), op)
                self.edit.ops[id] = replace(op, guard=guard)
            placed.append(id)
        del self.edit.ends[block]
        self.gone.add(block)

    def select(self, meets: str, label: str, condition: int, one: str, zero: str) -> None:
        """Of two ways to `meets` one, from `label`."""
        for id in self.edit.order[meets]:
            op = self.edit.ops[id]
            if op.kind is not Kind.PHI:
                return
            incoming = dict(zip(op.blocks, map(self.edit.resolve, op.args), strict=True))
            if_one, if_zero = incoming.pop(one), incoming.pop(zero)
            args = (condition, if_one, if_zero)
            same = if_one == if_zero
            incoming[label] = if_one if same else self.make(self.edit.order[label], Kind.SELECT, op.width, args, op)
            self.edit.ops[id] = replace(op, args=tuple(incoming.values()), blocks=tuple(incoming))

    def go_on(self, label: str) -> None:
        """The block that follows becomes a part of this one, if there is no other way to it."""
        while isinstance(end := self.edit.ends[label], Jump) and self.follows(end.target, label):
            following = end.target
            for id in self.edit.order.pop(following):
                op = self.edit.ops[id]
                if op.kind is Kind.PHI:
                    self.edit.redirect(id, self.edit.resolve(op.args[0]))
                else:
                    self.edit.order[label].append(id)
            self.edit.ends[label] = self.edit.ends.pop(following)
            self.gone.add(following)
            for to in dict.fromkeys(self.edit.ends[label].targets()):
                self.comes_from(to, following, label)

    def comes_from(self, label: str, origin: str, now: str) -> None:
        """One of the ways to a block starts elsewhere."""
        self.predecessors[label] = [now if before == origin else before for before in self.predecessors[label]]
        for id in self.edit.order[label]:
            op = self.edit.ops[id]
            if op.kind is not Kind.PHI:
                return
            blocks = tuple(now if block == origin else block for block in op.blocks)
            self.edit.ops[id] = replace(op, blocks=blocks)

    def inverted(self, condition: int, placed: list[int], like: Op) -> int:
        one = self.make(placed, Kind.CONST, 1, (), like, value=1)
        return self.make(placed, Kind.XOR, 1, (condition, one), like)

    def make(self, placed: list[int], kind: Kind, width: int, args: tuple[int, ...], like: Op, value: int = 0) -> int:
        id = self.edit.make(kind, width, args, value=value, loc=like.loc)
        placed.append(id)
        inverts = kind in (Kind.CONST, Kind.XOR)  # in the table behind it
        self.made_ns[id] = 0.0 if inverts else self.target.delays.delay_ns(kind.value, width)
        return id
