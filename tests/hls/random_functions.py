"""Random CDFG functions for tests, seeded: loops over a stream `a` (16 bits) to a stream `out` (20 bits).

`random_loop` is one block that branches to itself, with recurrences, a ROM and a RAM; `random_nest` is structured
control flow: conditions in conditions, loops in loops, banked memories, exclusive accesses; `random_flow` is loops in
loops that are left in the middle, go on early, test at the top or have bounds that are computed; `random_perfect` is
perfect nests, `random_calls` functions whose calls overlap. All read and write the same number of words in every
call, and nothing observable depends on what a memory held before the call.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from hlsgen.hls.cdfg.ir import (
    Block,
    Branch,
    Function,
    Jump,
    Kind,
    Loop,
    Memory,
    Op,
    Partition,
    Return,
    Stream,
    Terminator,
)
from hlsgen.hls.graph import Dominance, reverse_post_order

_SHIFTS = (Kind.SHL, Kind.LSHR, Kind.ASHR)
_BINARY = (Kind.ADD, Kind.SUB, Kind.MUL, Kind.AND, Kind.OR, Kind.XOR, *_SHIFTS)
_DIVISIONS = (Kind.UDIV, Kind.UREM, Kind.SDIV, Kind.SREM)
_PREDICATES = ("eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge")
_WIDTHS = (1, 2, 3, 7, 8, 13, 16, 32, 33, 64, 100)
_COUNTER_BITS = 8
_GATED_FROM = 4  # iterations after which every word of the four-word RAM of `random_loop` is written


@dataclass(frozen=True)
class Example:
    """A function and how many words it reads from `a` in a call."""

    function: Function
    reads: int

    def inputs(self, seed: int) -> dict[str, list[int]]:
        """The words of one call."""
        source = random.Random(seed)
        return {"a": [source.getrandbits(16) for _ in range(self.reads)]}


class _Maker:
    """A function under construction: operations go to the block `label`; `values` are those in scope."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ops: dict[int, Op] = {}
        self.order: dict[str, list[int]] = {"entry": []}
        self.ends: dict[str, Terminator] = {}
        self.loops: list[Loop] = []
        self.memories: dict[str, Memory] = {}
        self.label = "entry"
        self.values: list[int] = []
        self.reads = 0
        self.times = 1  # how often the current block runs in a call

    # ---- blocks

    def start(self, label: str) -> str:
        self.order[label] = []
        self.label = label
        return label

    def fresh(self, name: str) -> str:
        return f"{name}{len(self.order)}"

    def finish(self, name: str) -> Example:
        self.ends[self.label] = Return()
        blocks = {label: Block(label, tuple(ids), self.ends[label]) for label, ids in self.order.items()}
        loops = sorted(self.loops, key=lambda loop: -len(loop.blocks))
        streams = {"a": Stream("a", 16, "in"), "out": Stream("out", 20, "out")}
        function = Function(name, self.ops, blocks, {loop.header: loop for loop in loops}, self.memories, streams)
        return Example(function, self.reads)

    # ---- operations

    def op(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        self.order[self.label].append(id)
        return id

    def number(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))

    def const(self, width: int) -> int:
        top = 1 << width
        return self.number(
            self.random.choice([0, 1, 2, 3, 8, top - 1, top // 2 - 1, top // 2, self.random.getrandbits(width)]), width
        )

    def pick(self) -> int:
        return self.random.choice(self.values)

    def some(self, width: int) -> int:
        """A value in scope, in this width."""
        return self.fit(self.pick(), width)

    def fit(self, id: int, width: int) -> int:
        """The value in another width, by slice, extension or concatenation."""
        has = self.ops[id].width
        if has == width:
            return id
        if has > width:
            return self.op(Kind.SLICE, width, (id,), value=self.random.randint(0, has - width))
        if self.random.random() < 0.2:
            return self.op(Kind.CONCAT, width, (self.const(width - has), id))
        return self.op(self.random.choice([Kind.ZEXT, Kind.SEXT]), width, (id,))

    def invert(self, id: int) -> int:
        return self.op(Kind.XOR, 1, (id, self.number(1, 1)))

    def calculate(self) -> None:
        """One more value in scope."""
        chance, width, choose = self.random.random(), self.random.choice(_WIDTHS), self.random.choice
        if chance < 0.15:
            value = self.const(width)
        elif chance < 0.7:
            kind = choose(_BINARY)
            x, y = self.some(width), self.pick()
            if kind in _SHIFTS:
                y = self.const(8) if self.random.random() < 0.6 else y
            elif kind is not Kind.MUL:
                y = self.fit(y, width)
            signs = (choose([True, False]), choose([True, False])) if kind is Kind.MUL else (False, False)
            value = self.op(kind, width, (x, y), signs=signs)
        elif chance < 0.72:
            width = min(width, 16)
            by = self.op(Kind.OR, width, (self.some(width), self.number(1, width)))  # never zero
            value = self.op(choose(_DIVISIONS), width, (self.some(width), by))
        elif chance < 0.86:
            args = (self.some(width), self.some(width))
            value = self.op(Kind.ICMP, 1, args, predicate=choose(_PREDICATES))
        else:
            value = self.op(Kind.SELECT, width, (self.some(1), self.some(width), self.some(width)))
        self.values.append(value)

    # ---- streams

    def read(self, guard: int | None = None) -> int:
        word = self.op(Kind.READ, 16, object="a", guard=guard)
        if guard is not None:  # what a read gives that does not take place is undefined
            word = self.op(Kind.SELECT, 16, (guard, word, self.const(16)))
        self.values.append(word)
        return word

    def write(self, word: int, guard: int | None = None) -> None:
        """Something of `word` and of two other values."""
        total = self.op(Kind.ZEXT, 20, (word,))
        for _ in range(2):
            total = self.op(Kind.XOR, 20, (total, self.some(20)))
        self.op(Kind.WRITE, 0, (total,), object="out", guard=guard)

    # ---- memories

    def rom(self) -> None:
        words = tuple(self.random.getrandbits(9) for _ in range(8))
        self.memories["table"] = Memory("table", 9, (8,), words, rom=True)

    def index(self, extent: int) -> int:
        """An index in range, computed or constant; the last element is as likely as the first."""
        width = max(1, (extent - 1).bit_length())
        if extent == 1 or self.random.random() < 0.4:
            return self.number(self.random.randrange(extent), width)
        bits = extent.bit_length() - 1
        low = self.fit(self.some(bits), bits)
        low = low if bits == width else self.op(Kind.ZEXT, width, (low,))
        offset = self.number(self.random.choice([0, extent - (1 << bits)]), width)
        return self.op(Kind.ADD, width, (low, offset))

    def place(self, memory: Memory) -> tuple[int, ...]:
        return tuple(self.index(extent) for extent in memory.shape)

    def load(self, memory: Memory, guard: int | None = None) -> int:
        return self.op(Kind.LOAD, memory.width, self.place(memory), object=memory.name, guard=guard)

    def store(self, memory: Memory, guard: int | None = None) -> None:
        args = (*self.place(memory), self.some(memory.width))
        self.op(Kind.STORE, 0, args, object=memory.name, guard=guard)

    # ---- loops

    def loop(self, trip_count: int, ii: int | None, body, *, rewind: bool = False) -> None:
        """`body(counter)` fills a loop of `trip_count` iterations with one to three recurrences."""
        origin, header = self.label, self.fresh("loop")
        zero = self.number(0, _COUNTER_BITS)
        starts = [self.const(self.random.choice(_WIDTHS)) for _ in range(self.random.randint(1, 3))]
        self.ends[origin] = Jump(header)
        before, labels = list(self.values), set(self.order)
        self.start(header)
        counter = self.op(Kind.PHI, _COUNTER_BITS, (zero, zero), blocks=(origin, origin))
        states = [self.op(Kind.PHI, self.ops[s].width, (s, s), blocks=(origin, origin)) for s in starts]
        self.values += [counter, *states]
        self.times *= trip_count
        body(counter)
        self.times //= trip_count
        following = [self.some(self.ops[state].width) for state in states]
        step = self.op(Kind.ADD, _COUNTER_BITS, (counter, self.number(1, _COUNTER_BITS)))
        again = self.op(Kind.ICMP, 1, (step, self.number(trip_count, _COUNTER_BITS)), predicate="ult")
        for phi, start, value in ((counter, zero, step), *zip(states, starts, following, strict=True)):
            self.ops[phi] = replace(self.ops[phi], args=(start, value), blocks=(origin, self.label))
        after = self.fresh("after")
        self.ends[self.label] = Branch(again, header, after)
        blocks = frozenset(set(self.order) - labels)
        self.loops.append(Loop(header, blocks, ii=ii, rewind=rewind, trip_count=trip_count))
        self.values = [*before, *states, *following]  # what the loop computed dominates its exit
        self.start(after)

    # ---- conditions

    def condition(self, fill, talks: bool) -> None:
        """If and else, each filled by `fill`, and phis of what they computed. One may be empty, unless it `talks`."""
        test = self.some(1)
        head, scope, reads = self.label, list(self.values), self.reads
        then, other, join = self.fresh("then"), self.fresh("else"), self.fresh("join")
        both = talks or self.random.random() < 0.6
        ends, results = [], []
        for label in (then, other) if both else (then,):
            self.start(label)
            self.values, self.reads = list(scope), reads
            fill()
            results.append([self.some(width) for width in (1, 16, 33)])
            ends.append(self.label)
            self.ends[self.label] = Jump(join)
        self.ends[head] = Branch(test, then, other if both else join)
        if not both:
            self.label = head  # what the empty arm gives is computed before the branch
            self.values = list(scope)
            results.append([self.some(width) for width in (1, 16, 33)])
            ends.append(head)
        self.start(join)
        self.values = scope
        for pair in zip(*results, strict=True):
            self.values.append(self.op(Kind.PHI, self.ops[pair[0]].width, pair, blocks=tuple(ends)))


def random_loop(seed: int, size: int = 25, trip_count: int = 8, *, ii: int = 1, rewind: bool = False) -> Example:
    """A pipelined self-loop after which nothing happens: with `rewind`, its calls follow without a gap."""
    m = _Maker(seed)
    m.rom()
    m.memories["ram"] = ram = Memory("ram", 11, (4,), (0, 0, 0, 0))

    def body(counter: int) -> None:
        odd = m.op(Kind.SLICE, 1, (counter,), value=0)
        word = m.read()
        m.reads += m.times
        m.op(Kind.STORE, 0, (m.op(Kind.SLICE, 2, (counter,)), m.some(11)), object="ram")
        early = m.op(Kind.ICMP, 1, (counter, m.number(_GATED_FROM, _COUNTER_BITS)), predicate="ult")
        for _ in range(size):
            chance = m.random.random()
            if chance < 0.85:
                m.calculate()
            elif chance < 0.92:
                m.values.append(m.load(m.memories["table"]))
            else:
                m.store(ram, guard=m.some(1))
                m.values.append(m.op(Kind.SELECT, 11, (early, m.const(11), m.load(ram))))
        chance = m.random.random()
        if chance < 0.4:
            m.write(word)
        elif chance < 0.7:
            m.write(word, guard=odd)
        else:  # one of two
            choice = m.some(1)
            m.write(word, guard=choice)
            m.write(word, guard=m.invert(choice))
        if m.random.random() < 0.2:
            m.read(guard=odd)
            m.reads += m.times // 2

    assert trip_count % 2 == 0
    m.loop(trip_count, ii, body, rewind=rewind)
    return m.finish(f"loop{seed}")


def random_nest(seed: int, size: int = 8, *, ii: int = 1) -> Example:
    """Pipelined loops with conditions in them, some in a loop that is not, with banked memories all the way."""
    m = _Maker(seed)
    m.rom()
    for number in range(2):
        shape = tuple(m.random.randint(1, 5) for _ in range(m.random.randint(1, 2)))
        partitions = tuple(
            Partition(dim, m.random.choice(["cyclic", "block"]), m.random.randint(1, extent))
            for dim, extent in enumerate(shape)
            if m.random.random() < 0.6
        )
        memory = m.memories[f"ram{number}"] = Memory(f"ram{number}", 13, shape, partitions=partitions)
        for element in range(memory.depth_words):
            row, column = divmod(element, shape[-1])
            place = (column,) if len(shape) == 1 else (row, column)
            index = tuple(m.number(p, max(1, (e - 1).bit_length())) for p, e in zip(place, shape, strict=True))
            m.op(Kind.STORE, 0, (*index, m.const(13)), object=memory.name)
    m.values.append(m.const(16))

    def statement() -> None:
        memory = m.memories[m.random.choice(["table", "ram0", "ram1"])]
        chance = m.random.random()
        if chance < 0.7:
            m.calculate()
        elif chance < 0.85 or memory.rom:
            m.values.append(m.load(memory))
        else:
            m.store(memory)

    def fill(talks: bool, depth: int = 0) -> None:
        """Straight code, then perhaps a condition. With `talks` one word is read and written, here or in each arm."""
        for _ in range(m.random.randint(1, size)):
            statement()
        nested = depth < 3 and m.random.random() < 0.6
        inner = nested and talks and m.random.random() < 0.6
        if talks and not inner:
            word = m.read()
            m.reads += m.times
            m.write(word)
        if nested:
            m.condition(lambda: fill(inner, depth + 1), inner)

    def pipelined(_: int = 0) -> None:
        m.loop(m.random.randint(1, 5), ii, lambda counter: fill(True))

    def outer(_: int) -> None:
        fill(True, 2)
        pipelined()
        if m.random.random() < 0.4:
            pipelined()

    if m.random.random() < 0.5:
        m.loop(m.random.randint(1, 4), None, outer)
    else:
        pipelined()
    fill(True, 2)
    return m.finish(f"nest{seed}")


def random_perfect(seed: int, size: int = 4) -> Example:
    """Two or three loops in each other with effects in the innermost one only, which is pipelined."""
    m = _Maker(seed)
    m.rom()
    m.values.append(m.const(16))
    levels = m.random.randint(2, 3)

    def level(number: int) -> None:
        def fill(_: int) -> None:
            for _ in range(m.random.randint(0, size)):
                m.calculate()
            if number + 1 < levels:
                level(number + 1)
            else:
                m.write(m.read())
                m.reads += m.times

        m.loop(m.random.randint(1, 5), 1 if number + 1 == levels else None, fill)

    level(0)
    made = m.finish(f"perfect{seed}")
    flatten = m.random.choice([True, True, None])
    loops = {header: replace(loop, flatten=flatten) for header, loop in made.function.loops.items()}
    return replace(made, function=replace(made.function, loops=loops))


def random_calls(seed: int, size: int = 6) -> Example:
    """A pipelined function: conditions, a word that goes from call to call, and in every call a read and a write."""
    m = _Maker(seed)
    m.rom()
    state = m.memories["state"] = Memory("state", 13, (1,), (m.random.getrandbits(13),))
    m.values.append(m.load(state))

    def fill(talks: bool, depth: int = 0) -> None:
        for _ in range(m.random.randint(1, size)):
            m.calculate()
        if m.random.random() < 0.4:
            m.store(state)
        nested = depth < 3 and m.random.random() < 0.7
        inner = nested and talks and m.random.random() < 0.6
        if talks and not inner:
            m.write(m.read())
            m.reads += 1
        if nested:
            m.condition(lambda: fill(inner, depth + 1), inner)

    fill(True)
    made = m.finish(f"calls{seed}")
    return replace(made, function=replace(made.function, ii=m.random.choice([1, 1, 2, 3])))


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


class _Flow(_Maker):
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

    def repeat(self, trip_count: int, ii: int | None, fill, *, flatten: bool | None = None) -> None:  # type: ignore[no-untyped-def]
        """A loop of at most `trip_count` iterations: of a bound that is computed (perhaps none at all), or of this."""
        origin, header, after = self.label, self.fresh("loop"), self.fresh("after")
        self.order[after] = []  # its name is taken
        computed = self.chance(0.4)
        bound = self.number(trip_count, _COUNTER_BITS)
        if computed:
            few = self.fit(self.some(3), 3)
            bound = self.op(Kind.UREM, _COUNTER_BITS, (self.fit_plain(few), self.number(trip_count + 1, _COUNTER_BITS)))
        zero = self.number(0, _COUNTER_BITS)
        if self.chance(0.5):
            starts = [self.const(self.random.choice(_WIDTHS)) for _ in range(self.random.randint(0, 2))]
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
        step = self.op(Kind.ADD, _COUNTER_BITS, (counter, self.number(1, _COUNTER_BITS)))
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
        return self.op(Kind.ZEXT, _COUNTER_BITS, (id,))

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
