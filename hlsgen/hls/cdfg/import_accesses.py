"""Loads and stores of a function under import: each names its memory, with one index per dimension, or its stream.

Through a pointer to one of several objects, each has a guarded load or store. So has each element that an access may
touch (`import_places.py`).
"""

from __future__ import annotations

from hlsgen.core.errors import InternalError
from hlsgen.hls.llvm import ir as llvm

from . import layout
from .import_body import Body
from .import_bursts import Bursts
from .import_objects import Objects, stream_name
from .import_offsets import FLAT_INDEX_BITS, index
from .import_places import Piece, fixed_pieces, guarded_pieces
from .import_pointers import Pointer, Pointers, Way
from .index_ranges import IndexRanges
from .ir import Kind, Memory

_WIDE_INDEX_BITS = 32  # how far a pointer reaches, and how far the words of a stream are counted


class Accesses:
    def __init__(self, body: Body, objects: Objects, pointers: Pointers, ranges: IndexRanges, bursts: Bursts) -> None:
        self.body, self.objects, self.pointers, self.ranges, self.bursts = body, objects, pointers, ranges, bursts

    def pieces(self, pointer: Pointer, type: llvm.Type) -> list[Piece]:
        """The elements that an access of `type` touches; none where it is of the bytes between members."""
        leaves = self.objects.leaves[pointer.object]
        size = -(-self.body.bits(type) // 8)
        if layout.steps_over(leaves, pointer.address, pointer.object in self.objects.single):
            name = self.objects.pretty[pointer.object]
            raise self.body.refuse(
                f"how many elements {name!r} has is not known",
                "give a constant extent, as in x[64]; "
                f"an argument in memory: INTERFACE m_axi port={name} depth=<elements>",
            )
        found = layout.find_leaf(leaves, pointer.address, self.ranges.of)
        if found is not None and self.body.bits(type) in (found[0].bits, 8 * found[0].kept_bytes):
            return [Piece(found[0], tuple(found[1]), 0)]
        pieces = fixed_pieces(leaves, pointer.address, size, self.ranges.of)
        if pieces is not None:
            return pieces
        pieces = guarded_pieces(self.body, leaves, pointer.address, size, self.ranges.of)
        if not pieces:
            name = self.objects.pretty[pointer.object]
            raise self.body.refuse(
                f"an access of {type} whose place in {name!r} is not clear",
                "access whole elements, and give arrays in structs indices of known range, or names of their own",
            )
        return pieces

    def place(self, pointer: Pointer, piece: Piece) -> tuple[Memory, tuple[int, ...]]:
        leaf = piece.leaf
        memory = self.objects.memories[self.objects.memory_name(pointer.object, leaf)]
        widths = [max(1, (extent - 1).bit_length()) for extent, _ in leaf.dims]
        if len(memory.shape) > len(leaf.dims):
            widths = [FLAT_INDEX_BITS]  # which dimension its parts belong to is seen later, from all of it
        if (memory.bus or memory.word) and widths:
            widths[0] = _WIDE_INDEX_BITS
        return memory, tuple(index(self.body, each, width) for each, width in zip(piece.index, widths, strict=True))

    def element(self, pointer: Pointer, piece: Piece, guard: int | None, name: str) -> int:
        """A word of memory with all the bits that it is kept in. On a bus, only those of the number mean something."""
        memory, at = self.place(pointer, piece)
        word = self.body.op(Kind.LOAD, memory.width, at, object=memory.name, guard=guard, name=name)
        bits, signed = self.objects.number_in(memory)
        word = self.slice(word, 0, min(bits, memory.width))
        width = max(8 * piece.leaf.kept_bytes, memory.width)
        if width == self.body.ops[word].width:
            return word
        return self.body.op(Kind.SEXT if signed else Kind.ZEXT, width, (word,))

    def load_pieces(self, pointer: Pointer, pieces: list[Piece], i: llvm.Instruction, guard: int | None) -> int:
        """Of pieces that are always touched a row, of others one or what several are together."""
        width = self.body.bits(i.type)
        size = -(-width // 8)
        rows: list[int] = []
        parts: list[tuple[int, int]] = []
        for piece in pieces:
            word = self.element(pointer, piece, self.body.both(guard, piece.guard), i.result or "")
            first, end = piece.overlap(size)
            part = self.slice(word, 8 * (first - piece.start), 8 * (end - first))
            if piece.guard is None:
                parts.append((8 * first, part))
            else:
                row = self.body.image([(8 * first, part)], 8 * size)
                rows.append(self.body.op(Kind.SELECT, 8 * size, (piece.guard, row, self.body.const(0, 8 * size))))
        if parts or not rows:
            rows.append(self.body.image(parts, 8 * size))
        total = rows[0]
        for row in rows[1:]:
            total = self.body.op(Kind.OR, 8 * size, (total, row))
        return self.slice(total, 0, width)

    def store_piece(self, pointer: Pointer, piece: Piece, value: int, size: int, guard: int | None) -> None:
        """What of `value`, `size` bytes, belongs to the piece: all of an element, or some bytes in it."""
        guard = self.body.both(guard, piece.guard)
        first, end = piece.overlap(size)
        bits = piece.leaf.bits
        if first == piece.start and 8 * (end - first) >= bits:
            word = self.slice(value, 8 * first, bits)
        else:
            part = self.slice(value, 8 * first, 8 * (end - first))
            low, high = 8 * (first - piece.start), 8 * (end - piece.start)
            old = self.element(pointer, piece, guard, "")
            kept = 8 * piece.leaf.kept_bytes
            below = [(0, self.slice(old, 0, low))] if low else []
            above = [(high, self.slice(old, high, kept - high))] if high < kept else []
            word = self.slice(self.body.image([*below, (low, part), *above], kept), 0, bits)
        memory, at = self.place(pointer, piece)
        self.body.op(Kind.STORE, 0, (*at, word), object=memory.name, guard=guard)

    def slice(self, value: int, lsb: int, width: int) -> int:
        if lsb == 0 and self.body.ops[value].width == width:
            return value
        return self.body.op(Kind.SLICE, width, (value,), value=lsb)

    def load(self, i: llvm.Instruction) -> int:
        """A word from where a pointer points: of several objects, one is read."""
        ways = self.pointers.followed(i.operands[0])
        self.refuse_pointer(i.type, ways)
        values = [(taken, self.load_from(pointer, i, taken)) for taken, pointer in ways]
        value = values[0][1]
        for taken, other in values[1:]:
            assert taken is not None
            value = self.body.op(Kind.SELECT, self.body.ops[value].width, (taken, other, value))
        return value

    def load_from(self, pointer: Pointer, i: llvm.Instruction, guard: int | None) -> int:
        name = i.result or ""
        if pointer.object in self.bursts.channels:
            return self.bursts.load(pointer, guard, name)
        if pointer.object not in self.objects.infos:
            pieces = self.pieces(pointer, i.type)
            width = self.body.bits(i.type)
            if len(pieces) == 1 and pieces[0].guard is None and pieces[0].start == 0 and pieces[0].leaf.bits == width:
                memory, at = self.place(pointer, pieces[0])
                if self.objects.number_in(memory)[0] >= memory.width:
                    return self.body.op(Kind.LOAD, memory.width, at, object=memory.name, guard=guard, name=name)
            return self.load_pieces(pointer, pieces, i, guard)
        member, streams = self.streams_at(pointer)
        word: int | None = None
        for stream, chosen in streams:
            if member == "raw":
                taken, width = self.body.both(guard, chosen), self.objects.streams[stream].width
                raw = self.body.op(Kind.READ, width, object=stream, guard=taken, name=name)
            else:
                raw = self.body.op(Kind(member), 1, object=stream, name=name)
            if word is not None and chosen is not None:
                raw = self.body.op(Kind.SELECT, self.body.ops[raw].width, (chosen, raw, word))
            word = raw
        assert word is not None
        wide = self.body.bits(i.type)
        return word if wide == self.body.ops[word].width else self.body.op(Kind.ZEXT, wide, (word,))

    def store(self, i: llvm.Instruction) -> None:
        ways = self.pointers.followed(i.operands[1])
        self.refuse_pointer(i.operands[0].type, ways)
        value = self.body.value(i.operands[0])
        for taken, pointer in ways:
            self.store_to(pointer, i.operands[0].type, value, taken)

    def refuse_pointer(self, type: llvm.Type, ways: tuple[Way, ...]) -> None:
        """Memories hold numbers."""
        if isinstance(type, llvm.PtrType):
            name = self.objects.pretty.get(ways[0][1].object, ways[0][1].object)
            raise self.body.refuse(f"a pointer is kept in the variable {name!r}", "keep an index of the array in it")

    def store_to(self, pointer: Pointer, type: llvm.Type, value: int, guard: int | None) -> None:
        if pointer.object in self.bursts.channels:
            self.bursts.store(pointer, value, guard)
            return
        if pointer.object not in self.objects.infos:
            pieces = self.pieces(pointer, type)
            width = self.body.bits(type)
            size = -(-width // 8)
            if width % 8 and pieces and pieces[0].leaf.bits != width:
                value = self.body.op(Kind.ZEXT, 8 * size, (value,))
            for piece in pieces:
                self.store_piece(pointer, piece, value, size, guard)
            return
        member, streams = self.streams_at(pointer)
        if member != "raw":
            raise InternalError(f"a store to {member} of {pointer.object}", self.body.source)
        for stream, chosen in streams:
            word = self.body.resize(value, self.objects.streams[stream].width)
            self.body.op(Kind.WRITE, 0, (word,), object=stream, guard=self.body.both(guard, chosen))

    def streams_at(self, pointer: Pointer) -> tuple[str, list[tuple[str, int | None]]]:
        """What of a stream an address means: "raw", "readable", "writable"; which of its array, with guards."""
        info = self.objects.infos[pointer.object]
        first, offset = divmod(pointer.address.constant, info.size_bytes)
        member = {info.offset_raw: "raw", info.offset_readable: "readable", info.offset_writable: "writable"}[offset]
        if not pointer.address.terms and 0 <= first < info.count:
            return member, [(stream_name(info, first), None)]
        low, high = (each // info.size_bytes for each in layout.span(pointer.address, self.ranges.of))
        numbers = range(max(low, 0), min(high, info.count - 1) + 1)
        if not numbers or any(scale % info.size_bytes for scale, _ in pointer.address.terms):
            raise self.body.refuse(
                f"which stream of the array {pointer.object!r} is meant is not clear",
                "index the array with numbers that it has",
            )
        terms = tuple((scale // info.size_bytes, value) for scale, value in pointer.address.terms)
        at = index(self.body, layout.Address(first, terms), FLAT_INDEX_BITS)
        return member, [(stream_name(info, number), self.is_number(at, number)) for number in numbers]

    def is_number(self, value: int, number: int) -> int:
        return self.body.op(Kind.ICMP, 1, (value, self.body.const(number, FLAT_INDEX_BITS)), predicate="eq")
