"""Loads and stores of a function under import: each names its memory, with one index per dimension, or its stream.

Through a pointer to one of several objects, each has a guarded load or store.
"""

from __future__ import annotations

from hlsgen.core.errors import InternalError
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import size_bytes

from . import layout
from .import_body import Body
from .import_objects import Objects, stream_name
from .import_offsets import FLAT_INDEX_BITS, index
from .import_pointers import Pointer, Pointers
from .index_ranges import IndexRanges
from .ir import Kind, Memory

_BUS_INDEX_BITS = 32  # how far a pointer reaches, in elements


class Accesses:
    def __init__(self, body: Body, objects: Objects, pointers: Pointers, ranges: IndexRanges) -> None:
        self.body, self.objects, self.pointers, self.ranges = body, objects, pointers, ranges

    def access(self, pointer: Pointer, type: llvm.Type) -> tuple[Memory, tuple[int, ...]]:
        found = layout.find_leaf(self.objects.leaves[pointer.object], pointer.address, self.ranges.of)
        if found is None:
            raise self.body.refuse(
                f"an access of {type} whose place in {pointer.object!r} is not clear",
                "access whole elements, and give arrays in structs indices of known range, or names of their own",
            )
        leaf, split = found
        kept_in = 8 * size_bytes(llvm.IntType(leaf.bits)) if leaf.bits <= 64 else -(-leaf.bits // 64) * 64
        if self.body.bits(type) not in (leaf.bits, kept_in):  # Clang reads and writes a _BitInt with what it lies in
            raise self.body.refuse(
                f"an access of {type} across elements of {pointer.object!r}", "access whole elements"
            )
        memory = self.objects.memories[self.objects.memory_name(pointer.object, leaf)]
        widths = [max(1, (extent - 1).bit_length()) for extent, _ in leaf.dims]
        if len(memory.shape) > len(leaf.dims):
            widths = [FLAT_INDEX_BITS]  # which dimension its parts belong to is seen later, from all of it
        if memory.bus and widths:
            widths[0] = _BUS_INDEX_BITS
        return memory, tuple(index(self.body, each, width) for each, width in zip(split, widths, strict=True))

    def load(self, i: llvm.Instruction) -> int:
        """A word from where a pointer points: of several objects, one is read."""
        ways = self.pointers.ways(i.operands[0])
        values = [(taken, self.load_from(pointer, i, taken)) for taken, pointer in ways]
        value = values[0][1]
        for taken, other in values[1:]:
            assert taken is not None
            value = self.body.op(Kind.SELECT, self.body.ops[value].width, (taken, other, value))
        return value

    def load_from(self, pointer: Pointer, i: llvm.Instruction, guard: int | None) -> int:
        name = i.result or ""
        if pointer.object not in self.objects.infos:
            memory, index = self.access(pointer, i.type)
            word = self.body.op(Kind.LOAD, memory.width, index, object=memory.name, guard=guard, name=name)
            width = self.body.bits(i.type)
            if width == memory.width:
                return word
            return self.body.op(Kind.SEXT if self.objects.is_signed(memory) else Kind.ZEXT, width, (word,))
        stream, member = self.stream_member(pointer)
        wide = self.body.bits(i.type)
        if member == "raw":
            raw = self.body.op(Kind.READ, self.objects.streams[stream].width, object=stream, name=name)
        else:
            raw = self.body.op(Kind(member), 1, object=stream, name=name)
        return raw if wide == self.body.ops[raw].width else self.body.op(Kind.ZEXT, wide, (raw,))

    def store(self, i: llvm.Instruction) -> None:
        value = self.body.value(i.operands[0])
        for taken, pointer in self.pointers.ways(i.operands[1]):
            self.store_to(pointer, i.operands[0].type, value, taken)

    def store_to(self, pointer: Pointer, type: llvm.Type, value: int, guard: int | None) -> None:
        if pointer.object not in self.objects.infos:
            memory, index = self.access(pointer, type)
            word = self.body.resize(value, memory.width)
            self.body.op(Kind.STORE, 0, (*index, word), object=memory.name, guard=guard)
            return
        stream, member = self.stream_member(pointer)
        if member != "raw":
            raise InternalError(f"a store to {member} of {stream}", self.body.source)
        self.body.op(Kind.WRITE, 0, (self.body.resize(value, self.objects.streams[stream].width),), object=stream)

    def stream_member(self, pointer: Pointer) -> tuple[str, str]:
        """Which stream of its array an address means, and what of it: "raw", "readable", "writable"."""
        info = self.objects.infos[pointer.object]
        number, offset = divmod(pointer.address.constant, info.size_bytes)
        if pointer.address.terms or not 0 <= number < info.count:
            raise self.body.refuse(
                f"which stream of the array {pointer.object!r} is meant is known at run time only",
                "unroll the loop around it, or use an `if` or `switch` around accesses with constant indices",
            )
        members = {info.offset_raw: "raw", info.offset_readable: "readable", info.offset_writable: "writable"}
        return stream_name(info, number), members[offset]
