"""Splits arrays into banks as ARRAY_PARTITION says and joins ROM lanes into words as ARRAY_RESHAPE says.

Afterwards every memory has one dimension and every access one address. Of an index that is a linear form, `4 * i + 1`
or a counter in steps of 4, the bank is known: the access touches that bank alone. Otherwise it becomes a select over
the banks that are possible, or a guard on the store of each. A reshaped array that is written is kept as banks: the
same ports, separate words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from hlsgen.hls.cdfg.affine import Forms, Linear
from hlsgen.hls.cdfg.congruence import Residue, residues
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Editor, Function, Kind, Memory, MemoryDependence, Op
from hlsgen.hls.passes.known_ranges import known_ranges


def bank_memories(function: Function) -> Function:
    """The same function with one-dimensional memories only."""
    return _Banking(function).run()


@dataclass(frozen=True, slots=True)
class _Bank:
    """The bank of an access: one of `numbers`, in order; `id` is the value that says which, None where there is one."""

    numbers: tuple[int, ...]
    id: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an index along one dimension leads: `address` is the id of its place inside the bank."""

    bank: _Bank
    address: int


class _Banking:
    def __init__(self, function: Function) -> None:
        self.function = function = _whole_where_undivided(function)
        self.edit = Editor(function)
        self.placed: list[int] = []
        self.consts: dict[tuple[int, int], int] = {}  # (value, width) -> the constant, in this block
        self.loc = function.loc
        self.memories: dict[str, Memory] = {}
        self.ranges: dict[int, tuple[int, int]] = {}
        self.residues: dict[int, Residue] = {}
        if any(memory.partitions for memory in function.memories.values()):
            self.ranges = known_ranges(function)
            self.residues = residues(function, self.ranges)

    def run(self) -> Function:
        for memory in self.function.memories.values():
            self.add_banks(memory)
        for label, block in self.function.blocks.items():
            self.placed, self.consts = [], {}
            accesses = [op for id in block.ops if (op := self.function.ops[id]).kind in MEMORY_KINDS]
            split = [op for op in accesses if self.function.memories[op.object].partitions]
            forms = Forms(self.function, label, (i for op in split for i in _index(op)), self.ranges, inductions=False)
            for id in block.ops:
                op = self.edit.resolved(self.edit.ops[id])
                if op.kind in MEMORY_KINDS:
                    self.loc = op.loc
                    memory = self.function.memories[op.object]
                    places = [
                        self.locate(memory, dim, index, original, forms)
                        for dim, (index, original) in enumerate(
                            zip(_index(op), _index(self.function.ops[id]), strict=True)
                        )
                    ]
                    self.access(op, memory, places)
                else:
                    self.edit.ops[id] = op
                    self.placed.append(id)
            self.edit.order[label] = self.placed
        loops = {
            header: replace(loop, dependences=self.spread(loop.dependences))
            for header, loop in self.function.loops.items()
        }
        return self.edit.finish(memories=self.memories, loops=loops)

    def spread(self, dependences: tuple[MemoryDependence, ...]) -> tuple[MemoryDependence, ...]:
        """What was said of an array holds for each of its banks."""
        return tuple(
            replace(dependence, memory=bank)
            for dependence in dependences
            if dependence.memory in self.function.memories  # nothing may be left of it
            for bank in _bank_names(self.function.memories[dependence.memory])
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

    def access(self, op: Op, memory: Memory, places: list[_Place]) -> None:
        bank, address = self.joined(memory, places)
        if op.kind is Kind.LOAD:
            self.edit.redirect(op.id, self.load(op, memory, bank, address))
        else:
            self.store(op, memory, bank, address)

    def load(self, op: Op, memory: Memory, bank: _Bank, address: int) -> int:
        if _joined(memory):
            word = self.make(Kind.LOAD, self.memories[memory.name].width, (address,), object=memory.name, name=op.name)
            lanes = {
                number: self.make(Kind.SLICE, memory.width, (word,), value=number * memory.width)
                for number in bank.numbers
            }
            return self.choose(bank, lanes, memory.width)
        guard = op.guard if len(bank.numbers) == 1 else None
        lanes = {
            number: self.make(
                Kind.LOAD, memory.width, (address,), object=_bank_name(memory, number), guard=guard, name=op.name
            )
            for number in bank.numbers
        }
        return self.choose(bank, lanes, memory.width)

    def store(self, op: Op, memory: Memory, bank: _Bank, address: int) -> None:
        for number in bank.numbers:
            guard = op.guard
            if bank.id is not None:
                here = self.make(Kind.ICMP, 1, (bank.id, self.const(number, self.width(bank.id))), predicate="eq")
                guard = here if guard is None else self.make(Kind.AND, 1, (guard, here))
            self.make(Kind.STORE, 0, (address, op.args[-1]), object=_bank_name(memory, number), guard=guard)

    def choose(self, bank: _Bank, lanes: dict[int, int], width: int) -> int:
        """A balanced tree of selects on the bits of the bank number, as far as the banks differ in them."""
        bit = 0
        while len(lanes) > 1:
            assert bank.id is not None
            joined: dict[int, int] = {}
            choice = None
            for number, lane in sorted(lanes.items()):
                if number >> 1 not in joined:
                    joined[number >> 1] = lane
                    continue
                if choice is None:
                    choice = self.make(Kind.SLICE, 1, (bank.id,), value=bit)
                joined[number >> 1] = self.make(Kind.SELECT, width, (choice, lane, joined[number >> 1]))
            lanes = joined
            bit += 1
        return next(iter(lanes.values()))

    def joined(self, memory: Memory, places: list[_Place]) -> tuple[_Bank, int]:
        """The bank and the address inside it, of the places along all dimensions."""
        numbers = [0]
        bank, banks = self.const(0, 1), 1
        address, depth = self.const(0, 1), 1
        for dim, (extent, place) in enumerate(zip(memory.shape, places, strict=True)):
            factor, rows = _factor(memory, dim), _bank_extent(memory, dim, extent)
            numbers = [high * factor + low for high in numbers for low in place.bank.numbers]
            part = place.bank.id
            if part is None:
                part = self.const(place.bank.numbers[0], _width(factor))
            bank, banks = self.combine(bank, banks, part, factor), banks * factor
            address, depth = self.combine(address, depth, place.address, rows), depth * rows
        return _Bank(tuple(numbers), bank if len(numbers) > 1 else None), address

    def combine(self, high: int, high_count: int, low: int, low_count: int) -> int:
        """high * low_count + low, in as many bits as the counts need."""
        if low_count == 1:
            return high
        width = _width(high_count * low_count)
        if high_count == 1:
            return self.resize(low, width)
        scaled = self.make(Kind.MUL, width, (self.resize(high, width), self.const(low_count, width)))
        return self.make(Kind.ADD, width, (scaled, self.resize(low, width)))

    # ---- indices

    def locate(self, memory: Memory, dim: int, index: int, original: int, forms: Forms) -> _Place:
        """Where an index along `dim` leads. original: the same index in the function as it was."""
        factor, rows = _factor(memory, dim), _bank_extent(memory, dim, memory.shape[dim])
        if factor == 1:
            return _Place(_Bank((0,), None), index)
        width = self.width(index)
        low, high = self.ranges.get(original, (0, (1 << width) - 1))
        if low < 0:
            low, high = 0, (1 << width) - 1
        high = min(high, memory.shape[dim] - 1)
        residue = self.residues.get(original, Residue(1, 0))
        form = forms.form[original]
        exact = forms.lifted(form, width + 1)
        if rows == 1:
            numbers = tuple(x for x in range(factor) if low <= x <= high and _holds(residue, x)) or (0,)
            return _Place(_Bank(numbers, index if len(numbers) > 1 else None), self.const(0, 1))
        if next(p for p in memory.partitions if p.dim == dim).style == "block":
            numbers = tuple(range(low // rows, high // rows + 1)) or (0,)
            split = forms.divided(exact, rows, width) if exact else None
            if split is not None:
                if not split[0].terms:
                    numbers = (split[0].constant % (1 << width),)
                quotient, rest = (self.build(part) for part in split)
            else:
                quotient, rest = self.divide(index, rows)
            return _Place(_Bank(numbers, quotient if len(numbers) > 1 else None), rest)
        return self.cyclic(index, factor, form, exact, residue)

    def cyclic(self, index: int, factor: int, form: Linear, exact: Linear | None, residue: Residue) -> _Place:
        """Bank: the index modulo the factor. A term that the factor divides, or whose symbol has a known rest, does not
        move the bank."""
        width = self.width(index)
        power = factor & (factor - 1) == 0
        if residue.modulus == 0:
            return _Place(_Bank((residue.rest % factor,), None), self.const(residue.rest // factor, width))
        whole = exact if exact is not None else form if power else None
        parts = self.multiples(whole, factor, width) if whole is not None else None
        if parts is not None:
            constant, terms = parts
            total = self.const(constant // factor, width)
            for value, times in terms:
                term = value if times == 1 else self.make(Kind.MUL, width, (value, self.const(times, width)))
                total = self.make(Kind.ADD, width, (total, term))
            return _Place(_Bank((constant % factor,), None), total)
        if residue.modulus % factor == 0:
            rest = residue.rest % factor
            return _Place(_Bank((rest,), None), self.quotient(index, factor, rest, width))
        numbers = tuple(x for x in range(factor) if _holds(residue.modulo(factor), x))
        quotient, rest_id = self.divide(index, factor)
        return _Place(_Bank(numbers, rest_id if len(numbers) > 1 else None), quotient)

    def multiples(self, form: Linear, factor: int, width: int) -> tuple[int, list[tuple[int, int]]] | None:
        """(constant, terms) of which the terms are what the form is beyond it, divided by the factor: (value, times).
        None when the rest of a term is not known."""
        constant, terms = form.constant, []
        for symbol, times in form.terms:
            known = self.residues.get(symbol, Residue(1, 0))
            sign = self.ranges.get(symbol, (0, 0))[0] < 0
            value = self.edit.resolve(symbol)
            if times % factor == 0:
                terms.append((self.extended(value, width, sign), times // factor))
            elif known.modulus and known.modulus % factor == 0 and not sign:
                rest = known.rest % factor
                constant += times * rest
                terms.append((self.quotient(value, factor, rest, width), times))
            else:
                return None
        return constant, terms

    def quotient(self, value: int, by: int, rest: int, width: int) -> int:
        """value / by, of a value that is `rest` modulo `by`: what is left of `by` when it is halved is inverted."""
        has = self.width(value)
        shift = (by & -by).bit_length() - 1
        odd = by >> shift
        if odd == 1:
            cut = self.make(Kind.SLICE, has - shift, (value,), value=shift) if shift < has else self.const(0, 1)
            return self.resize(cut, width) if shift else self.resize(value, width)
        value = self.make(Kind.SUB, has, (value, self.const(rest, has)))
        if shift:
            value = self.make(Kind.SLICE, has - shift, (value,), value=shift)
        bits = has - shift
        inverse = self.const(pow(odd, -1, 1 << bits), bits)
        return self.resize(self.make(Kind.MUL, bits, (value, inverse)), width)

    def divide(self, index: int, by: int) -> tuple[int, int]:
        """Quotient and remainder, in operations that later passes make cheap."""
        width = self.width(index)
        divisor = self.const(by, width)
        return self.make(Kind.UDIV, width, (index, divisor)), self.make(Kind.UREM, width, (index, divisor))

    def build(self, form: Linear) -> int:
        """A linear form of operations, in operations."""
        total = self.const(form.constant, form.width)
        for symbol, times in form.terms:
            sign = self.ranges.get(symbol, (0, 0))[0] < 0
            value = self.extended(self.edit.resolve(symbol), form.width, sign)
            term = value if times == 1 else self.make(Kind.MUL, form.width, (value, self.const(times, form.width)))
            total = self.make(Kind.ADD, form.width, (total, term))
        return total

    def extended(self, id: int, width: int, sign: bool) -> int:
        if self.width(id) < width and sign:
            return self.make(Kind.SEXT, width, (id,))
        return self.resize(id, width)

    # ---- placing

    def make(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        known = [self.edit.ops[arg] for arg in args]
        if kind in (Kind.ADD, Kind.MUL) and all(op.kind is Kind.CONST for op in known):
            a, b = (op.value for op in known)
            return self.const(a + b if kind is Kind.ADD else a * b, width)
        id = self.edit.make(kind, width, args, loc=self.loc, **more)
        self.placed.append(id)
        return id

    def width(self, id: int) -> int:
        return self.edit.ops[id].width

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


def _whole_where_undivided(function: Function) -> Function:
    """Without partitions that leave one bank, and those of arrays that go to a function with a module of its own, which
    has the ports of one memory."""
    passed = {actual for unit in function.units for actual in unit.bindings.values()}
    memories = {
        name: replace(memory, partitions=()) if name in passed or _bank_count(memory) == 1 else memory
        for name, memory in function.memories.items()
    }
    return replace(function, memories=memories)


def _index(op: Op) -> tuple[int, ...]:
    return op.args if op.kind is Kind.LOAD else op.args[:-1]


def _holds(residue: Residue, value: int) -> bool:
    return (value - residue.rest) % residue.modulus == 0 if residue.modulus else value == residue.rest


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


def _bank_names(memory: Memory) -> list[str]:
    banks = range(_bank_count(memory)) if memory.partitions and not _joined(memory) else [0]
    return [_bank_name(memory, bank) for bank in banks]


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
