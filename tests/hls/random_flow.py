"""Random CDFG functions with loops in loops that are left in the middle, go on early, test at the top or have bounds
that are computed. Every call reads and writes as many words as the longest could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from function_maker import COUNTER_BITS, WIDTHS, Example, FunctionMaker

from hlsgen.hls.cdfg.ir import Branch, Function, Jump, Kind, Loop, Memory
from hlsgen.hls.graph import Dominance, reverse_post_order

_COUNT_BITS = 12
_PASSED = (1, 16, 33)  # widths of the values that leave a loop or a condition, beside the counts


@dataclass
class _Frame:
    """A loop under construction. Edges: (block, words read and written, values)."""

    header: str
    after: str
    again: int  # another iteration follows, by the counter alone
    following: list[int]  # the widths of the recurrences
    back: list[tuple[str, list[int], list[int]]] = field(default_factory=list)
    out: list[tuple[str, list[int], list[int]]] = field(default_factory=list)


class _Flow(FunctionMaker):
    """Control flow that leaves loops anywhere. `counts`: words read and written so far, as values."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.frames: list[_Frame] = []
        self.rom()
        self.memories["ram"] = Memory("ram", 13, (4,))
        for element in range(4):
            self.op(Kind.STORE, 0, (self.number(element, 2), self.const(13)), object="ram")
        self.values.append(self.const(16))
        self.counts = [self.number(0, _COUNT_BITS) for _ in range(2)]
        self.most = [0, 0]

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def count(self, which: int) -> None:
        one = self.number(1, _COUNT_BITS)
        self.counts = list(self.counts)
        self.counts[which] = self.op(Kind.ADD, _COUNT_BITS, (self.counts[which], one))
        self.most[which] += self.times

    def statements(self, size: int, effects: bool) -> None:
        for _ in range(self.random.randint(1, size)):
            draw = self.random.random()
            if draw < 0.6 or (draw >= 0.7 and not effects):
                self.calculate()
            elif draw < 0.7:
                self.values.append(self.load(self.memories["table"]))
            elif draw < 0.8:
                self.values.append(self.load(self.memories["ram"]))
            elif draw < 0.87:
                self.store(self.memories["ram"])
            elif draw < 0.95:
                self.read()
                self.count(0)
            else:
                self.write(self.some(16))
                self.count(1)

    def passed(self) -> list[int]:
        return [self.some(width) for width in _PASSED]

    def join(self, label: str, arms: list[tuple[str, list[int], list[int]]], scope: list[int]) -> None:
        """Go on at `label`, which the arms come to."""
        self.start(label)
        origins = tuple(arm[0] for arm in arms)
        columns = [*zip(*(arm[1] for arm in arms), strict=True), *zip(*(arm[2] for arm in arms), strict=True)]
        phis = [self.op(Kind.PHI, self.ops[column[0]].width, column, blocks=origins) for column in columns]
        self.counts, self.values = phis[:2], [*scope, *phis[2:]]

    def leave(self) -> None:
        """The block ends by going out of a loop, or to its next iteration."""
        frame = self.random.choice(self.frames)
        if self.chance(0.4):
            frame = self.frames[-1]
            self.turn(frame)
            return
        frame.out.append((self.label, self.counts, self.passed()))
        self.ends[self.label] = Jump(frame.after)

    def turn(self, frame: _Frame) -> None:
        """The next iteration, if the counter has not ended."""
        frame.back.append((self.label, self.counts, [self.some(width) for width in frame.following]))
        frame.out.append((self.label, self.counts, self.passed()))
        ways = (frame.header, frame.after)
        self.ends[self.label] = Branch(frame.again, *ways)

    def fork(self, size: int, depth: int, effects: bool, leaves: float) -> None:
        """If and else; one arm may leave."""
        test, head, scope, counts = self.some(1), self.label, list(self.values), self.counts
        then, join = self.fresh("then"), self.fresh("join")
        goes = bool(self.frames) and self.chance(leaves)
        if goes and self.chance(0.4):  # by the branch itself
            frame = self.random.choice(self.frames)
            frame.out.append((head, counts, self.passed()))
            ways = (frame.after, join) if self.chance(0.5) else (join, frame.after)
            self.ends[head] = Branch(test, *ways)
            self.start(join)
            return
        self.start(then)
        self.region(size, depth + 1, effects, leaves)
        arms = []
        if goes:
            self.leave()
        else:
            arms.append((self.label, self.counts, self.passed()))
            self.ends[self.label] = Jump(join)
        other = join
        if self.chance(0.5):
            other = self.fresh("else")
            self.start(other)
            self.values, self.counts = list(scope), counts
            self.region(size, depth + 1, effects, leaves)
            arms.append((self.label, self.counts, self.passed()))
            self.ends[self.label] = Jump(join)
        else:
            self.label, self.values, self.counts = head, list(scope), counts
            arms.append((head, counts, self.passed()))
        self.ends[head] = Branch(test, then, other)
        self.join(join, arms, scope)

    def region(self, size: int, depth: int, effects: bool, leaves: float) -> None:
        self.statements(size, effects)
        if depth < 3 and self.chance(0.75):
            self.fork(size, depth, effects, leaves)
            self.statements(size, effects)

    def repeat(self, trip_count: int, ii: int | None, fill: Callable[[], None], *, flatten: bool | None = None) -> None:
        """A loop of at most `trip_count` iterations: of a bound that is computed (perhaps none at all), or of this."""
        origin, header, after = self.label, self.fresh("loop"), self.fresh("after")
        self.order[after] = []  # its name is taken
        computed = self.chance(0.4)
        bound = self.number(trip_count, COUNTER_BITS)
        if computed:
            few = self.fit(self.some(3), 3)
            bound = self.op(Kind.UREM, COUNTER_BITS, (self.fit_plain(few), self.number(trip_count + 1, COUNTER_BITS)))
        zero = self.number(0, COUNTER_BITS)
        if self.chance(0.5):
            starts = [self.const(self.random.choice(WIDTHS)) for _ in range(self.random.randint(0, 2))]
        else:
            starts = [self.pick() for _ in range(self.random.randint(0, 2))]
        scope, first = list(self.values), self.counts
        top = computed and self.chance(0.5)
        frame = _Frame(header, after, 0, [self.ops[start].width for start in starts])
        if computed and not top:
            some = self.op(Kind.ICMP, 1, (bound, zero), predicate="ne")
            frame.out.append((origin, first, self.passed()))
            self.ends[origin] = Branch(some, header, after)
        else:
            self.ends[origin] = Jump(header)
        self.start(header)
        initial = [zero, *first, *starts]
        phis = [self.op(Kind.PHI, self.ops[id].width, (id, id), blocks=(origin, origin)) for id in initial]
        counter, self.counts = phis[0], phis[1:3]
        self.values = [*scope, counter, *phis[3:]]
        step = self.op(Kind.ADD, COUNTER_BITS, (counter, self.number(1, COUNTER_BITS)))
        frame.again = self.op(Kind.ICMP, 1, (step, bound), predicate=self.random.choice(["ult", "ne"]))
        if top:
            below = self.op(Kind.ICMP, 1, (counter, bound), predicate="ult")
            frame.again = self.number(1, 1)
            frame.out.append((header, self.counts, self.passed()))
            body = self.fresh("body")
            self.ends[header] = Branch(below, body, after)
            self.start(body)
        self.times *= trip_count
        self.frames.append(frame)
        fill()
        self.turn(frame)
        self.frames.pop()
        self.times //= trip_count
        for number, (phi, id) in enumerate(zip(phis, initial, strict=True)):
            args = [id, *([step, *counts, *values][number] for _, counts, values in frame.back)]
            blocks = (origin, *(label for label, _, _ in frame.back))
            self.ops[phi] = replace(self.ops[phi], args=tuple(args), blocks=blocks)
        plain = not computed and len(frame.out) == 1
        self.loops.append(Loop(header, frozenset(), ii=ii, trip_count=trip_count if plain else None, flatten=flatten))
        del self.order[after]
        self.join(after, frame.out, scope)

    def fit_plain(self, id: int) -> int:
        return self.op(Kind.ZEXT, COUNTER_BITS, (id,))

    def drain(self) -> None:
        """Read and write what is left, so that every call has as many words."""
        for which, most in enumerate(self.most):
            origin, count = self.label, self.counts[which]
            header, body, done = (self.fresh(name) for name in ("drain", "drained", "done"))
            self.ends[origin] = Jump(header)
            self.start(header)
            phi = self.op(Kind.PHI, _COUNT_BITS, (count, count), blocks=(origin, body))
            below = self.op(Kind.ICMP, 1, (phi, self.number(most, _COUNT_BITS)), predicate="ult")
            self.ends[header] = Branch(below, body, done)
            self.start(body)
            scope = list(self.values)
            self.write(self.some(16)) if which else self.read()
            self.values = scope
            step = self.op(Kind.ADD, _COUNT_BITS, (phi, self.number(1, _COUNT_BITS)))
            self.ops[phi] = replace(self.ops[phi], args=(count, step))
            self.ends[body] = Jump(header)
            self.loops.append(Loop(header, frozenset(), ii=self.random.choice([None, 1, 2])))
            self.start(done)

    def finish(self, name: str) -> Example:
        self.drain()
        self.reads = self.most[0]
        made = super().finish(name)
        order = reverse_post_order(
            {label: block.end.targets() for label, block in made.function.blocks.items()}, "entry"
        )
        function = replace(made.function, blocks={label: made.function.blocks[label] for label in order})
        loops = [replace(loop, blocks=_natural(function, loop.header)) for loop in function.loops.values()]
        loops.sort(key=lambda loop: -len(loop.blocks))
        return Example(replace(function, loops={loop.header: loop for loop in loops}), self.reads)


def _natural(function: Function, header: str) -> frozenset[str]:
    """The blocks of the loop: those that come back to its header without passing it."""
    labels = {label: block.end.targets() for label, block in function.blocks.items()}
    dominance = Dominance(labels, function.entry)
    found, work = {header}, [p for p in function.predecessors()[header] if dominance.dominates(header, p)]
    while work:
        label = work.pop()
        if label not in found:
            found.add(label)
            work.extend(function.predecessors()[label])
    return frozenset(found)


def random_flow(seed: int, size: int = 6, *, ii: int = 1, levels: int | None = None) -> Example:
    """A nest of one to three loops, the innermost pipelined; each may be left from anywhere below."""
    m = _Flow(seed)
    levels = levels or m.random.randint(1, 3)
    effects = m.chance(0.5)  # outside the innermost loop
    flatten = m.random.choice([None, None, True, False])

    def level(number: int) -> None:
        inner = number + 1 == levels

        def fill() -> None:
            if inner:
                m.region(size, 0, True, 0.4)
                m.statements(2, True)
                return
            if m.chance(0.7):
                m.region(size, 2, effects, 0.2)
            level(number + 1)
            if m.chance(0.7):
                m.region(size, 2, effects, 0.2)

        m.repeat(m.random.randint(1, 4), ii if inner else None, fill, flatten=flatten if inner else None)

    m.frames = [_Frame("", m.fresh(name), 0, []) for name in ("error", "other_error") if m.chance(0.6)]
    for frame in m.frames:
        m.order[frame.after] = []  # its name is taken
    ways, scope = list(m.frames), list(m.values)
    level(0)
    arms = []
    end = m.fresh("end")
    for number, frame in enumerate(ways):
        if number == 0:
            m.region(size, 1, True, 0)
            arms.append((m.label, m.counts, m.passed()))
            m.ends[m.label] = Jump(end)
        del m.order[frame.after]
        if not frame.out:
            continue
        m.join(frame.after, frame.out, scope)
        m.statements(size, True)
        arms.append((m.label, m.counts, m.passed()))
        m.ends[m.label] = Jump(end)
    if arms:
        m.join(end, arms, scope)
    for which in range(2):
        m.count(which)
    m.write(m.read())
    return m.finish(f"flow{seed}")
