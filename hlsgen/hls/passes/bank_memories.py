"""Splits arrays into banks as ARRAY_PARTITION says and joins ROM lanes into words as ARRAY_RESHAPE says.

Afterwards every memory has one dimension and every access one address. A bank number that is constant (after
unrolling it nearly always is) picks its bank; one that is not becomes a select over all banks, or a guard on the
store of each. A reshaped array that is written is kept as banks: the same ports, separate words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Memory, Op


def bank_memories(function: Function) -> Function:
    """The same function with one-dimensional memories only."""
    return _Banking(function).run()


class _Banking:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.edit = Editor(function)
        self.placed: list[int] = []
        self.consts: dict[tuple[int, int], int] = {}  # (value, width) -> the constant, in this block
        self.loc = function.loc
        self.memories: dict[str, Memory] = {}

    def run(self) -> Function:
        for memory in self.function.memories.values():
            self.add_banks(memory)
        for label, block in self.function.blocks.items():
            self.placed, self.consts = [], {}
            for id in block.ops:
                op = self.edit.resolved(self.edit.ops[id])
                if op.kind in (Kind.LOAD, Kind.STORE):
                    self.loc = op.loc
                    self.access(op, self.function.memories[op.object])
                else:
                    self.edit.ops[id] = op
                    self.placed.append(id)
            self.edit.order[label] = self.placed
        loops = {
            header: replace(loop, dependences=self.spread(loop.dependences))
            for header, loop in self.function.loops.items()
        }
        return self.edit.finish(memories=self.memories, loops=loops)

    def spread(self, dependences: tuple) -> tuple:
        """What was said of an array holds for each of its banks."""
        return tuple(
            replace(dependence, memory=bank)
            for dependence in dependences
            for bank in self.memories
            if bank == dependence.memory or bank.startswith(f"{dependence.memory}_b")
        )

    # ---- banks

    def add_banks(self, memory: Memory) -> None:
        """The memories that `memory` becomes, with their contents."""
        depth = 1
        for dim, extent in enumerate(memory.shape):
            depth *= _bank_extent(memory, dim, extent)
        banks: list[list[int]] = [[0] * depth for _ in range(_bank_count(memory))]
        for word, (bank, address) in zip(memory.init or (), _homes(memory), strict=False):
            banks[bank][address] = word
        bare = replace(memory, shape=(depth,), partitions=())
        if _joined(memory):
            words = [
                sum(word << bank * memory.width for bank, word in enumerate(row)) for row in zip(*banks, strict=True)
            ]
            self.memories[memory.name] = replace(bare, width=memory.width * len(banks), init=tuple(words))
            return
        elements: list[list[int]] = [[-1] * depth for _ in banks] if memory.external and len(banks) > 1 else []
        for element, (bank, address) in enumerate(_homes(memory) if elements else ()):
            elements[bank][address] = element
        for bank, words in enumerate(banks):
            name = _bank_name(memory, bank)
            self.memories[name] = replace(
                bare,
                name=name,
                init=None if memory.init is None else tuple(words),
                elements=tuple(elements[bank]) if elements else (),
            )

    # ---- accesses

    def access(self, op: Op, memory: Memory) -> None:
        index = op.args if op.kind is Kind.LOAD else op.args[:-1]
        bank, address = self.locate(memory, list(index))
        if op.kind is Kind.LOAD:
            self.edit.redirect(op.id, self.load(op, memory, bank, address))
        else:
            self.store(op, memory, bank, address)

    def load(self, op: Op, memory: Memory, bank: int, address: int) -> int:
        known = self.edit.ops[bank]
        if _joined(memory):
            word = self.make(Kind.LOAD, self.memories[memory.name].width, (address,), object=memory.name, name=op.name)
            if known.kind is Kind.CONST:
                return self.make(Kind.SLICE, memory.width, (word,), value=known.value * memory.width)
            lanes = [
                self.make(Kind.SLICE, memory.width, (word,), value=lane * memory.width)
                for lane in range(_bank_count(memory))
            ]
            return self.choose(bank, lanes, memory.width)
        if known.kind is Kind.CONST:
            return self.make(
                Kind.LOAD,
                memory.width,
                (address,),
                object=_bank_name(memory, known.value),
                guard=op.guard,
                name=op.name,
            )
        lanes = [
            self.make(Kind.LOAD, memory.width, (address,), object=_bank_name(memory, b), name=op.name)
            for b in range(_bank_count(memory))
        ]
        return self.choose(bank, lanes, memory.width)

    def store(self, op: Op, memory: Memory, bank: int, address: int) -> None:
        known = self.edit.ops[bank]
        banks = [known.value] if known.kind is Kind.CONST else range(_bank_count(memory))
        for number in banks:
            guard = op.guard
            if known.kind is not Kind.CONST:
                here = self.make(Kind.ICMP, 1, (bank, self.const(number, known.width)), predicate="eq")
                guard = here if guard is None else self.make(Kind.AND, 1, (guard, here))
            self.make(Kind.STORE, 0, (address, op.args[-1]), object=_bank_name(memory, number), guard=guard)

    def choose(self, bank: int, lanes: list[int], width: int) -> int:
        """A balanced tree of selects on the bits of the bank number."""
        bit = 0
        while len(lanes) > 1:
            choice = self.make(Kind.SLICE, 1, (bank,), value=bit)
            lanes = [
                self.make(Kind.SELECT, width, (choice, lanes[k + 1], lanes[k])) if k + 1 < len(lanes) else lanes[k]
                for k in range(0, len(lanes), 2)
            ]
            bit += 1
        return lanes[0]

    def locate(self, memory: Memory, index: list[int]) -> tuple[int, int]:
        """The ids of the bank number and of the address inside the bank."""
        bank, banks = self.const(0, 1), 1
        address, depth = self.const(0, 1), 1
        for dim, extent in enumerate(memory.shape):
            inner, outer = self.split(memory, dim, index[dim])
            factor, rows = _factor(memory, dim), _bank_extent(memory, dim, extent)
            bank, banks = self.combine(bank, banks, outer, factor), banks * factor
            address, depth = self.combine(address, depth, inner, rows), depth * rows
        return bank, address

    def combine(self, high: int, high_count: int, low: int, low_count: int) -> int:
        """high * low_count + low, in as many bits as the counts need."""
        if low_count == 1:
            return high
        width = _width(high_count * low_count)
        if high_count == 1:
            return self.resize(low, width)
        scaled = self.make(Kind.MUL, width, (self.resize(high, width), self.const(low_count, width)))
        return self.make(Kind.ADD, width, (scaled, self.resize(low, width)))

    def split(self, memory: Memory, dim: int, index: int) -> tuple[int, int]:
        """(address part, bank part) of an index along `dim`."""
        factor, rows = _factor(memory, dim), _bank_extent(memory, dim, memory.shape[dim])
        zero = self.const(0, 1)
        if factor == 1:
            return index, zero
        if rows == 1:
            return zero, index
        width = self.edit.ops[index].width
        cyclic = next(p for p in memory.partitions if p.dim == dim).style == "cyclic"
        by = self.const(factor if cyclic else rows, width)
        known = self.edit.ops[index]
        if known.kind is Kind.CONST:
            quotient, rest = divmod(known.value, self.edit.ops[by].value)
            quotient, rest = self.const(quotient, width), self.const(rest, width)
        else:
            quotient = self.make(Kind.UDIV, width, (index, by))
            rest = self.make(Kind.UREM, width, (index, by))
        return (quotient, rest) if cyclic else (rest, quotient)

    # ---- placing

    def make(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        known = [self.edit.ops[arg] for arg in args]
        if kind in (Kind.ADD, Kind.MUL) and all(op.kind is Kind.CONST for op in known):
            a, b = (op.value for op in known)
            return self.const(a + b if kind is Kind.ADD else a * b, width)
        id = self.edit.make(kind, width, args, loc=self.loc, **more)
        self.placed.append(id)
        return id

    def const(self, value: int, width: int) -> int:
        if (value, width) not in self.consts:
            id = self.consts[value, width] = self.edit.const(value, width)
            self.placed.append(id)
        return self.consts[value, width]

    def resize(self, id: int, width: int) -> int:
        op = self.edit.ops[id]
        if op.width == width:
            return id
        if op.kind is Kind.CONST:
            return self.const(op.value, width)
        return self.make(Kind.SLICE if op.width > width else Kind.ZEXT, width, (id,))


def _width(count: int) -> int:
    return max(1, (count - 1).bit_length())


def _factor(memory: Memory, dim: int) -> int:
    return next((p.factor for p in memory.partitions if p.dim == dim), 1)


def _bank_extent(memory: Memory, dim: int, extent: int) -> int:
    return -(-extent // _factor(memory, dim))


def _bank_count(memory: Memory) -> int:
    count = 1
    for dim in range(len(memory.shape)):
        count *= _factor(memory, dim)
    return count


def _bank_name(memory: Memory, bank: int) -> str:
    return f"{memory.name}_b{bank}" if memory.partitions and not _joined(memory) else memory.name


def _joined(memory: Memory) -> bool:
    return memory.rom and any(p.reshape for p in memory.partitions)


def _homes(memory: Memory) -> Iterator[tuple[int, int]]:
    """(bank, address) of every element, in row-major order."""
    places = []  # per dimension, of every position along it: (bank, address)
    for dim, extent in enumerate(memory.shape):
        factor, rows = _factor(memory, dim), _bank_extent(memory, dim, extent)
        style = next((p.style for p in memory.partitions if p.dim == dim), "cyclic")
        cyclic = style == "cyclic"
        along = [(x % factor, x // factor) if cyclic else divmod(x, rows) for x in range(extent)]
        places.append([(bank, factor, address, rows) for bank, address in along])
    for element in product(*places):
        bank = address = 0
        for outer, factor, inner, rows in element:
            bank, address = bank * factor + outer, address * rows + inner
        yield bank, address
