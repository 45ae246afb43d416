"""memcpy and memset, which Clang makes of struct assignments and array initialisations, as typed loads and stores.

Structs are expanded before inlining, while their types are known, so that LLVM never moves them as one wide
integer. What is left after simplification (initialised arrays, mostly) becomes loops over the elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import inside, leaves, size_bytes
from hlsgen.hls.llvm.parse import Parsed

_STRAIGHT_MAX = 16  # scalars that are copied without a loop
_COPIES = ("llvm.memcpy.", "llvm.memmove.", "llvm.memset.")
_PLAIN_NAME = re.compile(r"[-\w$.]+\Z")


def expand_structs(parsed: Parsed) -> None:
    """Expands the copies whose operand is known to be a struct with few scalars."""
    for copy in _find(parsed):
        type = copy.type
        if isinstance(type, ir.StructType) and size_bytes(type) >= copy.size and len(leaves(type)) <= 4 * _STRAIGHT_MAX:
            copy.replace_by_moves(parsed, [leaf for leaf in leaves(type) if leaf[0] < copy.size])


def expand_rest(parsed: Parsed) -> bool:
    """Expands every copy, long ones by functions of a loop, still to be inlined. False when there was none."""
    found = _find(parsed)
    for number, copy in enumerate(found):
        type = copy.type
        if type is None or isinstance(type, ir.IntType):  # bytes whose type nobody knows, or a single scalar
            type = ir.ArrayType(copy.size // size_bytes(type or ir.IntType(8)), type or ir.IntType(8))
        scalars = [leaf for leaf in leaves(type) if leaf[0] < copy.size]
        if len(scalars) <= _STRAIGHT_MAX:
            copy.replace_by_moves(parsed, scalars)
        else:
            copy.replace_by_loop(parsed, type, number)
    return bool(found)


@dataclass(frozen=True, slots=True)
class _Copy:
    """One memcpy or memset of `size` bytes; `type`: what the memory at its operand is, as far as known."""

    function: str
    line: int
    call: ir.Instruction
    size: int
    type: ir.Type | None

    @property
    def is_set(self) -> bool:
        return self.call.callee.startswith("llvm.memset.")

    def replace_by_moves(self, parsed: Parsed, scalars: list[tuple[int, ir.Type]]) -> None:
        lines = []
        for number, (offset, type) in enumerate(scalars):
            lines += self._move(type, f"copy.{self.line}.{number}", _ref(self.call.operands[0]),
                                _ref(self.call.operands[1]), f"i64 {offset}")  # fmt: skip
        parsed.text.lines[self.line] = "\n".join(f"  {line}" for line in lines)

    def replace_by_loop(self, parsed: Parsed, type: ir.Type, number: int) -> None:
        while isinstance(type, ir.StructType) and len(type.fields) == 1:
            type = type.fields[0]
        if not isinstance(type, ir.ArrayType):
            raise UserError("a struct this large cannot be copied", where=self.call.loc, do="copy its members in loops")
        step = size_bytes(type.element)
        while isinstance(type.element, ir.ArrayType):  # one loop over the elements of a nested array
            type = ir.ArrayType(type.count * type.element.count, type.element.element)
            step = size_bytes(type.element)
        scalars = leaves(type.element)
        if len(scalars) > _STRAIGHT_MAX or self.size % step:
            raise UserError("an array of structs this large cannot be copied", where=self.call.loc,
                            do="copy its elements in a loop")  # fmt: skip
        name = f"@hlsgen.copy.{number}.{self.line}"
        source = "%source" if not self.is_set else ""
        body = []
        for each, (offset, scalar) in enumerate(scalars):
            body.append(f"%at.{each} = add i64 %byte, {offset}")
            body += self._move(scalar, f"move.{each}", "%target", source, f"i64 %at.{each}")
        params = "ptr %target" + (", ptr %source" if source else "")
        parsed.text.lines += [
            f'define internal void {name}({params}) alwaysinline nounwind "no-builtins" {{',
            "entry:",
            "  br label %copy",
            "copy:",
            "  %i = phi i64 [ 0, %entry ], [ %next, %copy ]",
            f"  %byte = mul nuw nsw i64 %i, {step}",
            *(f"  {line}" for line in body),
            "  %next = add nuw nsw i64 %i, 1",
            f"  %more = icmp ult i64 %next, {self.size // step}",
            "  br i1 %more, label %copy, label %done",
            "done:",
            "  ret void",
            "}",
        ]
        arguments = ", ".join(f"ptr {_ref(each)}" for each in self.call.operands[: 1 if self.is_set else 2])
        parsed.text.lines[self.line] = f"  call void {name}({arguments}){_debug(parsed.text.lines[self.line])}"

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


def _find(parsed: Parsed) -> list[_Copy]:
    found = []
    for name, function in parsed.module.functions.items():
        made = {i.result: i for block in function.blocks for i in block.instructions if i.result is not None}
        for block in function.blocks:
            for line, call in zip(parsed.lines[name][block.label], block.instructions, strict=True):
                if not call.callee.startswith(_COPIES):
                    continue
                size = call.operands[2]
                if not isinstance(size, ir.Const):
                    raise UserError("how much is copied depends on run time", where=call.loc, do="use a loop")
                types = [
                    _pointee(each, made, parsed.module) for each in call.operands[: 1 if "set" in call.callee else 2]
                ]
                known = [type for type in types if type is not None and size_bytes(type) >= size.value]
                found.append(_Copy(name, line, call, size.value, known[0] if known else None))
    return found


def _pointee(pointer: ir.Operand, made: dict[str, ir.Instruction], module: ir.Module) -> ir.Type | None:
    """The type of the object at `pointer`, as far as the instructions tell."""
    if isinstance(pointer, ir.GlobalRef):
        variable = module.globals.get(pointer.name)
        return variable.type if variable is not None else None
    instruction = made.get(pointer.name) if isinstance(pointer, ir.Local) else None
    if instruction is None:
        return None
    if instruction.opcode == "alloca":
        return instruction.source_type
    if instruction.opcode != "getelementptr" or instruction.source_type is None:
        return None
    type: ir.Type | None = instruction.source_type
    if type == ir.IntType(8) and len(instruction.operands) == 2:
        base, offset = _pointee(instruction.operands[0], made, module), instruction.operands[1]
        return inside(base, offset.value) if base is not None and isinstance(offset, ir.Const) else None
    for index in instruction.operands[2:]:
        match type:
            case ir.ArrayType(_, element):
                type = element
            case ir.StructType(fields) if isinstance(index, ir.Const):
                type = fields[index.value]
    return type


def _ref(operand: ir.Operand) -> str:
    if isinstance(operand, ir.Const | ir.Undef):
        return "null"
    sigil = "@" if isinstance(operand, ir.GlobalRef) else "%"
    return sigil + (operand.name if _PLAIN_NAME.match(operand.name) else f'"{operand.name}"')


def _debug(line: str) -> str:
    """The debug location that a call has to keep, or its inlining would break the IR."""
    match = re.search(r", !dbg !\d+", line)
    return match[0] if match else ""
