"""What a function under import has: its arrays as memories, one for each scalar of an element, and its streams."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import leaves as scalars
from hlsgen.hls.llvm.layout import size_bytes

from . import layout
from .import_body import Body
from .import_offsets import gep_offsets
from .ir import Kind, Memory, Stream, StreamField


class Objects:
    """By what pointers call them: allocas and parameters by their names in LLVM, and globals."""

    def __init__(self, body: Body, front: llvm.FrontEnd, divided_arrays: frozenset[str]) -> None:
        self.body, self.front, self.divided_arrays = body, front, divided_arrays
        self.leaves: dict[str, list[layout.Leaf]] = {}
        self.stored: dict[tuple[str, str], tuple[int, bool]] = {}  # (argument, path of a scalar) -> (bits, signed)
        self.single: set[str] = set()  # arguments that point to one element
        self.pretty: dict[str, str] = {}  # memories by what messages call them
        self.buses: dict[str, str] = {}  # m_axi argument -> bundle
        self.memories: dict[str, Memory] = {}
        self.streams: dict[str, Stream] = {}
        self.infos = {info.name: info for info in front.streams if info.function == body.source.name}

    def alloca(self, i: llvm.Instruction) -> None:
        name = self.body.name_of(i)
        if name in self.infos:
            self.add_stream(name)
            return
        assert i.source_type is not None
        self.add_memory(name, name, i.source_type, None, rom=False)

    def add_stream(self, name: str) -> None:
        """A stream, or every one of an array of them."""
        info = self.infos[name]
        if name in {param.name for param in self.body.source.params}:  # how many of an array it gets, its uses tell
            info = self.infos[name] = replace(info, count=max(info.count, self.streams_used(info)))
        fields = tuple(StreamField(field.name, field.width, field.lsb) for field in info.fields)
        for number in range(info.count):
            each = stream_name(info, number)
            self.streams[each] = Stream(each, info.element_bits, "", fields, name, loc=self.body.loc)

    def streams_used(self, info: llvm.StreamInfo) -> int:
        farthest = 0
        for i in self.body.made.values():
            mine = i.opcode == "getelementptr" and i.operands[0] == llvm.Local(info.name, i.operands[0].type)
            if mine and all(isinstance(operand, llvm.Const) for operand in i.operands[1:]):
                farthest = max(farthest, sum(gep_offsets(i)))
            elif mine:
                return info.reach
        return 1 + farthest // info.size_bytes

    def add_memory(self, key: str, pretty: str, type: llvm.Type, image: bytearray | None, rom: bool) -> None:
        """One memory for each scalar leaf of `type`; `key` is what pointers call it. image: its bytes at first."""
        wholes = layout.leaves(layout.canonical(type))
        self.leaves[key] = [self.seen(key, leaf) for leaf in wholes]
        self.pretty[key] = self.unique(pretty)  # functions that were inlined may have tables of one name
        for leaf, whole in zip(self.leaves[key], wholes, strict=True):
            name = self.memory_name(key, leaf)
            words = None
            if image is not None:
                mask, size = (1 << leaf.bits) - 1, -(-leaf.bits // 8)
                words = tuple(int.from_bytes(image[at : at + size], "little") & mask for at in leaf.offsets())
            extents = tuple(extent for extent, _ in whole.dims)
            shape = self.shape(key, leaf, whole)
            self.memories[name] = Memory(
                name, leaf.bits, shape, words, rom, variable=key, extents=extents, loc=self.body.loc
            )

    def unique(self, pretty: str) -> str:
        taken = set(self.pretty.values())
        names = (pretty, *(f"{pretty}_{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def seen(self, key: str, leaf: layout.Leaf) -> layout.Leaf:
        """A scalar of the array `key` as accesses see it: elements in a row are counted through, if all are."""
        one = layout.in_one(leaf)
        return leaf if key in self.divided_arrays and len(one.dims) > 1 else one

    def shape(self, key: str, seen: layout.Leaf, whole: layout.Leaf) -> tuple[int, ...]:
        """The dimensions of the memory: where a pragma divides them, those of C++."""
        return tuple(extent for extent, _ in (whole if key in self.divided_arrays else seen).dims)

    def memory_name(self, key: str, leaf: layout.Leaf) -> str:
        return f"{self.pretty[key]}{leaf.path}"

    def add_global(self, name: str) -> None:
        if any(info.name == name and not info.function for info in self.front.streams):
            raise self.body.refuse(f"{name!r} is a stream of the file", "pass it as an argument, or make it local")
        found = self.front.module.globals.get(name)
        if found is None or (not found.constant and found.initializer is None):
            raise self.body.refuse(f"{name!r} has no definition here", "define it in this file")
        type = layout.canonical(found.type)
        for i in self.body.made.values():  # where Clang lost the shape, the code that indexes it knows
            if i.opcode == "getelementptr" and i.operands[0] == llvm.GlobalRef(name, llvm.PtrType()):
                assert i.source_type is not None
                if isinstance(found.type, llvm.StructType):
                    type = layout.like(type, i.source_type)
                type = layout.wide(type, i.source_type)
        for d in self.front.directives:  # and so do pragmas
            if d.target == llvm.VariableTarget(name, is_global=True) and d.options.get("shape"):
                type = layout.shaped(type, [int(extent) for extent in str(d.options["shape"]).split("x")])
        image = None
        if found.initializer is not None:
            image = bytearray(size_bytes(found.type))
            for (offset, each), word in zip(scalars(found.type), _flatten(found.initializer), strict=True):
                size = size_bytes(each)
                image[offset : offset + size] = (word & (1 << 8 * size) - 1).to_bytes(size, "little")
        self.add_memory(name, found.pretty, type, image, rom=found.constant)

    def number_in(self, memory: Memory) -> tuple[int, bool]:
        """(bits, signed) of the numbers in a memory; C++ may keep them in wider integers."""
        path = memory.name.removeprefix(memory.argument)
        return self.stored.get((memory.argument, path), (memory.width, False))

    def finish_streams(self) -> dict[str, Stream]:
        streams = {}
        for stream in self.streams.values():
            kinds = {op.kind for op in self.body.ops.values() if op.object == stream.name}
            if stream.unit or (not kinds and stream.direction):
                streams[stream.name] = stream
                continue
            if not kinds:
                continue
            writes = bool(kinds & {Kind.WRITE, Kind.WRITABLE})
            if writes and kinds & {Kind.READ, Kind.READABLE}:
                raise UserError(
                    f"stream {stream.name!r} is both read and written by {self.body.source.pretty!r}",
                    where=self.body.source.loc,
                    do="use one stream for each direction",
                )
            direction = "out" if writes else "in"
            if stream.direction not in ("", direction):
                raise UserError(
                    f"{self.body.source.pretty!r} and a function that it calls are at the two ends of stream "
                    f"{stream.name!r}",
                    where=self.body.source.loc,
                    do="use DATAFLOW, or inline the function",
                )
            streams[stream.name] = replace(stream, direction=direction)
        return streams

    def named(self, directive: llvm.Directive) -> list[str]:
        """The memories that the variable of a directive became."""
        if not isinstance(directive.target, llvm.VariableTarget):
            return []
        key = directive.target.name
        return [self.memory_name(key, leaf) for leaf in self.leaves.get(key, [])]


def stream_name(info: llvm.StreamInfo, number: int) -> str:
    return info.name if info.count == 1 else f"{info.name}_{number}"


def _flatten(init: llvm.Initializer) -> list[int]:
    if isinstance(init, int):
        return [init]
    return [word for part in init for word in _flatten(part)]
