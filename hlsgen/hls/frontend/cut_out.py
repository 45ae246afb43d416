"""Lines of a function that become a function of their own.

Works on what Clang made, where every variable has an address and values do not cross blocks. What moves takes along
the variables that nothing else uses. Of the others it gets the value, if it only reads a number or an address, or
else the address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hlsgen.core.errors import Place
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.reader import Reader
from hlsgen.hls.llvm.text import tokens, unquote

from . import edit

MARKS = "_ZN6hlsgen8variableI"  # the header's function that says which variable a pragma is on
_NUMBERED = re.compile(r"%(\d+)\b")  # LLVM wants these in order


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    label: str
    names: frozenset[str]  # of the function's values and variables
    instruction: ir.Instruction


class CutOut:
    def __init__(self, reader: Reader, name: str) -> None:
        self.reader, self.text, self.name = reader, reader.text, name
        self.function = function = reader.function(name)
        self.types: dict[str, ir.Type] = {param.name: param.type for param in function.params}
        self.types |= {i.result: i.type for block in function.blocks for i in block.instructions if i.result}
        self.lines: dict[str, list[Line]] = {}
        for block in function.blocks:
            found: dict[int, Line] = {}
            for number, i in zip(reader.lines(name)[block.label], block.instructions, strict=True):
                used = {unquote(each) for each in tokens(self.text.lines[number]) if each[0] == "%"}
                found[number] = Line(number, block.label, frozenset(used & self.types.keys()), i)
            self.lines[block.label] = list(found.values())
        self.all = [line for lines in self.lines.values() for line in lines]
        self.allocas = {i.instruction.result or "": i for i in self.all if i.instruction.opcode == "alloca"}

    def users(self, name: str) -> list[Line]:
        return [line for line in self.all if name in line.names and line.instruction.result != name]

    def is_direct(self, line: Line) -> bool:
        """It reads or sets a variable as a whole."""
        pointer = line.instruction.operands[-1]
        return isinstance(pointer, ir.Local) and pointer.name in self.allocas

    def make(self, inside: list[Line], wanted: str, body: list[str], place: Place) -> str:
        """Writes the function; the call of it."""
        text, held, starts = self.text, self.homes(inside), self.starts_of_arrays(inside)
        homes = sorted((line for lines in held.values() for line in lines), key=lambda line: line.number)
        starts = [line for line in starts if line not in homes]
        body = [*(text.lines[line.number] for line in (*homes, *starts)), *body]
        inside = [*homes, *starts, *inside]
        numbers = {line.number for line in inside}
        made = {line.instruction.result for line in inside}
        used = sorted(frozenset().union(*(line.names for line in inside)) - made, key=list(self.types).index)
        names = (wanted, *(f"{wanted}{number}" for number in range(1, len(text.definitions) + 2)))
        function = next(each for each in names if f"define internal void @{each}(" not in str(text))
        params, actuals, start, loads = [], [], [], []
        for name in used:
            alloca = self.allocas.get(name)
            users = self.users(name)
            if alloca is not None and (name in held or all(line.number in numbers for line in users)):
                start.append(text.lines[alloca.number])
                continue
            here = [line for line in users if line.number in numbers]
            if alloca is not None and all(line.instruction.opcode == "load" for line in here):
                type, value = here[0].instruction.type, f"{name.removesuffix('.addr').replace('.', '_')}"
                value = value if f"{value}.addr" == name else f"{value}_value"
                start += [text.lines[alloca.number], f"  store {type} {edit.local(value)}, ptr {edit.local(name)}"]
                loads.append(f"  {edit.local(f'{function}.{value}')} = load {type}, ptr {edit.local(name)}")
                params.append(f"{type} noundef {edit.local(value)}")
                actuals.append(f"{type} noundef {edit.local(f'{function}.{value}')}")
                continue
            type = ir.PtrType() if alloca is not None else self.types[name]
            params.append(f"{type} noundef {edit.local(name)}")
            actuals.append(params[-1])
        node = 1 + max((int(ref[1:]) for ref in text.metadata if ref[1:].isdigit()), default=0)
        of = text.metadata[text.attached(text.lines[text.definitions[self.name][0]], "dbg")]
        own = re.sub(r'name: "[^"]*"', f'name: "{function}"', re.sub(r'linkageName: "[^"]*", ', "", of))
        text.metadata[f"!{node}"] = own = re.sub(r"\bline: \d+", f"line: {place.line}", own)
        head = f"define internal void @{function}({', '.join(params)}) !hlsgen.process !{node} {{"
        lines = [_NUMBERED.sub(r"%v\1", line) for line in (head, "entry:", *start, *body, "}")]
        text.lines += [f"!{node} = {own}", *lines]
        location = next((found for line in inside if (found := text.attached(text.lines[line.number], "dbg"))), "")
        debug = f", !dbg {location}" if location else ""
        return "\n".join([*loads, f"  call void @{function}({', '.join(actuals)}){debug}"])

    def starts_of_arrays(self, inside: list[Line]) -> list[Line]:
        """Where arrays that are used inside begin, so that they keep their names."""
        used = frozenset().union(*(line.names for line in inside))
        return [
            line
            for line in self.all
            if line.instruction.opcode == "getelementptr"
            and line.instruction.result in used
            and line not in inside
            and all(isinstance(index, ir.Const) and not index.value for index in line.instruction.operands[1:])
            and line.names & self.allocas.keys()
        ]

    def homes(self, inside: list[Line]) -> dict[str, list[Line]]:
        """Variables that hold parameters of the region, and what puts these there: those that are used nowhere but
        inside, and numbers that are only read, of which there may be several."""
        used = frozenset().union(*(line.names for line in inside))
        found = {name: self.home(name, inside) for name in self.allocas if name in used}
        return {name: lines for name, lines in found.items() if lines}

    def home(self, alloca: str, inside: list[Line]) -> list[Line]:
        """What puts a parameter into a variable; nothing where somebody else may set it, too."""
        params = {param.name for param in self.function.params}
        found, places = [], [alloca]
        is_set, is_used_outside = False, False
        for place in places:  # grows
            for line in self.users(place):
                i = line.instruction
                if i.opcode == "getelementptr":
                    places.append(i.result or "")
                    found += [line] if line not in inside else []
                elif line in inside:
                    is_set |= not _only_reads(line, place)
                elif i.opcode == "store" and isinstance(i.operands[0], ir.Local) and i.operands[0].name in params:
                    found.append(line)
                elif _only_reads(line, place):
                    is_used_outside |= not i.callee.startswith(MARKS)
                else:
                    return []
        stored = [line.instruction.operands[0].type for line in found if line.instruction.opcode == "store"]
        is_address = ir.PtrType() in stored
        return found if stored and not (is_used_outside and (is_set or is_address)) else []


def _only_reads(line: Line, place: str) -> bool:
    i = line.instruction
    if i.callee.startswith("llvm.memcpy."):
        target = i.operands[0]
        return not (isinstance(target, ir.Local) and target.name == place)
    return i.opcode == "load" or i.callee.startswith(MARKS)
