"""Random loops over one memory, for tests of what their accesses do to each other."""

from __future__ import annotations

import random
from dataclasses import replace

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Loop, Memory, Op, Param, Return, Stream

LOOP = "loop"


class Maker:
    """A loop that counts `i` up, with accesses to memory `m` at addresses that are computed somehow."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ops: dict[int, Op] = {}
        self.order: dict[str, list[int]] = {"entry": [], LOOP: [], "exit": []}
        self.label = "entry"

    def op(self, kind: Kind, width: int, *args: int, **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        self.order[self.label].append(id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))

    def fit(self, id: int, width: int) -> int:
        has = self.ops[id].width
        if has < width:
            return self.op(self.random.choice([Kind.ZEXT, Kind.SEXT]), width, id)
        return id if has == width else self.op(Kind.SLICE, width, id, value=self.random.choice([0, 0, has - width]))

    def calculate(self, values: list[int]) -> int:
        choose = self.random.choice
        a, width = choose(values), choose([3, 4, 5, 6, 8])
        match self.random.randrange(10):
            case 0 | 1:
                return self.op(
                    choose([Kind.ADD, Kind.SUB]), width, self.fit(a, width), self.const(choose([1, 2, 4, -1, 8]), width)
                )
            case 2 | 3:
                return self.op(choose([Kind.ADD, Kind.SUB]), width, self.fit(a, width), self.fit(choose(values), width))
            case 4:
                factor = self.const(choose([2, 3, 4, 5, -1, -2]), 4)
                return self.op(Kind.MUL, width, a, factor, signs=(choose([True, False]), choose([True, False])))
            case 5:
                return self.op(choose([Kind.SHL, Kind.LSHR]), self.ops[a].width, a, self.const(choose([1, 2]), 3))
            case 6:
                return self.op(Kind.CONCAT, self.ops[a].width + 2, a, self.fit(choose(values), 2))
            case 7:
                return self.op(
                    choose([Kind.UDIV, Kind.UREM]), width, self.fit(a, width), self.const(choose([2, 3, 4]), width)
                )
            case 8:
                mask = self.const(choose([-1, 1 << width - 1]), width)
                return self.op(Kind.XOR, width, self.fit(a, width), mask)
            case _:
                choice, base = self.fit(choose(values), 1), self.fit(a, width)
                other = self.op(Kind.ADD, width, base, self.const(choose([1, 4, -2]), width))
                return self.op(Kind.SELECT, width, choice, other, base)

    def phi(self, start: int) -> int:
        return self.op(Kind.PHI, self.ops[start].width, start, start, blocks=("entry", LOOP))

    def close_phi(self, phi: int, following: int) -> None:
        self.ops[phi] = replace(self.ops[phi], args=(self.ops[phi].args[0], following))

    def function(self, *, rewind: bool = False, known: bool = True, data: bool = True, shown: bool = False) -> Function:
        """known: the trip count is. data: what the loop reads, and an argument, may be in addresses. shown: what is
        loaded goes to the stream `out`, and every call starts with the same memory; without arguments."""
        choose = self.random.choice
        trip_count = choose([1, 2, 3, 5, 8, 12, 20])
        bits = choose([3, 4, 5])
        argument = self.const(9, 4) if shown else self.op(Kind.PARAM, 4, object="p")
        for number in range(1 << bits if shown else 0):
            self.op(Kind.STORE, 0, self.const(number, bits), self.const(37 * number, 8), object="m")
        zero, bound = self.const(0, 8), self.const(trip_count, 8)
        starts = [self.const(choose([0, 0, 1, 5, -1]), choose([3, 4, 6])) for _ in range(3)]
        starts[2] = argument if data and choose([True, False]) else starts[2]
        self.label = LOOP
        count = self.phi(zero)
        phis = [self.phi(start) for start in starts]
        word = self.op(Kind.READ, 4, object="a")
        values = [count, *phis, *([argument] if data else []), *([word] if data and choose([True, False]) else [])]
        for phi in phis:
            width = self.ops[phi].width
            step = self.op(Kind.ADD, width, phi, self.const(choose([1, 1, 2, 4, -1, -2, 3]), width))
            if choose([True, False, False]):  # a counter that starts again
                full = self.op(Kind.ICMP, 1, step, self.const(choose([2, 3, 4]), width), predicate="eq")
                step = self.op(Kind.SELECT, width, full, self.const(0, width), step)
            if phi == phis[1] and choose([True, False, False]):  # it lags behind, or seems to
                step = self.fit(phis[0], width)
            self.close_phi(phi, step)
        for _ in range(self.random.randint(0, 8)):
            values.append(self.calculate(values))
        loaded = []
        stored = self.op(Kind.CONCAT, 8, self.op(Kind.SLICE, 4, count), word)
        for _ in range(self.random.randint(*((1, 3) if shown else (2, 5)))):
            address = self.fit(choose(values[self.random.randrange(len(values)) :]), bits)
            if choose([True, False, False]):
                loaded.append(self.op(Kind.LOAD, 8, address, object="m"))
            else:
                self.op(Kind.STORE, 0, address, stored, object="m")
        if shown:
            loaded.append(self.op(Kind.LOAD, 8, self.fit(count, bits), object="m"))
            self.op(Kind.WRITE, 0, self.op(Kind.CONCAT, 8 * len(loaded), *loaded), object="out")
        step = self.op(Kind.ADD, 8, count, self.const(1, 8))
        self.close_phi(count, step)
        again = self.op(Kind.ICMP, 1, step, bound, predicate="ult")
        ends = {"entry": Jump(LOOP), LOOP: Branch(again, LOOP, "exit"), "exit": Return()}
        blocks = {label: Block(label, tuple(ids), ends[label]) for label, ids in self.order.items()}
        loop = Loop(LOOP, frozenset([LOOP]), ii=1, rewind=rewind, trip_count=trip_count if known else None)
        streams = {"a": Stream("a", 4, "in")}
        if shown:
            streams["out"] = Stream("out", 8 * len(loaded), "out")
        params = {} if shown else {"p": Param("p", 4)}
        memories = {"m": Memory("m", 8, (1 << bits,), storage=choose(["", "bram", "lutram"]))}
        return check(Function("f", self.ops, blocks, {LOOP: loop}, memories, streams, params))

    def counting(self) -> Function:
        """A loop with one counter from an argument or a constant, that ends by some test of it against another, which
        may be never; addresses put the counter behind an argument, as rows and columns."""
        choose = self.random.choice
        width, bits = choose([3, 4]), choose([4, 5, 6])
        first, other = (self.op(Kind.PARAM, 4, object=name) for name in ("p", "q"))
        number = self.const(choose([0, (1 << width) - 1, self.random.randrange(1 << width)]), width)
        start = choose([self.fit(first, width), self.fit(first, width), number])
        bound = choose([self.fit(other, width), number])
        self.label = LOOP
        counter = self.phi(start)
        word = self.op(Kind.READ, 4, object="a")
        following = self.op(Kind.ADD, width, counter, self.const(choose([1, -1]), width))
        self.close_phi(counter, following)
        values = [counter, first, other, following]
        for _ in range(self.random.randint(0, 4)):
            values.append(self.calculate(values))
        for _ in range(self.random.randint(2, 4)):
            row = self.op(Kind.CONCAT, 4 + width, other, choose([counter, following]))
            address = self.fit(choose([row, choose(values)]), bits)
            if choose([True, False, False]):
                self.op(Kind.LOAD, 8, address, object="m")
            else:
                self.op(Kind.STORE, 0, address, self.fit(word, 8), object="m")
        sides = [choose([counter, following]), bound]
        self.random.shuffle(sides)
        test = self.op(Kind.ICMP, 1, *sides, predicate=choose(["ult", "ugt", "ne", "ule", "uge", "eq", "slt", "sgt"]))
        ways = choose([(LOOP, "exit"), ("exit", LOOP)])
        ends = {"entry": Jump(LOOP), LOOP: Branch(test, *ways), "exit": Return()}
        blocks = {label: Block(label, tuple(ids), ends[label]) for label, ids in self.order.items()}
        params = {name: Param(name, 4) for name in ("p", "q")}
        loops, memories = {LOOP: Loop(LOOP, frozenset([LOOP]), ii=1)}, {"m": Memory("m", 8, (1 << bits,))}
        return check(Function("f", self.ops, blocks, loops, memories, {"a": Stream("a", 4, "in")}, params))
