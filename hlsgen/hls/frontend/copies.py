"""memcpy and memset, which Clang makes of struct assignments and array initialisations, as typed loads and stores.

Structs are expanded before inlining, while their types are known, so that LLVM never moves them as one wide
integer. What is left after simplification (initialised arrays, mostly) becomes loops over the elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import constant_offset, field_offsets, leaves, size_bytes
from hlsgen.hls.llvm.reader import Body, Reader
from hlsgen.hls.llvm.text import Text

from . import edit

_STRAIGHT_MAX = 16  # scalars that are copied without a loop
_INTEGER_BYTES = 8  # copies of so many bytes LLVM makes one load and one store
_COPY = re.compile(r"  (?:tail )?call void @llvm\.mem(?:cpy|move|set)\.")
_PLAIN_NAME = re.compile(r"[-\w$.]+\Z")
_Mark = Callable[[int, Place], None]  # gets the line of a loop's branch, and where the copy stands


def expand_structs(reader: Reader) -> None:
    """Expands the copies of structs with few scalars, where it is known that they are."""
    for copy in _find(reader):
        if copy.is_struct and not copy.loops:
            copy.replace(reader.text, "struct")


def expand_known(text: Text, number_of: Callable[[Place], int]) -> bool:
    """Expands copies of structs, and of arrays from or to arguments: what is buffered shall stay buffered.

    Copies between local arrays, and from constants to them, are left to LLVM, which may do without. True when
    functions are still to be inlined. number_of: makes the loop of a copy, at its place, one of the source's loops.
    """
    is_long, nodes = False, edit.LoopNodes(text)

    def mark(line: int, loc: Place) -> None:
        nodes.attach(line, [], [f'!"hlsgen.loop", i32 {number_of(loc)}'])

    for copy in _find(Reader(text)):
        known = copy.pieces is not None and not copy.is_set and not copy.may_be_wide and not copy.is_table
        if known and (copy.is_of_argument or not copy.loops):
            copy.replace(text, "copy", mark)
            is_long |= copy.loops
    return is_long


def expand_rest(text: Text, elements: dict[tuple[str, str], ir.Type]) -> bool:
    """Expands every copy, long ones by functions of a loop, still to be inlined. False when there was none.

    `elements`: what the parameters (function, name) point at, as far as known.
    """
    found = _find(Reader(text), elements)
    for copy in found:
        copy.replace(text, "rest")
    return bool(found)


@dataclass(frozen=True, slots=True)
class _Copy:
    """One memcpy or memset of `size` bytes; `pieces`: what these are, as far as known: scalars and long arrays."""

    function: str
    line: int
    call: ir.Instruction
    places: tuple[str, ...]  # where to and where from, as text
    size: int
    pieces: list[tuple[int, ir.Type]] | None
    is_struct: bool
    is_of_argument: bool
    is_table: bool  # an array that LLVM may have no copy of, and cannot take for one integer

    @property
    def is_set(self) -> bool:
        return self.call.callee.startswith("llvm.memset.")

    @property
    def may_be_wide(self) -> bool:
        """Bytes of a struct: so Clang initialises numbers above 128 bits. What points at them may know better."""
        scalars = [leaf for _, type in self.pieces or () for _, leaf in leaves(type)]
        return self.is_struct and self.size > 16 and all(leaf == ir.IntType(8) for leaf in scalars)

    @property
    def loops(self) -> bool:
        return any(isinstance(type, ir.ArrayType) for _, type in self.pieces or ())

    def replace(self, text: Text, stage: str, mark: _Mark | None = None) -> None:
        """stage: a part of the names, for what is inlined brings names of its own."""
        pieces = self.pieces
        if pieces is None:  # bytes whose type nobody knows
            pieces = _pieces(ir.ArrayType(self.size, ir.IntType(8)), 0, self.size, 0)
        debug = _debug(text.lines[self.line])
        target, source = self.places
        lines = []
        for each, (offset, type) in enumerate(pieces):
            name = f"{stage}.{self.line}.{each}"
            if isinstance(type, ir.ArrayType):
                made = self._loop(text, type, f"@hlsgen.{stage}.{self.line}.{each}", mark)
                lines.append(f"%{name}.to = getelementptr inbounds i8, ptr {target}, i64 {offset}")
                arguments = f"ptr %{name}.to"
                if not self.is_set:
                    lines.append(f"%{name}.from = getelementptr inbounds i8, ptr {source}, i64 {offset}")
                    arguments += f", ptr %{name}.from"
                lines.append(f"call void {made}({arguments}){debug}")
            else:
                lines += self._move(type, name, target, source, f"i64 {offset}")
        text.lines[self.line] = "\n".join(f"  {line}" for line in lines)

    def _loop(self, text: Text, type: ir.ArrayType, name: str, mark: _Mark | None) -> str:
        """Writes a function that copies (or fills) `type`; its name."""
        while isinstance(type.element, ir.ArrayType):  # one loop over the elements of a nested array
            type = ir.ArrayType(type.count * type.element.count, type.element.element)
        step = size_bytes(type.element)
        scalars = leaves(type.element)
        if len(scalars) > _STRAIGHT_MAX:
            raise UserError("an array of structs this large cannot be copied", where=self.call.loc,
                            do="copy its elements in a loop")  # fmt: skip
        source = "%source" if not self.is_set else ""
        body = []
        for each, (offset, scalar) in enumerate(scalars):
            body.append(f"%at.{each} = add i64 %byte, {offset}")
            body += self._move(scalar, f"move.{each}", "%target", source, f"i64 %at.{each}")
        params = "ptr %target" + (", ptr %source" if source else "")
        text.lines += [
            f'define internal void {name}({params}) alwaysinline nounwind "no-builtins" {{',
            "entry:",
            "  br label %copy",
            "copy:",
            "  %i = phi i64 [ 0, %entry ], [ %next, %copy ]",
            f"  %byte = mul nuw nsw i64 %i, {step}",
            *(f"  {line}" for line in body),
            "  %next = add nuw nsw i64 %i, 1",
            f"  %more = icmp ult i64 %next, {type.count}",
            "  br i1 %more, label %copy, label %done",
            "done:",
            "  ret void",
            "}",
        ]
        if mark is not None:
            mark(len(text.lines) - 4, self.call.loc)
        return name

    def _move(self, type: ir.Type, name: str, target: str, source: str, offset: str) -> list[str]:
        store_to = f"%{name}.to"
        address = f"{store_to} = getelementptr inbounds i8, ptr {target}, {offset}"
        if self.is_set:
            return [address, f"store {type} {self._filling(type)}, ptr {store_to}"]
        load_from = f"%{name}.from"
        return [
            address,
            f"{load_from} = getelementptr inbounds i8, ptr {source}, {offset}",
            f"%{name} = load {type}, ptr {load_from}",
            f"store {type} %{name}, ptr {store_to}",
        ]

    def _filling(self, type: ir.Type) -> str:
        byte = self.call.operands[1]
        if not isinstance(byte, ir.Const):
            raise UserError("memory is filled with a value that is no constant", where=self.call.loc, do="use a loop")
        if isinstance(type, ir.PtrType):
            return "null"
        if not isinstance(type, ir.IntType):
            return "0.0"
        return str(int.from_bytes(bytes([byte.value & 255]) * size_bytes(type), "little") & ((1 << type.bits) - 1))


def _find(reader: Reader, elements: dict[tuple[str, str], ir.Type] | None = None) -> list[_Copy]:
    found = []
    for name in reader.text.definitions:
        lines = [number for number, line in reader.numbered(name) if "@llvm.mem" in line and _COPY.match(line)]
        if not lines:
            continue
        known = {param: type for (owner, param), type in (elements or {}).items() if owner == name}
        body = Body(reader, name)
        for line in lines:
            call = body.at(line)
            size = call.operands[2]
            if not isinstance(size, ir.Const):
                raise UserError("how much is copied depends on run time", where=call.loc, do="use a loop")
            found.append(_described(name, line, call, size.value, _Pointers(reader, body, known)))
    return found


_Location = tuple[ir.Type, int]


def _described(function: str, line: int, call: ir.Instruction, size: int, pointers: _Pointers) -> _Copy:
    is_of_argument = any(map(pointers.is_of_argument, call.operands[:2]))
    places = tuple(map(pointers.ref, call.operands[:2]))
    is_table = size > _INTEGER_BYTES and pointers.is_constant(call.operands[1])
    for operand in call.operands[: 1 if "memset" in call.callee else 2]:
        place = pointers.located(operand)
        if place is None:
            continue
        type, offset = place
        if offset == 0 and size > size_bytes(type) and size % size_bytes(type) == 0:
            type = ir.ArrayType(size // size_bytes(type), type)  # several elements behind the first
        if offset + size > size_bytes(type):
            continue
        type, offset = _narrowest(type, offset, size)
        pieces = _pieces(type, offset, offset + size, -offset)
        if sum(_moved_bytes(piece) for _, piece in pieces) <= size:
            is_struct = isinstance(type, ir.StructType)
            is_table &= not is_struct
            return _Copy(function, line, call, places, size, pieces, is_struct, is_of_argument, is_table)
    return _Copy(function, line, call, places, size, None, False, is_of_argument, False)


def _moved_bytes(type: ir.Type) -> int:
    """What a load or store of it takes: not what pads a wide number to its alignment."""
    if isinstance(type, ir.IntType) and type.bits > 64:
        return -(-type.bits // 8)
    return size_bytes(type)


def _narrowest(type: ir.Type, offset: int, size: int) -> _Location:
    """The innermost type that holds all of the bytes."""
    while True:
        match type:
            case ir.ArrayType(_, element) if offset % size_bytes(element) + size <= size_bytes(element):
                type, offset = element, offset % size_bytes(element)
            case ir.StructType(fields) if fields:
                starts = field_offsets(type)
                held = next((i for i in range(len(fields)) if starts[i] <= offset
                             and offset + size <= starts[i] + size_bytes(fields[i])), None)  # fmt: skip
                if held is None:
                    return type, offset
                type, offset = fields[held], offset - starts[held]
            case _:
                return type, offset


def _pieces(type: ir.Type, first: int, last: int, at: int) -> list[tuple[int, ir.Type]]:
    """What lies in the bytes from `first` to before `last` of `type`, which starts at `at`: scalars, long arrays."""
    if first <= 0 and size_bytes(type) <= last and isinstance(type, ir.ArrayType) and len(leaves(type)) > _STRAIGHT_MAX:
        return [(at, type)]
    found: list[tuple[int, ir.Type]] = []
    match type:
        case ir.ArrayType(count, element):
            size = size_bytes(element)
            for i in range(max(0, first // size), min(count, -(-last // size))):
                found += _pieces(element, first - i * size, last - i * size, at + i * size)
        case ir.StructType(fields):
            for start, each in zip(field_offsets(type), fields, strict=False):
                if start < last and start + size_bytes(each) > first:
                    found += _pieces(each, first - start, last - start, at + start)
        case _:
            found.append((at, type))
    return found


@dataclass(frozen=True, slots=True)
class _Pointers:
    """Where the pointers of a function point. `known`: what lies behind its parameters, by name, as far as known."""

    reader: Reader
    body: Body
    known: dict[str, ir.Type]

    def located(self, pointer: ir.Operand) -> _Location | None:
        """The object (or the element of an array) that `pointer` points into, and how many bytes, as far as known."""
        if isinstance(pointer, ir.GlobalRef):
            variable = self.reader.variable(pointer.name)
            return (variable.type, 0) if variable is not None else None
        if isinstance(pointer, ir.Local) and pointer.name in self.known:
            return self.known[pointer.name], 0
        instruction = self.body.made(pointer)
        if instruction is None:
            return None
        if instruction.opcode == "load":
            home = self.body.home(instruction)
            return self.located(home) if home is not None else None
        if instruction.opcode == "alloca" and instruction.source_type is not None:
            return instruction.source_type, 0
        if instruction.opcode != "getelementptr" or instruction.source_type is None:
            return None
        type: ir.Type = instruction.source_type
        place = self.located(instruction.operands[0])
        first, *rest = instruction.operands[1:]
        if isinstance(first, ir.Const) and place is not None:
            place = place[0], place[1] + first.value * size_bytes(type)
        elif isinstance(type, ir.IntType):  # bytes from a place that is not known, or by a number that is not
            return None
        elif place is None or rest or place[1] or size_bytes(place[0]) != size_bytes(type):
            place = type, 0  # else what is known of the elements: a type may be bytes where they are wide numbers
        for index in rest:
            match type:
                case ir.StructType(fields) if isinstance(index, ir.Const):
                    place = place[0], place[1] + field_offsets(type)[index.value]
                    type = fields[index.value]
                case ir.ArrayType(_, element):
                    if isinstance(index, ir.Const):
                        place = place[0], place[1] + index.value * size_bytes(element)
                    else:
                        place = element, 0
                    type = element
        return place

    def is_of_argument(self, pointer: ir.Operand) -> bool:
        """Whether a pointer starts at a parameter."""
        while (instruction := self.body.made(pointer)) is not None:
            home = self.body.home(instruction) if instruction.opcode == "load" else None
            if instruction.opcode == "getelementptr":
                pointer = instruction.operands[0]
            elif home is not None:
                pointer = home
            else:
                return False
        return isinstance(pointer, ir.Local)

    def is_constant(self, pointer: ir.Operand) -> bool:
        return isinstance(pointer, ir.GlobalRef) and self.reader.is_constant(pointer.name)

    def ref(self, operand: ir.Operand) -> str:
        """As text. A constant place in a global is an expression: the parser names what has no name there."""
        if isinstance(operand, ir.Const | ir.Undef | ir.Null):
            return "null"
        instruction = self.body.made(operand)
        if instruction is not None and instruction.opcode == "getelementptr" and instruction.source_type is not None:
            base, *indices = instruction.operands
            text = self.ref(base)
            if not text.startswith("%") and all(isinstance(index, ir.Const) for index in indices):
                return f"getelementptr (i8, ptr {text}, i64 {constant_offset(instruction.source_type, tuple(indices))})"
        sigil = "@" if isinstance(operand, ir.GlobalRef) else "%"
        return sigil + (operand.name if _PLAIN_NAME.match(operand.name) else f'"{operand.name}"')


def _debug(line: str) -> str:
    """The debug location that a call has to keep, or its inlining would break the IR."""
    match = re.search(r", !dbg !\d+", line)
    return match[0] if match else ""
