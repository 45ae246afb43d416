"""Elements behind an AXI master that are structs or vectors are read and written in words, where all of one is touched.

Before it every scalar of an element has an access of its own, and the members of structs are memories whose elements
have gaps between them. Afterwards words lie one behind the other, which makes bursts. A word has as many bytes as the
element, or the largest power of two that divides these. What is written has to be whole words: bytes that C++ does not
write stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hlsgen.hls.cdfg.affine import Forms
from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Memory, Op
from hlsgen.hls.cdfg.semantics import signed
from hlsgen.hls.passes.known_ranges import known_ranges

_LARGEST_BYTES = 128
_INDEX_BITS = 32  # signed
_ADDRESS_BITS = 64

_LINEAR = frozenset((
    Kind.ADD, Kind.SUB, Kind.MUL, Kind.SHL, Kind.OR, Kind.XOR, Kind.CONCAT, Kind.ZEXT, Kind.SEXT, Kind.SLICE, Kind.COPY,
))  # fmt: skip

Terms = tuple[tuple[int, int], ...]  # (operation, how many words each of it is)


def join_members(function: Function) -> Function:
    """The function with one memory for each argument behind a bus whose elements can be joined."""
    arguments = dict.fromkeys(memory.argument for memory in function.memories.values() if memory.bus)
    for argument in arguments:
        members = [m for m in function.memories.values() if m.bus and m.argument == argument]
        if (whole := _whole(members, function)) is not None:
            function = _Joining(function, whole, {m.name: m for m in members}).run() or function
    return function


def _whole(members: list[Memory], function: Function) -> Memory | None:
    """The memory of words, if the elements have several scalars."""
    first = members[0]
    size = first.element_bytes
    word = min(size & -size, _LARGEST_BYTES)
    inside = all(m.offset_bytes % word + m.width // 8 <= word and m.strides_bytes for m in members)
    if not size or not inside or (len(members) == 1 and first.width == 8 * word) or first.argument in function.memories:
        return None
    words = first.shape[0] * first.strides_bytes[0] // word
    return replace(first, name=first.argument, width=8 * word, shape=(words,), offset_bytes=0, strides_bytes=(word,))


@dataclass(frozen=True, slots=True)
class _Place:
    """Bytes from `low` on of the word at `constant` + the sum of terms."""

    terms: Terms
    constant: int
    low: int


@dataclass
class _Joining:
    function: Function
    whole: Memory
    members: dict[str, Memory]
    gains: bool = False  # fewer accesses, or all words of an element in a row
    _growth: dict[int, int] = field(default_factory=dict)
    _ranges: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.edit = Editor(self.function)

    def run(self) -> Function | None:
        """None where a word is written in part, or under a condition; and where nothing is gained."""
        self._ranges, self._growth = known_ranges(self.function), self.growth()
        if not all(self.block(label) for label in self.function.blocks):
            return None
        plain = all(m.strides_bytes == self.whole.strides_bytes for m in self.members.values())
        if not self.gains and not plain:
            return None
        loops = {
            header: replace(
                loop,
                dependences=tuple(
                    replace(d, memory=self.whole.name) if d.memory in self.members else d for d in loop.dependences
                ),
            )
            for header, loop in self.function.loops.items()
        }
        memories = {name: m for name, m in self.function.memories.items() if name not in self.members}
        return self.edit.finish(loops=loops, memories={**memories, self.whole.name: self.whole})

    def block(self, label: str) -> bool:
        ops = self.function.ops
        accesses = [
            ops[id]
            for id in self.function.blocks[label].ops
            if ops[id].kind in (Kind.LOAD, Kind.STORE) and ops[id].object in self.members
        ]
        indices = [arg for op in accesses for arg in op.args[: len(self.members[op.object].strides_bytes)]]
        forms = Forms(self.function, label, indices, self._ranges, inductions=False)
        order: list[int] = []
        words: dict[tuple[Terms, int], int] = {}  # of a place -> what is in it, as long as nothing is stored
        stored: dict[tuple[Terms, int], dict[int, int]] = {}  # of a place -> byte in it -> value that is written
        mine, found = {op.id for op in accesses}, list[_Place]()
        for id in self.function.blocks[label].ops:
            op = ops[id]
            if id not in mine:
                order.append(id)
                continue
            place = self.place(op, forms)
            if op.guard is not None or place is None or (stored and op.kind is Kind.LOAD):
                return False
            found.append(place)
            key = place.terms, place.constant
            if op.kind is Kind.LOAD:
                if key in words:
                    self.gains = True
                else:
                    index = self.index(place, op, order)
                    words[key] = self.edit.make(
                        Kind.LOAD, self.whole.width, (index,), object=self.whole.name, loc=op.loc, name=op.name
                    )
                    order.append(words[key])
                part = self.edit.make(Kind.SLICE, op.width, (words[key],), value=8 * place.low)
                order.append(part)
                self.edit.redirect(id, part)
                continue
            words = {}
            if any(terms != place.terms for terms, _ in stored) or place.low in stored.get(key, {}):
                return False  # the other word may be the same
            parts = stored.setdefault(key, {})
            parts[place.low] = op.args[-1]
            if sum(ops[value].width for value in parts.values()) == self.whole.width:
                index = self.index(place, op, order)
                values = tuple(parts[low] for low in sorted(parts, reverse=True))
                word = self.edit.make(Kind.CONCAT, self.whole.width, values) if len(values) > 1 else values[0]
                store = self.edit.make(Kind.STORE, 0, (index, word), object=self.whole.name, loc=op.loc)
                order += [*([word] if len(values) > 1 else []), store]
                self.gains |= len(parts) > 1
                del stored[key]
        row = range(self.whole.element_bytes // (self.whole.width // 8))
        touched = {(place.terms, place.constant) for place in found}
        self.gains |= len(row) > 1 and any(all((t, c + k) in touched for k in row) for t, c in touched)
        self.edit.order[label] = order
        return not stored

    def place(self, op: Op, forms: Forms) -> _Place | None:
        """Where an access lies, None when that is no fixed place in a word."""
        memory, word = self.members[op.object], self.whole.width // 8
        constant, terms = memory.offset_bytes, dict[int, int]()
        for number, (index, stride) in enumerate(zip(op.args, memory.strides_bytes, strict=False)):
            form = forms.form[index] if number else forms.lifted(forms.form[index], _INDEX_BITS)
            if not number and stride < word and self._growth[index] >= 1 << _INDEX_BITS - 2:
                return None  # the quotient below is not that of a factor that has wrapped around
            if form is None or (number and forms.lifted(form, _ADDRESS_BITS) != replace(form, width=_ADDRESS_BITS)):
                return None
            half = 1 << form.width - 1
            constant += stride * (form.constant - 2 * half if form.constant >= half and not number else form.constant)
            for symbol, factor in form.terms:
                terms[symbol] = terms.get(symbol, 0) + stride * factor
        low = constant % word
        if any(factor % word for factor in terms.values()) or low + memory.width // 8 > word:
            return None
        found = sorted((symbol, factor // word) for symbol, factor in terms.items())
        return _Place(tuple(found), constant // word, low)

    def growth(self) -> dict[int, int]:
        """How large the factors of values may be in the form of a value, before they are taken modulo anything."""
        found: dict[int, int] = {}
        for op in self.function.in_order():
            args = [found[arg] for arg in op.args] if op.kind in _LINEAR else []
            match op.kind:
                case Kind.CONST:
                    found[op.id] = abs(signed(op.value, op.width))
                case Kind.MUL:
                    found[op.id] = args[0] * args[1]
                case Kind.SHL:
                    found[op.id] = args[0] << min(args[1], _INDEX_BITS)
                case Kind.CONCAT:
                    widths = [self.function.ops[arg].width for arg in op.args]
                    found[op.id] = sum(each << sum(widths[k + 1 :]) for k, each in enumerate(args))
                case _:
                    found[op.id] = sum(args) or 1
            found[op.id] = min(found[op.id], 1 << _INDEX_BITS)
        return found

    def index(self, place: _Place, like: Op, order: list[int]) -> int:
        """The number of the word: operations in front of the access."""

        def op(kind: Kind, *args: int, **more: object) -> int:
            order.append(self.edit.make(kind, _INDEX_BITS, args, loc=like.loc, **more))
            return order[-1]

        def const(value: int) -> int:
            return op(Kind.CONST, value=value & (1 << _INDEX_BITS) - 1)

        total: int | None = None
        for symbol, factor in place.terms:
            width = self.edit.ops[symbol].width
            value = symbol
            if width != _INDEX_BITS:
                negative = self._ranges.get(symbol, (0, 0))[0] < 0
                wider = Kind.SEXT if negative else Kind.ZEXT
                value = op(Kind.SLICE if width > _INDEX_BITS else wider, symbol)
            if factor != 1:
                value = op(Kind.MUL, value, const(factor))
            total = value if total is None else op(Kind.ADD, total, value)
        if total is None:
            return const(place.constant)
        return op(Kind.ADD, total, const(place.constant)) if place.constant else total
