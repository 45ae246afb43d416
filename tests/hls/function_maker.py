"""What random CDFG functions are made with: operations, reads, writes, accesses, loops and conditions, by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from hlsgen.hls.cdfg.ir import (
    Block,
    Branch,
    Function,
    Jump,
    Kind,
    Loop,
    Memory,
    Op,
    Return,
    Stream,
    Terminator,
)

_SHIFTS = (Kind.SHL, Kind.LSHR, Kind.ASHR)
_BINARY = (Kind.ADD, Kind.SUB, Kind.MUL, Kind.AND, Kind.OR, Kind.XOR, *_SHIFTS)
_DIVISIONS = (Kind.UDIV, Kind.UREM, Kind.SDIV, Kind.SREM)
_PREDICATES = ("eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge")
WIDTHS = (1, 2, 3, 7, 8, 13, 16, 32, 33, 64, 100)
COUNTER_BITS = 8


@dataclass(frozen=True)
class Example:
    """A function and how many words it reads from `a` in a call."""

    function: Function
    reads: int

    def inputs(self, seed: int) -> dict[str, list[int]]:
        """The words of one call."""
        source = random.Random(seed)
        return {"a": [source.getrandbits(16) for _ in range(self.reads)]}


class FunctionMaker:
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
        chance, width, choose = self.random.random(), self.random.choice(WIDTHS), self.random.choice
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

    def loop(self, trip_count: int, ii: int | None, body: Callable[[int], None], *, rewind: bool = False) -> None:
        """`body(counter)` fills a loop of `trip_count` iterations with one to three recurrences."""
        origin, header = self.label, self.fresh("loop")
        zero = self.number(0, COUNTER_BITS)
        starts = [self.const(self.random.choice(WIDTHS)) for _ in range(self.random.randint(1, 3))]
        self.ends[origin] = Jump(header)
        before, labels = list(self.values), set(self.order)
        self.start(header)
        counter = self.op(Kind.PHI, COUNTER_BITS, (zero, zero), blocks=(origin, origin))
        states = [self.op(Kind.PHI, self.ops[s].width, (s, s), blocks=(origin, origin)) for s in starts]
        self.values += [counter, *states]
        self.times *= trip_count
        body(counter)
        self.times //= trip_count
        following = [self.some(self.ops[state].width) for state in states]
        step = self.op(Kind.ADD, COUNTER_BITS, (counter, self.number(1, COUNTER_BITS)))
        again = self.op(Kind.ICMP, 1, (step, self.number(trip_count, COUNTER_BITS)), predicate="ult")
        for phi, start, value in ((counter, zero, step), *zip(states, starts, following, strict=True)):
            self.ops[phi] = replace(self.ops[phi], args=(start, value), blocks=(origin, self.label))
        after = self.fresh("after")
        self.ends[self.label] = Branch(again, header, after)
        blocks = frozenset(set(self.order) - labels)
        self.loops.append(Loop(header, blocks, ii=ii, rewind=rewind, trip_count=trip_count))
        self.values = [*before, *states, *following]  # what the loop computed dominates its exit
        self.start(after)

    # ---- conditions

    def condition(self, fill: Callable[[], None], talks: bool) -> None:
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
