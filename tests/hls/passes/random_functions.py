"""Random CDFG functions for tests: a pipelined counting loop over a stream, with everything in its body."""

from __future__ import annotations

import random

from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Loop, Memory, Op, Return, Stream

_BINARY = [Kind.ADD, Kind.SUB, Kind.MUL, Kind.AND, Kind.OR, Kind.XOR, Kind.SHL, Kind.LSHR, Kind.ASHR]
_PREDICATES = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"]


class _Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ops: dict[int, Op] = {}
        self.order: dict[str, list[int]] = {"entry": [], "loop": [], "exit": []}

    def op(self, label: str, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        self.order[label].append(id)
        return id

    def width(self) -> int:
        return self.random.choice([1, 2, 3, 7, 8, 13, 16, 32, 33, 64, 100])

    def const(self, label: str, width: int) -> int:
        mask = (1 << width) - 1
        value = self.random.choice([0, 1, 2, 3, 8, mask, mask >> 1, 1 << (width - 1), self.random.getrandbits(width)])
        return self.op(label, Kind.CONST, width, value=value & mask)

    def fit(self, id: int, width: int) -> int:
        """The value in another width, by slice, extension or concatenation."""
        has = self.ops[id].width
        if has == width:
            return id
        if has > width:
            return self.op("loop", Kind.SLICE, width, (id,), value=self.random.randint(0, has - width))
        if self.random.random() < 0.2:
            return self.op("loop", Kind.CONCAT, width, (self.const("loop", width - has), id))
        return self.op("loop", self.random.choice([Kind.ZEXT, Kind.SEXT]), width, (id,))


def random_function(seed: int, size: int = 25, trip_count: int = 6) -> Function:
    """A function with streams `a` (in, 16 bits), `out` (20 bits): one loop of `trip_count` iterations."""
    m = _Maker(seed)
    pick = m.random.choice
    zero = m.op("entry", Kind.CONST, 8, value=0)
    step = m.op("entry", Kind.CONST, 8, value=1)
    bound = m.op("entry", Kind.CONST, 8, value=trip_count)
    starts = [m.const("entry", m.width()) for _ in range(m.random.randint(1, 3))]
    counter = m.op("loop", Kind.PHI, 8, (zero, zero), blocks=("entry", "loop"))
    states = [m.op("loop", Kind.PHI, m.ops[s].width, (s, s), blocks=("entry", "loop")) for s in starts]
    values = [counter, *states, m.op("loop", Kind.READ, 16, object="a")]
    for _ in range(size):
        choice = m.random.random()
        width = m.width()
        if choice < 0.15:
            values.append(m.const("loop", width))
        elif choice < 0.65:
            kind = pick(_BINARY)
            x = m.fit(pick(values), width)
            y = pick(values)
            y = m.const("loop", 8) if kind in (Kind.SHL, Kind.LSHR, Kind.ASHR) and m.random.random() < 0.6 else y
            if kind not in (Kind.SHL, Kind.LSHR, Kind.ASHR, Kind.MUL):
                y = m.fit(y, width)
            signs = (pick([True, False]), pick([True, False])) if kind is Kind.MUL else (False, False)
            values.append(m.op("loop", kind, width, (x, y), signs=signs))
        elif choice < 0.75:
            args = (m.fit(pick(values), width), m.fit(pick(values), width))
            values.append(m.op("loop", Kind.ICMP, 1, args, predicate=pick(_PREDICATES)))
        elif choice < 0.85:
            args = (m.fit(pick(values), 1), m.fit(pick(values), width), m.fit(pick(values), width))
            values.append(m.op("loop", Kind.SELECT, width, args))
        elif choice < 0.92:
            values.append(m.op("loop", Kind.LOAD, 9, (m.fit(pick(values), 3),), object="table"))
        else:
            address, word = m.fit(pick(values), 2), m.fit(pick(values), 11)
            m.op("loop", Kind.STORE, 0, (address, word), object="ram", guard=m.fit(pick(values), 1))
            values.append(m.op("loop", Kind.LOAD, 11, (m.fit(pick(values), 2),), object="ram"))
    for state, start in zip(states, starts, strict=True):
        following = m.fit(pick(values), m.ops[state].width)
        m.ops[state] = Op(state, Kind.PHI, m.ops[state].width, (start, following), blocks=("entry", "loop"))
    following = m.op("loop", Kind.ADD, 8, (counter, step))
    m.ops[counter] = Op(counter, Kind.PHI, 8, (zero, following), blocks=("entry", "loop"))
    m.op("loop", Kind.WRITE, 0, (m.fit(pick(values), 20),), object="out", guard=m.fit(pick(values), 1))
    again = m.op("loop", Kind.ICMP, 1, (following, bound), predicate="ult")
    blocks = {
        "entry": Block("entry", tuple(m.order["entry"]), Jump("loop")),
        "loop": Block("loop", tuple(m.order["loop"]), Branch(again, "loop", "exit")),
        "exit": Block("exit", tuple(m.order["exit"]), Return()),
    }
    rom = tuple(m.random.getrandbits(9) for _ in range(8))
    return Function(
        name=f"random{seed}",
        ops=m.ops,
        blocks=blocks,
        loops={"loop": Loop("loop", frozenset(["loop"]), ii=1, trip_count=trip_count)},
        memories={"table": Memory("table", 9, (8,), rom, rom=True), "ram": Memory("ram", 11, (4,), (0, 0, 0, 0))},
        streams={"a": Stream("a", 16, "in"), "out": Stream("out", 20, "out")},
    )


def random_inputs(seed: int, count: int = 6) -> dict[str, list[int]]:
    values = random.Random(seed)
    return {"a": [values.getrandbits(16) for _ in range(count)]}
