"""A module of which only what is asked for gets parsed: a call graph costs a pattern, and most lines nothing.

In: a `Text`. An editor may change its lines, as long as it asks for no function that it has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from hlsgen.core.errors import Place

from . import ir
from .cursor import Types
from .parse import Parsed, parse_function, parse_global, parse_line
from .text import NAME, Text, unquote

_CALL = re.compile(rf"  (?:%.*? = )?(?:(?:tail|musttail|notail) )?call .*?(@{NAME})\(")
_GLOBAL = re.compile(rf"@{NAME}")
_RESULT = re.compile(rf"  (%{NAME}) = ")
_STORE = re.compile(rf"  store .*, ptr (%{NAME})(?=,|$)")


class Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._types = Types(text)
        self._parsed = Parsed(text, ir.Module({}, {}))
        self._calls: dict[str, list[tuple[str, int]]] = {}
        self._described: dict[str, tuple[str, Place]] = {}
        self._globals: dict[str, ir.Global | None] = {}

    def function(self, name: str) -> ir.Function:
        """A definition. Raises UserError for what hardware cannot hold."""
        return self._parsed.module.functions.get(name) or parse_function(self._parsed, self._types, name)

    def lines(self, name: str) -> dict[str, list[int]]:
        """The line number of each instruction of a definition, by block."""
        self.function(name)
        return self._parsed.lines[name]

    def loops(self, name: str) -> dict[str, str]:
        """The `!llvm.loop` nodes of a definition, by block."""
        self.function(name)
        return self._parsed.loops[name]

    def outline(self, name: str) -> ir.Function:
        """A definition of which only the callees are read."""
        calls = (ir.Instruction("call", None, ir.VoidType(), callee=callee) for callee, _ in self.calls(name))
        pretty, loc = self.described(name)
        return ir.Function(name, pretty, (), ir.VoidType(), (ir.Block("", tuple(calls)),), loc)

    def variable(self, name: str) -> ir.Global | None:
        """A variable of static storage, None when that is a function."""
        if name not in self._globals:
            number = self.text.globals.get(name)
            line = self.text.lines[number] if number is not None else ""
            self._globals[name] = parse_global(name, line, self._types) if line else None
        return self._globals[name]

    def is_constant(self, name: str) -> bool:
        """Whether a variable of static storage keeps its first value."""
        return " global " not in self.text.lines[self.text.globals[name]]

    def described(self, name: str) -> tuple[str, Place]:
        """The C++ name of a definition, and its place."""
        if name not in self._described:
            pretty, loc = self.text.described(self.text.lines[self.text.definitions[name][0]])
            self._described[name] = pretty or name, loc
        return self._described[name]

    def numbered(self, name: str) -> Iterator[tuple[int, str]]:
        """The lines of the body of a definition."""
        start, end = self.text.definitions[name]
        return enumerate(self.text.lines[start + 1 : end], start + 1)

    def calls(self, name: str) -> list[tuple[str, int]]:
        """The callees of a definition and the lines of their calls, in order."""
        if name not in self._calls:
            found = self._calls[name] = []
            for number, line in self.numbered(name):
                if "call " not in line:
                    continue
                if match := _CALL.match(line):
                    found.append((unquote(match[1]), number))
                else:
                    self.instructions(number)  # refuses a call of no name
        return self._calls[name]

    def variables(self, name: str) -> set[str]:
        """The variables of static storage that a definition names."""
        named = (unquote(each) for _, line in self.numbered(name) if "@" in line for each in _GLOBAL.findall(line))
        return self.text.globals.keys() & named

    def place(self, line: int) -> Place:
        """Where the instruction of a line stands in the source."""
        location = self.text.attached(self.text.lines[line], "dbg")
        return self.text.place(location) if location else Place()

    def instructions(self, line: int) -> list[ir.Instruction]:
        """The instruction of a line, after those for the constant addresses in it."""
        return parse_line(self.text, self._types, self.text.lines[line], f"constant.{line}", {})


class Body:
    """The instructions of a definition by what they make, each parsed when somebody asks for it."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader, self._name = reader, name
        self._made: dict[str, ir.Instruction] = {}

    @cached_property
    def _results(self) -> dict[str, int]:
        """Result -> its line."""
        found = {}
        for number, line in self._reader.numbered(self._name):
            if match := _RESULT.match(line):
                found[unquote(match[1])] = number
        return found

    @cached_property
    def _stores(self) -> dict[str, list[int]]:
        """The lines that store to an address as a whole, by its name."""
        found: dict[str, list[int]] = {}
        for number, line in self._reader.numbered(self._name):
            if line.startswith("  store ") and (match := _STORE.match(line)):
                found.setdefault(unquote(match[1]), []).append(number)
        return found

    def at(self, line: int) -> ir.Instruction:
        """The instruction on a line."""
        *extra, instruction = self._reader.instructions(line)
        for each in (*extra, instruction):
            if each.result is not None:
                self._made[each.result] = each
        return instruction

    def made(self, value: ir.Operand) -> ir.Instruction | None:
        """What computes a value, None for a parameter and what is no result."""
        if not isinstance(value, ir.Local):
            return None
        if value.name not in self._made and value.name in self._results:
            self.at(self._results[value.name])
        return self._made.get(value.name)

    def home(self, load: ir.Instruction) -> ir.Operand | None:
        """What a load from an alloca of a pointer gets, when only one thing is stored there."""
        alloca = self.made(load.operands[0])
        if alloca is None or alloca.opcode != "alloca" or not isinstance(alloca.source_type, ir.PtrType):
            return None
        stores = self._stores.get(alloca.result or "", ())
        return self.at(stores[0]).operands[0] if len(stores) == 1 else None
