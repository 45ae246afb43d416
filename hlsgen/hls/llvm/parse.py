"""Text of LLVM IR -> the dataclasses of `ir`.

A parser of our own: llvmlite walks instructions one call at a time and has no access to metadata. It reads the
subset that Clang makes from kernels and refuses the rest (vectors, exceptions, inline assembly) with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hlsgen.core.errors import Place, UserError

from . import ir
from .cursor import FLOATS, Cursor, Types
from .instructions import parse_instruction
from .text import Text, tokens, unquote


@dataclass(slots=True)
class Parsed:
    """A parsed module and what the editors of its text need beside it.

    `lines[function][label]` holds the line number of each instruction of the block, and `loops[function][label]` the
    `!llvm.loop` node of the block's terminator.
    """

    text: Text
    module: ir.Module
    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    loops: dict[str, dict[str, str]] = field(default_factory=dict)


def parse_module(source: str, header_dir: str = "") -> Parsed:
    """Every definition and global of `source`. Raises UserError for what hardware cannot hold."""
    text = Text.of(source, header_dir)
    types = Types(text)
    parsed = Parsed(text, ir.Module({}, {}))
    for name, number in text.globals.items():
        variable = parse_global(name, text.lines[number], types)
        if variable is not None:
            parsed.module.globals[name] = variable
    for name in text.definitions:
        parse_function(parsed, types, name)
    return parsed


def parse_function(parsed: Parsed, types: Types, name: str) -> ir.Function:
    """Adds a definition to `parsed`, whose text has it."""
    function = parsed.module.functions[name] = _FunctionParser(parsed, types, name).run()
    return function


def parse_line(
    text: Text, types: Types, line: str, fresh: str, late: dict[str, list[ir.Instruction]]
) -> list[ir.Instruction]:
    """The instruction on a line, after one for each constant address in it, which is named `fresh` and a number.

    late: gets those of a phi, by the block that they belong to.
    """
    cut = line.find(", !")
    tail, body = (line[cut:], line[:cut]) if cut >= 0 else ("", line)
    location = text.attached(tail, "dbg")
    cursor = Cursor(tokens(body), types, text.place(location) if location else Place())
    cursor.fresh = fresh
    result = None
    if cursor.peek()[0] == "%" and cursor.line[1:2] == ["="]:
        result = unquote(cursor.next())
        cursor.next()
    instruction = parse_instruction(cursor, result, late)
    return [*cursor.extra, instruction]


class _FunctionParser:
    def __init__(self, parsed: Parsed, types: Types, name: str) -> None:
        self.parsed, self.types, self.name = parsed, types, name
        self.text = parsed.text
        self.start, self.end = self.text.definitions[name]
        self.numbers: dict[str, list[int]] = {}
        self.loops: dict[str, str] = {}
        self.late: dict[str, list[ir.Instruction]] = {}  # constant addresses of phis, by incoming block

    def run(self) -> ir.Function:
        header = self.text.lines[self.start]
        pretty, loc = self.text.described(header)
        result, params = self._signature(header, loc)
        bodies: dict[str, list[ir.Instruction]] = {}
        label = ""
        number = self.start + 1
        while number < self.end:
            line = self.text.lines[number]
            if line[:2] != "  ":
                if line and line[0] != ";":
                    label = _label_of(line)
                    bodies[label], self.numbers[label] = [], []
            elif line.lstrip()[:1] != "#":  # debug records
                if not label:
                    label = str(sum(param.name.isdigit() for param in params))
                    bodies[label], self.numbers[label] = [], []
                first = number
                if line.lstrip().startswith("switch "):
                    while "]" not in self.text.lines[number]:
                        number += 1
                        line += self.text.lines[number]
                if "!llvm.loop" in line:
                    self.loops[label] = self.text.attached(line, "llvm.loop")
                fresh = f"constant.{self.name}.{label}.{len(self.numbers[label])}"
                found = parse_line(self.text, self.types, line, fresh, self.late)
                bodies[label].extend(found)
                self.numbers[label].extend([first] * len(found))
            number += 1
        for label, extra in self.late.items():
            bodies[label][-1:-1] = extra
            self.numbers[label][-1:-1] = [self.numbers[label][-1]] * len(extra)
        self.parsed.lines[self.name], self.parsed.loops[self.name] = self.numbers, self.loops
        blocks = tuple(ir.Block(label, tuple(body)) for label, body in bodies.items())
        return ir.Function(self.name, pretty or self.name, params, result, blocks, loc)

    def _signature(self, header: str, loc: Place) -> tuple[ir.Type, tuple[ir.Param, ...]]:
        line = tokens(header)
        name = next(i for i, token in enumerate(line) if token[0] == "@")
        result: ir.Type = ir.VoidType()
        for start in range(1, name):  # the type follows linkage, calling convention and attributes
            if line[start] in ("void", "ptr", "{", "[", "<", *FLOATS) or line[start][0] in "%i":
                try:
                    result = Cursor(line[start:name], self.types, loc).type()
                    break
                except (UserError, IndexError):
                    continue
        cursor = Cursor(line[name + 1 :], self.types, loc)
        cursor.expect("(")
        params: list[ir.Param] = []
        while not cursor.skip(")"):
            if cursor.peek() == ".":  # variadic
                raise UserError("variadic functions are not supported", where=loc)
            type = cursor.type()
            cursor.attributes()
            value = cursor.next() if cursor.peek()[:1] == "%" else f"%{len(params)}"
            params.append(ir.Param(unquote(value), type))
            cursor.skip(",")
        return result, tuple(params)


def _label_of(line: str) -> str:
    if line[0] == '"':
        return unquote("%" + line[: line.rindex('":') + 1])
    return line[: line.index(":")]


# Where the length of a name may be. Numbers in the arguments of templates look like it: `Li5E`, `L4mode5E`.
_LOCAL_NAME = re.compile(r"(?<=E)(?=(\d+)([A-Za-z_]\w*)$)")
_NAME = re.compile(r"(?<!L[a-z])(?=(\d+)([A-Za-z_]\w*)$)")
_SCOPE = re.compile(r"_Z(?:L|(N[rVK]*))?(?=\d)")
_LENGTH = re.compile(r"\d+")
_DISCRIMINATOR = re.compile(r"_(\d|_\d+_)$")  # of local variables with the same name


def _plain_name(mangled: str) -> str:
    """Of what is in no class template, in a namespace or not; "" of other things."""
    scope = _SCOPE.match(mangled)
    if scope is None:
        return ""
    name, at = "", scope.end()
    while (length := _LENGTH.match(mangled, at)) and (scope[1] or not name):
        at = length.end() + int(length[0])
        name = mangled[length.end() : at]
    return name if not scope[1] or mangled[at : at + 1] == "E" else ""


def source_name(mangled: str) -> str:
    """The name of an Itanium-mangled variable, `_ZZ3topvE4line` is `line`; of a function, the last name inside."""
    if mangled.startswith("__const."):  # what a local array starts with
        return mangled.removeprefix("__const.").partition(".")[2].replace(".", "_") + "_init"
    if not mangled.startswith("_Z"):
        return mangled.removeprefix(".").replace(".", "_")  # `.str.1`: what Clang and LLVM made
    if plain := _plain_name(mangled):
        return plain
    local = mangled.startswith("_ZZ")
    number = _LOCAL_NAME if local else _NAME
    for text in (mangled, _DISCRIMINATOR.sub("", mangled)) if local else (mangled.rstrip("E"), mangled):
        for found in number.finditer(text):
            if int(found[1]) == len(found[2]):
                return found[2]
    at, last = 2, mangled
    while at < len(mangled):
        digits = at
        while digits < len(mangled) and mangled[digits].isdigit():
            digits += 1
        length = int(mangled[at:digits] or 0)
        if length and digits + length <= len(mangled):
            end = digits + length
            last, at = mangled[digits:end], end
        else:
            at = max(digits, at + 1)
    return last


def is_special_member(mangled: str) -> bool:
    """Whether an Itanium-mangled function is a constructor, a destructor or an assignment."""
    if not mangled.startswith("_ZN"):
        return False
    at = 3
    while at < len(mangled):
        digits = at
        while mangled[digits].isdigit():
            digits += 1
        if digits > at:
            at = digits + int(mangled[at:digits])
        elif (mangled[at] in "CD" and mangled[at + 1 : at + 2].isdigit()) or mangled.startswith("aS", at):
            return True
        elif mangled[at] in "KVRO":
            at += 1
        elif mangled[at] == "I":  # template arguments: may be anything
            return re.search(r"E(?:[CD][0-9]|aS)E", mangled[at:]) is not None
        else:
            return False
    return False


def parse_global(name: str, line: str, types: Types) -> ir.Global | None:
    parts = tokens(line)
    kind = next((i for i, token in enumerate(parts) if token in ("global", "constant")), None)
    if kind is None:  # an alias
        return None
    cursor = Cursor(parts[kind + 1 :], types)
    type = cursor.type()
    initializer = None
    if "external" not in parts[:kind] and cursor.peek() not in ("undef", "poison"):
        initializer = cursor.initializer(type)
    return ir.Global(name, source_name(name), type, parts[kind] == "constant", initializer)
