"""Objects that hold references: each member becomes a variable of its own.

LLVM takes an object apart unless it has an array in it that is indexed at run time. Such an object keeps its references
in memory, where what they refer to is not seen: a stream, a table, the block behind a lock.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import constant_offset, field_offsets, size_bytes
from hlsgen.hls.llvm.parse import Parsed
from hlsgen.hls.llvm.text import tokens, unquote

from . import edit

_Uses = list[tuple[int, ir.Instruction]]  # (line, what stands there)


def split_objects(parsed: Parsed) -> bool:
    """Takes objects apart by one level, where nothing is done to them as a whole; whether there were any."""
    found = False
    for name, function in parsed.module.functions.items():
        code = list(_code(parsed, name, function))
        for line, made in code:
            type = made.source_type
            if made.opcode == "alloca" and isinstance(type, ir.StructType) and len(type.fields) > 1 and _refers(type):
                found |= _split(parsed, line, made, type, [each for each in code if _uses(each[1], made.result)])
    return found


def _code(parsed: Parsed, name: str, function: ir.Function) -> Iterator[tuple[int, ir.Instruction]]:
    for block in function.blocks:
        yield from zip(parsed.lines[name][block.label], block.instructions, strict=True)


def _refers(type: ir.Type) -> bool:
    match type:
        case ir.PtrType():
            return True
        case ir.StructType(fields):
            return any(map(_refers, fields))
        case ir.ArrayType(_, element):
            return _refers(element)
    return False


def _uses(instruction: ir.Instruction, name: str | None) -> bool:
    return any(isinstance(operand, ir.Local) and operand.name == name for operand in instruction.operands)


def _split(parsed: Parsed, line: int, made: ir.Instruction, type: ir.StructType, uses: _Uses) -> bool:
    object_name = made.result or ""
    starts = field_offsets(type)[:-1]
    lines = parsed.text.lines
    changed: dict[int, str] = {}
    for at, i in uses:
        if i.callee.startswith("llvm.lifetime."):
            changed[at] = ""
        elif i.opcode == "getelementptr" and i.source_type is not None:
            indices = i.operands[1:]
            offset = constant_offset(i.source_type, indices)
            member = bisect_right(starts, offset) - 1
            inside = offset < starts[member] + max(1, size_bytes(type.fields[member]))
            if _is(i.operands[1:], object_name) or not inside or not all(isinstance(x, ir.Const) for x in indices):
                return False
            place = f"ptr {_member(object_name, member)}, i64 {offset - starts[member]}"
            changed[at] = f"  {edit.local(i.result or '')} = getelementptr i8, {place}{_debug(lines[at])}"
        elif _first_member_only(i, object_name, size_bytes(type.fields[0]), size_bytes(type)):
            first = _member(object_name, 0).replace("\\", r"\\")
            changed[at] = re.sub(rf"{re.escape(_written(lines[at], object_name))}(?![-\w$.])", first, lines[at])
        else:
            return False
    for at, text in changed.items():
        lines[at] = text
    lines[line] = "\n".join(
        f"  {_member(object_name, number)} = alloca {field}{_debug(lines[line])}"
        for number, field in enumerate(type.fields)
    )
    return True


def _first_member_only(i: ir.Instruction, name: str, member_bytes: int, object_bytes: int) -> bool:
    """It reads, sets or marks what lies at the start of the object, and no more."""
    if i.opcode == "load":
        return size_bytes(i.type) <= member_bytes
    if i.opcode == "store":
        return not _is(i.operands[:1], name) and size_bytes(i.operands[0].type) <= member_bytes
    if i.callee == "hlsgen_variable":
        size = i.operands[1]
        return isinstance(size, ir.Const) and size.value < object_bytes and not _is(i.operands[1:], name)
    return i.callee == "hlsgen_stream" and not _is(i.operands[1:], name)


def _is(operands: tuple[ir.Operand, ...], name: str) -> bool:
    return any(isinstance(operand, ir.Local) and operand.name == name for operand in operands)


def _member(name: str, number: int) -> str:
    return edit.local(f"{name}.member{number}")


def _written(line: str, name: str) -> str:
    """How a line names a value."""
    return next(token for token in tokens(line) if token[0] == "%" and unquote(token) == name)


def _debug(line: str) -> str:
    found = re.search(r", !dbg !\d+", line)
    return found[0] if found else ""
