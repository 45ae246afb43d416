"""Variables of static storage that nothing below the top writes: they keep their first value, so they are constants.

A program that has its tables in plain arrays, so that a test bench can fill them from a file, gets ROMs of them. In:
the module as Clang made it, where every pointer lies in an alloca.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.reader import Reader
from hlsgen.hls.llvm.text import NAME, Text, unquote

from . import roots
from .cut_out import MARKS

_PASSES_ON = frozenset(("getelementptr", "phi", "select", "freeze"))
_MARKER = "hlsgen_variable"
_LISTS = frozenset(("llvm.global_ctors", "llvm.global_dtors", "llvm.used", "llvm.compiler.used"))
_COPIES = ("llvm.memcpy.", "llvm.memmove.")
_WRITES = (*_COPIES, "llvm.memset.")
_GLOBAL = re.compile(rf"@{NAME}")
_Pointer = tuple[str, str]  # a function and its local; what an alloca holds is "*" and its name


def make_constant(text: Text, top: str, headers: str) -> None:
    """Changes the text."""
    reader = Reader(text)
    reached = roots.reach(roots.find_top(reader, top, headers), reader)
    named = {each for name in reached for each in reader.variables(name) if not reader.is_constant(each)}
    found = {name for name in named if (variable := reader.variable(name)) and variable.initializer is not None}
    if not found:
        return
    try:
        written = Uses(reader, reached).written()
    except UserError:  # what hardware cannot have is told when it is known what stays
        return
    for name in found - written:
        line = text.globals[name]
        text.lines[line] = text.lines[line].replace(" global ", " constant ", 1)


class Uses:
    """What some functions do with the addresses of variables."""

    def __init__(self, reader: Reader, reached: frozenset[str]) -> None:
        self.reader = reader
        self.functions = {name: reader.function(name) for name in reached}
        blocks = [(name, block) for name, function in self.functions.items() for block in function.blocks]
        self.code = [(name, i) for name, block in blocks for i in block.instructions]
        allocas = [(name, i) for name, i in self.code if i.opcode == "alloca"]
        self.held = {(name, i.result) for name, i in allocas if i.source_type == ir.PtrType()}
        self.variables: dict[_Pointer, set[str]] = {}  # that a pointer may point at

    def of(self, function: str, operand: ir.Operand) -> set[str]:
        if isinstance(operand, ir.GlobalRef):
            return {operand.name}
        return self.variables.get((function, operand.name), set()) if isinstance(operand, ir.Local) else set()

    def written(self) -> set[str]:
        """The variables that may be written: more is done with their addresses than to load from them."""
        while self.spread():
            pass
        found = {unquote(each) for line in self.initialisers() for each in _GLOBAL.findall(line)}
        for function, i in self.code:
            harmless = self.is_harmless(function, i)
            for number, operand in enumerate(i.operands):
                if not harmless and not (number == 1 and i.callee.startswith(_COPIES)):
                    found |= self.of(function, operand)
                if (holder := self.holder(function, operand)) and not self.is_access(i, number):
                    found |= self.variables.get((function, f"*{holder}"), set())
        return found

    def read(self, function: str, params: set[str]) -> set[str]:
        """The parameters of a function behind which may be read: more is done with them than to store there."""
        for name in params:
            self.variables[function, name] = {f"*{name}"}
        while self.spread():
            pass
        found: set[str] = set()
        for name, i in self.code:
            passed_on = (
                i.opcode in (*_PASSES_ON, "ret", "icmp", "ptrtoint")
                or i.callee in self.functions
                or i.callee == _MARKER
            )
            for number, operand in enumerate(i.operands):
                stored_to = (i.opcode, number) == ("store", 1) or (number == 0 and i.callee.startswith(_WRITES))
                kept = i.opcode == "store" and number == 0 and self.holder(name, i.operands[1])
                if not (passed_on or stored_to or kept):
                    found |= self.of(name, operand)
                if (holder := self.holder(name, operand)) and not self.is_access(i, number):
                    found |= self.variables.get((name, f"*{holder}"), set())
        return {name for name in params if f"*{name}" in found}

    def initialisers(self) -> Iterator[str]:
        """What variables start from, which may be addresses."""
        for name, number in self.reader.text.globals.items():
            if name not in _LISTS:
                yield self.reader.text.lines[number].partition("=")[2]

    def spread(self) -> bool:
        """One step of pointers through the program; False when nothing is new."""
        grown = False
        for function, i in self.code:
            for pointer, found in self.flows(function, i):
                known = self.variables.setdefault(pointer, set())
                grown |= not found <= known
                known |= found
        return grown

    def flows(self, function: str, i: ir.Instruction) -> Iterator[tuple[_Pointer, set[str]]]:
        """Pointers that an instruction makes or passes on, and what they point at."""
        if i.opcode in _PASSES_ON and i.result is not None:
            yield (function, i.result), set().union(*(self.of(function, each) for each in i.operands))
        elif i.opcode == "store" and (holder := self.holder(function, i.operands[1])):
            yield (function, f"*{holder}"), self.of(function, i.operands[0])
        elif i.opcode == "load" and i.result is not None and (holder := self.holder(function, i.operands[0])):
            yield (function, i.result), self.variables.get((function, f"*{holder}"), set())
        elif i.callee in self.functions:
            callee = self.functions[i.callee]
            for param, operand in zip(callee.params, i.operands, strict=True):
                yield (i.callee, param.name), self.of(function, operand)
            for end in (block.terminator for block in callee.blocks) if i.result is not None else ():
                for operand in end.operands if end.opcode == "ret" else ():
                    yield (function, i.result or ""), self.of(i.callee, operand)

    def holder(self, function: str, operand: ir.Operand) -> str:
        """The alloca of a pointer that an address is the address of."""
        is_held = isinstance(operand, ir.Local) and (function, operand.name) in self.held
        return operand.name if isinstance(operand, ir.Local) and is_held else ""

    def is_access(self, i: ir.Instruction, number: int) -> bool:
        """Whether an operand, the address of a pointer, only serves to get at the pointer."""
        return (i.opcode, number) in (("load", 0), ("store", 1)) or i.callee.startswith(MARKS)

    def is_harmless(self, function: str, i: ir.Instruction) -> bool:
        if i.opcode == "store":  # of an address, to where it is known to lie
            return bool(self.holder(function, i.operands[1]))
        if i.opcode in ("load", "icmp"):
            return "volatile" not in i.flags
        return i.opcode in (*_PASSES_ON, "ret", "ptrtoint") or i.callee in self.functions or i.callee == _MARKER
