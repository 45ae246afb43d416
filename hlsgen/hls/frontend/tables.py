"""Tables computed in floating point: `void fill(T table[N])`, called with nothing but local arrays and constants.

In: the module before anything is inlined. Such a call, of a function that reads nothing there, writes the same in every
call of the kernel, so it is made here, on this machine, and becomes a copy of what it wrote: `exp`, `sin` and all are
what the C++ library says.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from hlsgen.hls.llvm import ir, native
from hlsgen.hls.llvm.layout import field_offsets, size_bytes
from hlsgen.hls.llvm.reader import Body, Reader
from hlsgen.hls.llvm.text import Text

from . import edit, roots
from .library import is_floating
from .unwritten import Uses

_FLOATING = re.compile(r"\b(?:float|double)\b")
_MARKERS = ("hlsgen_pragma", "hlsgen_variable")
_COPY = "llvm.memcpy.p0.p0.i64"


@dataclass(frozen=True, slots=True)
class _Fill:
    """A call that fills arrays: (how the call names it, what lies there) of each."""

    line: int
    callee: str
    arrays: dict[str, tuple[str, ir.ArrayType]]

    @property
    def name(self) -> str:
        return f"{native.PREFIX}{self.line}"

    def wrapper(self, text: Text) -> str:
        """A function that makes the call, with its arrays as parameters."""
        parameters = [
            f"ptr dereferenceable({size_bytes(type)}) %array.{number}"
            for number, (_, type) in enumerate(self.arrays.values())
        ]
        call = text.lines[self.line].partition(") #")[0].partition(", !dbg")[0].rstrip(")") + ")"
        for number, name in enumerate(self.arrays):
            call = re.sub(rf"%{re.escape(name)}(?=[,)])", f"%array.{number}", call)
        return f"define void @{self.name}({', '.join(parameters)}) {{\n{call}\n  ret void\n}}"


def fill_tables(text: Text, top: str, headers: str) -> Text:
    """The module with copies of constants in place of the calls below `top` that compute them."""
    reader = Reader(text)
    reached = roots.reach(roots.find_top(reader, top, headers), reader)
    computing = _computing(reader, reached)
    fills = [fill for name in sorted(reached) for fill in _fills(reader, name, computing)]
    if not fills:
        return text
    written = native.run(_closed(text, reader, fills))
    if written is None:
        return text
    copied = {fill.line: _copied(text, fill, *written[fill.name]) for fill in fills}
    for line, copies in copied.items():
        if copies:
            text.lines[line] = copies
    edit.declare(text, _COPY, "void", "ptr, ptr, i64, i1 immarg")
    return Text.of(str(text), text.header_dir)


def _computing(reader: Reader, reached: frozenset[str]) -> frozenset[str]:
    """The functions that compute in floating point, and nothing else but what they are given."""
    pure = {
        name
        for name in reached
        if all(map(reader.is_constant, reader.variables(name)))
        and all(
            callee in reached or callee in _MARKERS or callee.startswith("llvm.") or is_floating(callee)
            for callee, _ in reader.calls(name)
        )
    }
    while impure := {name for name in pure if any(c in reached and c not in pure for c, _ in reader.calls(name))}:
        pure -= impure
    floating = {name for name in pure if any(_FLOATING.search(line) for _, line in reader.numbered(name))}
    while more := {name for name in pure - floating if any(c in floating for c, _ in reader.calls(name))}:
        floating |= more
    return frozenset(floating)


def _fills(reader: Reader, name: str, computing: frozenset[str]) -> list[_Fill]:
    found = []
    body = Body(reader, name)
    for callee, line in reader.calls(name):
        if callee not in computing or not reader.text.lines[line].startswith("  call void "):
            continue
        arrays: dict[str, tuple[str, ir.ArrayType]] = {}
        for operand in body.at(line).operands:
            if isinstance(operand, ir.Local):
                array = _array(body, operand)
                if array is None:
                    break
                arrays[operand.name] = array
            elif isinstance(operand, ir.GlobalRef) and not reader.is_constant(operand.name):
                break
        else:
            params = {
                param.name
                for param, operand in zip(reader.function(callee).params, body.at(line).operands, strict=True)
                if isinstance(operand, ir.Local)
            }
            apart = len({start for start, _ in arrays.values()}) == len(arrays) > 0
            if apart and not Uses(reader, roots.reach(callee, reader)).read(callee, params):
                found.append(_Fill(line, callee, arrays))
    return found


def _array(body: Body, pointer: ir.Operand) -> tuple[str, ir.ArrayType] | None:
    """The local array that a pointer is the start of."""
    while (made := body.made(pointer)) is not None:
        if made.opcode == "alloca":
            type = made.source_type
            return (made.result or "", type) if isinstance(type, ir.ArrayType) else None
        starts = all(isinstance(index, ir.Const) and index.value == 0 for index in made.operands[1:])
        if made.opcode != "getelementptr" or not starts:
            return None
        pointer = made.operands[0]
    return None


def _closed(text: Text, reader: Reader, fills: list[_Fill]) -> str:
    """The module of what is called, and nothing else."""
    kept = {name for fill in fills for name in roots.reach(fill.callee, reader)}
    constants = {name for function in kept for name in reader.variables(function)}
    dropped = [text.globals[name] for name in text.globals.keys() - constants]
    for name, (first, last) in text.definitions.items():
        marks = [line for callee, line in reader.calls(name) if callee in _MARKERS] if name in kept else ()
        dropped += marks if name in kept else range(first, last + 1)
    lines = list(text.lines)
    for line in dropped:
        lines[line] = ""
    return "\n".join([*lines, *(fill.wrapper(text) for fill in fills)])


def _copied(text: Text, fill: _Fill, zeros: list[bytes], ones: list[bytes]) -> str:
    """The copies that take the place of the call, "" when what it writes depends on what was there."""
    location = text.attached(text.lines[fill.line], "dbg")
    debug = f", !dbg {location}" if location else ""
    variables, copies = [], []
    for (start, (name, type)), low, high in zip(fill.arrays.items(), zeros, ones, strict=True):
        value = _value(type, 0, low, high)
        if value is None:
            return ""
        table = f"{name}.{fill.line}"
        variables.append(f"@{table} = internal constant {type} {value}")
        copies.append(f"  call void @{_COPY}(ptr %{start}, ptr @{table}, i64 {size_bytes(type)}, i1 false){debug}")
    text.lines += variables
    return "\n".join(copies)


def _value(type: ir.Type, start: int, zeros: bytes, ones: bytes) -> str | None:
    """What lies at `start`, as LLVM writes it; what was not written is undefined."""
    match type:
        case ir.ArrayType(count, element):
            starts = [start + number * size_bytes(element) for number in range(count)]
            return _row("[", [element] * count, starts, "]", zeros, ones)
        case ir.StructType(fields, packed):
            starts = [start + offset for offset in field_offsets(type)[:-1]]
            opening, closing = ("<{", "}>") if packed else ("{", "}")
            return _row(opening, list(fields), starts, closing, zeros, ones)
    end = start + (-(-type.bits // 8) if isinstance(type, ir.IntType) else size_bytes(type))
    low, high = zeros[start:end], ones[start:end]
    if not any(low) and not any(~byte & 255 for byte in high):
        return "undef"
    if low != high:
        return None
    number = int.from_bytes(low, "little")
    match type:
        case ir.IntType(bits):
            return str(number & ((1 << bits) - 1))
        case ir.FloatType("float"):
            return f"0x{struct.unpack('<Q', struct.pack('<d', struct.unpack('<f', low)[0]))[0]:016X}"
        case ir.FloatType("double"):
            return f"0x{number:016X}"
    return None


def _row(opening: str, types: list[ir.Type], starts: list[int], closing: str, zeros: bytes, ones: bytes) -> str | None:
    values = [_value(type, start, zeros, ones) for type, start in zip(types, starts, strict=True)]
    if None in values:
        return None
    return f"{opening} {', '.join(f'{type} {value}' for type, value in zip(types, values, strict=True))} {closing}"
