"""Text of LLVM IR -> the dataclasses of `ir`.

A parser of our own: llvmlite walks instructions one call at a time and has no access to metadata. It reads the
subset that Clang makes from kernels and refuses the rest (vectors, exceptions, inline assembly) with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hlsgen.core.errors import InternalError, Place, UserError

from . import ir
from .text import Text, tokens, unquote

_BINARY = frozenset("add sub mul udiv sdiv urem srem and or xor shl lshr ashr fadd fsub fmul fdiv frem".split())
_CASTS = frozenset(
    "trunc zext sext bitcast ptrtoint inttoptr freeze fneg fptosi fptoui sitofp uitofp fpext fptrunc".split()
)
_FLAGS = frozenset("nsw nuw exact disjoint volatile inbounds samesign nneg".split())
_FLOATS = frozenset("half bfloat float double fp128 x86_fp80".split())
_FAST_MATH = frozenset("fast nnan ninf nsz arcp contract afn reassoc".split())
_VALUE_WORDS = frozenset("true false null undef poison none zeroinitializer getelementptr".split())
# Clang declares some integers of more than 128 bits as bytes and pads them, yet accesses them as integers.
_OUR_NUMBER = re.compile(r'%"?struct\.ap_(?:u?int|u?fixed)')
_WIDE_INTEGER = re.compile(r"<?\{ \[(\d+) x i8\]")
_PADDED_BASE = re.compile(r'\{ (%"?struct\.ap_(?:int|fixed)_base[\w.]*"?), \[\d+ x i8\] \}')
_PTR = ir.PtrType()
_VOID = ir.VoidType()
_I1 = ir.IntType(1)


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


def parse_module(source: str | Text, header_dir: str = "") -> Parsed:
    """Every definition and global of `source`. Raises UserError for what hardware cannot hold."""
    text = source if isinstance(source, Text) else Text.of(source, header_dir)
    types = _Types(text)
    parsed = Parsed(text, ir.Module({}, {}))
    for name, number in text.globals.items():
        variable = _parse_global(name, text.lines[number], types)
        if variable is not None:
            parsed.module.globals[name] = variable
    for name in text.definitions:
        parsed.module.functions[name] = _FunctionParser(parsed, types, name).run()
    return parsed


class _Types:
    """Named types, resolved once."""

    def __init__(self, text: Text) -> None:
        self._bodies = text.types
        self._known: dict[str, ir.Type] = {}

    def named(self, name: str) -> ir.Type:
        if name not in self._known:
            self._known[name] = self._resolve(name, self._bodies.get(name, "opaque"))
        return self._known[name]

    def _resolve(self, name: str, body: str) -> ir.Type:
        if body == "opaque":
            return ir.StructType(())
        if _OUR_NUMBER.match(name):
            if wide := _WIDE_INTEGER.match(body):
                return ir.StructType((ir.IntType(8 * int(wide[1])),))
            if padded := _PADDED_BASE.match(body):
                return ir.StructType((self.named(padded[1]),))
        return Cursor(tokens(body), self).type()


class Cursor:
    """A reader over the tokens of one line."""

    def __init__(self, line: list[str], types: _Types, place: Place | None = None) -> None:
        self.line, self.types, self.place = line, types, place or Place()
        self.at = 0
        self.extra: list[ir.Instruction] = []  # instructions for the constant expressions met on the way
        self.fresh = "constant"

    def peek(self) -> str:
        return self.line[self.at] if self.at < len(self.line) else ""

    def next(self) -> str:
        self.at += 1
        return self.line[self.at - 1]

    def skip(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def expect(self, token: str) -> None:
        if not self.skip(token):
            raise InternalError(f"LLVM IR: expected {token!r} at {self.at}", " ".join(self.line))

    def type(self) -> ir.Type:
        token = self.next()
        if token[0] == "i" and token[1:].isdigit():
            return ir.IntType(int(token[1:]))
        match token:
            case "ptr":
                return _PTR
            case "void":
                return _VOID
            case "[":
                count = int(self.next())
                self.expect("x")
                element = self.type()
                self.expect("]")
                return ir.ArrayType(count, element)
            case "{":
                return self._struct("}", packed=False)
            case "<" if self.peek() == "{":
                self.next()
                struct = self._struct("}", packed=True)
                self.expect(">")
                return struct
            case "<":
                raise UserError("vector values are not supported", where=self.place, do="use arrays of scalars")
        if token in _FLOATS:
            return ir.FloatType(token)
        if token[0] == "%":
            return self.types.named(token)
        raise UserError(f"values of LLVM type {token!r} are not supported", where=self.place)

    def _struct(self, close: str, packed: bool) -> ir.StructType:
        fields = []
        while not self.skip(close):
            fields.append(self.type())
            self.skip(",")
        return ir.StructType(tuple(fields), packed)

    def attributes(self) -> None:
        """Skips parameter attributes, up to the value."""
        while (token := self.peek()) and (token[0].isalpha() or token[0] == '"') and token not in _VALUE_WORDS:
            self.attribute()

    def attribute(self) -> None:
        """Skips one attribute: a word, with its argument if it has one."""
        word = self.next()
        if self.peek() == "(":
            self.group()
        elif word == "align":
            self.next()

    def group(self) -> list[str]:
        """A parenthesised group, as its tokens."""
        start, depth = self.at, 0
        while True:
            token = self.next()
            depth += (token == "(") - (token == ")")
            if depth == 0:
                return self.line[start : self.at]

    def value(self, type: ir.Type) -> ir.Operand:
        token = self.next()
        match token[0]:
            case "%":
                return ir.Local(unquote(token), type)
            case "@":
                return ir.GlobalRef(unquote(token), type)
        if isinstance(type, ir.IntType):
            if token in ("true", "false"):
                return ir.Const(type, -1 if token == "true" else 0)
            if token[0] == "-" or token[0].isdigit():
                return ir.Const(type, signed(int(token), type.bits))
        match token:
            case "null" | "undef" | "poison" | "none":
                return ir.Undef(type)
            case "zeroinitializer":
                return ir.Const(type, 0)
            case "getelementptr":
                return self._constant_address()
        if isinstance(type, ir.FloatType):
            return ir.Undef(type)
        raise UserError(f"constant expression {token!r} is not supported", where=self.place)

    def _constant_address(self) -> ir.Local:
        flags = self.flags()
        self.expect("(")
        source = self.type()
        operands = []
        while self.skip(","):
            operands.append(self.typed())
        self.expect(")")
        name = f"{self.fresh}.{len(self.extra)}"
        self.extra.append(
            ir.Instruction(
                "getelementptr", name, _PTR, tuple(operands), flags=flags, source_type=source, loc=self.place
            )
        )
        return ir.Local(name, _PTR)

    def typed(self) -> ir.Operand:
        type = self.type()
        self.attributes()
        return self.value(type)

    def flags(self) -> frozenset[str]:
        found = set()
        while True:
            token = self.peek()
            if token in _FLAGS:
                found.add(self.next())
            elif token == "inrange":
                self.next()
                self.group()
            elif token in _FAST_MATH:
                self.next()
            else:
                return frozenset(found)

    def label(self) -> str:
        self.expect("label")
        return unquote(self.next())

    def initializer(self, type: ir.Type) -> ir.Initializer:
        token = self.peek()
        if token in ("zeroinitializer", "undef", "poison", "null"):
            self.next()
            return zeros(type)
        if isinstance(type, ir.ArrayType):
            if token.startswith('c"'):
                return tuple(signed(byte, 8) for byte in string_bytes(self.next()))
            self.expect("[")
            return self._elements("]")
        if isinstance(type, ir.StructType):
            if type.packed:
                self.expect("<")
            self.expect("{")
            fields = self._elements("}")
            if type.packed:
                self.expect(">")
            return fields
        value = self.value(type)
        return value.value if isinstance(value, ir.Const) else 0

    def _elements(self, close: str) -> tuple[ir.Initializer, ...]:
        found: list[ir.Initializer] = []
        while not self.skip(close):
            found.append(self.initializer(self.type()))
            self.skip(",")
        return tuple(found)


class _FunctionParser:
    def __init__(self, parsed: Parsed, types: _Types, name: str) -> None:
        self.parsed, self.types, self.name = parsed, types, name
        self.text = parsed.text
        self.start, self.end = self.text.definitions[name]
        self.numbers: dict[str, list[int]] = {}
        self.loops: dict[str, str] = {}
        self.late: dict[str, list[ir.Instruction]] = {}  # constant addresses of phis, by incoming block

    def run(self) -> ir.Function:
        header = self.text.lines[self.start]
        pretty, loc = self.text.subprogram(self.text.attached(header, "dbg"))
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
                    label = str(len(params))
                    bodies[label], self.numbers[label] = [], []
                first = number
                if line.lstrip().startswith("switch "):
                    while "]" not in self.text.lines[number]:
                        number += 1
                        line += self.text.lines[number]
                found = self._instruction(line, label)
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
        result: ir.Type = _VOID
        for start in range(1, name):  # the type follows linkage, calling convention and attributes
            if line[start] in ("void", "ptr", "{", "[", "<", *_FLOATS) or line[start][0] in "%i":
                try:
                    result = Cursor(line[start:name], self.types, loc).type()
                    break
                except (UserError, IndexError):
                    continue
        cursor = Cursor(line[name + 1 :], self.types, loc)
        cursor.expect("(")
        params = []
        while not cursor.skip(")"):
            if cursor.peek() == ".":  # variadic
                raise UserError("variadic functions are not supported", where=loc)
            type = cursor.type()
            cursor.attributes()
            value = cursor.next() if cursor.peek()[:1] == "%" else f"%{len(params)}"
            params.append(ir.Param(unquote(value), type))
            cursor.skip(",")
        return result, tuple(params)

    def _instruction(self, line: str, label: str) -> list[ir.Instruction]:
        cut = line.find(", !")
        tail, body = (line[cut:], line[:cut]) if cut >= 0 else ("", line)
        location = self.text.attached(tail, "dbg")
        place = self.text.place(location) if location else Place()
        if loop := self.text.attached(tail, "llvm.loop"):
            self.loops[label] = loop
        cursor = Cursor(tokens(body), self.types, place)
        cursor.fresh = f"constant.{self.name}.{label}.{len(self.numbers[label])}"
        result = None
        if cursor.peek()[0] == "%" and cursor.line[1:2] == ["="]:
            result = unquote(cursor.next())
            cursor.next()
        instruction = parse_instruction(cursor, result, self.late)
        return [*cursor.extra, instruction]


def parse_instruction(cursor: Cursor, result: str | None, late: dict[str, list[ir.Instruction]]) -> ir.Instruction:
    """One instruction at the cursor, after its `%result =`."""
    opcode = cursor.next()
    loc = cursor.place

    def make(type: ir.Type, *operands: ir.Operand, **more: object) -> ir.Instruction:
        return ir.Instruction(opcode, result, type, tuple(operands), loc=loc, **more)  # type: ignore[arg-type]

    if opcode in _BINARY:
        flags = cursor.flags()
        type = cursor.type()
        left = cursor.value(type)
        cursor.expect(",")
        return make(type, left, cursor.value(type), flags=flags)
    if opcode in _CASTS:
        flags = cursor.flags()
        operand = cursor.typed()
        type = cursor.type() if cursor.skip("to") else operand.type
        return make(type, operand, flags=flags)
    match opcode:
        case "icmp" | "fcmp":
            flags = cursor.flags()
            predicate = cursor.next()
            type = cursor.type()
            left = cursor.value(type)
            cursor.expect(",")
            return make(_I1, left, cursor.value(type), predicate=predicate, flags=flags)
        case "select":
            cursor.flags()
            condition = cursor.typed()
            cursor.expect(",")
            left = cursor.typed()
            cursor.expect(",")
            return make(left.type, condition, left, cursor.typed())
        case "load":
            flags = cursor.flags()
            type = cursor.type()
            cursor.expect(",")
            return make(type, cursor.typed(), flags=flags, source_type=type)
        case "store":
            flags = cursor.flags()
            value = cursor.typed()
            cursor.expect(",")
            return make(_VOID, value, cursor.typed(), flags=flags, source_type=value.type)
        case "alloca":
            type = cursor.type()
            return make(_PTR, source_type=type)
        case "getelementptr":
            flags = cursor.flags()
            source = cursor.type()
            operands = []
            while cursor.skip(","):
                operands.append(cursor.typed())
            return make(_PTR, *operands, flags=flags, source_type=source)
        case "phi":
            cursor.flags()
            return _phi(cursor, make, late)
        case "br" if cursor.peek() == "label":
            return make(_VOID, labels=(cursor.label(),))
        case "br":
            condition = cursor.typed()
            cursor.expect(",")
            then = cursor.label()
            cursor.expect(",")
            return make(_VOID, condition, labels=(then, cursor.label()))
        case "switch":
            operands = [cursor.typed()]
            cursor.expect(",")
            labels = [cursor.label()]
            cursor.expect("[")
            while not cursor.skip("]"):
                operands.append(cursor.typed())
                cursor.expect(",")
                labels.append(cursor.label())
            return make(_VOID, *operands, labels=tuple(labels))
        case "ret":
            type = cursor.type()
            return make(_VOID) if type == _VOID else make(_VOID, cursor.value(type))
        case "unreachable":
            return make(_VOID)
        case "extractvalue":
            aggregate = cursor.typed()
            indices = _indices(cursor)
            return make(_member(aggregate.type, indices), aggregate, *indices)
        case "insertvalue":
            aggregate = cursor.typed()
            cursor.expect(",")
            value = cursor.typed()
            return make(aggregate.type, aggregate, value, *_indices(cursor))
        case "tail" | "musttail" | "notail" | "call":
            while cursor.peek() == "call":
                cursor.next()
            return _call(cursor, result, loc)
    raise UserError(f"the LLVM instruction {opcode!r} is not supported", where=loc)


def _phi(cursor: Cursor, make: object, late: dict[str, list[ir.Instruction]]) -> ir.Instruction:
    type = cursor.type()
    operands, labels = [], []
    while cursor.skip("["):
        before = len(cursor.extra)
        operands.append(cursor.value(type))
        cursor.expect(",")
        labels.append(unquote(cursor.next()))
        cursor.expect("]")
        cursor.skip(",")
        late.setdefault(labels[-1], []).extend(cursor.extra[before:])
    for label in labels:
        if not late.get(label):
            late.pop(label, None)
    cursor.extra.clear()
    return make(type, *operands, labels=tuple(labels))  # type: ignore[operator]


def _call(cursor: Cursor, result: str | None, loc: Place) -> ir.Instruction:
    type = _result_type(cursor)
    if cursor.peek() == "(":  # the whole function type of a variadic callee
        cursor.group()
    callee = cursor.next()
    if callee[0] != "@":
        do = "call functions by name"
        raise UserError("a call through a function pointer (or inline assembly) is not supported", where=loc, do=do)
    cursor.expect("(")
    operands: list[ir.Operand] = []
    while not cursor.skip(")"):
        if cursor.peek() == "metadata":
            cursor.next()
            cursor.next()
        else:
            operands.append(cursor.typed())
        cursor.skip(",")
    return ir.Instruction("call", result, type, tuple(operands), callee=unquote(callee), loc=loc)


def _result_type(cursor: Cursor) -> ir.Type:
    """The return type, after return attributes such as `range(i32 0, 8)` and `dereferenceable(4)`."""
    while True:
        token = cursor.peek()
        is_int = token[0] == "i" and token[1:].isdigit()
        if is_int or token in ("ptr", "void", "{", "[", "<") or token in _FLOATS or token[0] == "%":
            return cursor.type()
        cursor.attribute()


def _indices(cursor: Cursor) -> list[ir.Const]:
    found = []
    while cursor.skip(","):
        found.append(ir.Const(ir.IntType(32), int(cursor.next())))
    return found


def _member(type: ir.Type, indices: list[ir.Const]) -> ir.Type:
    for index in indices:
        type = type.fields[index.value] if isinstance(type, ir.StructType) else type.element  # type: ignore[union-attr]
    return type


def _label_of(line: str) -> str:
    if line[0] == '"':
        return unquote("%" + line[: line.rindex('":') + 1])
    return line[: line.index(":")]


def signed(value: int, bits: int) -> int:
    """The signed reading of the low `bits` bits."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def zeros(type: ir.Type) -> ir.Initializer:
    """The initializer of `type` that is all zero."""
    match type:
        case ir.ArrayType(count, element):
            return (zeros(element),) * count
        case ir.StructType(fields):
            return tuple(map(zeros, fields))
        case _:
            return 0


def string_bytes(token: str) -> list[int]:
    """The bytes of a `c"..."` constant."""
    body, found, at = token[2:-1], [], 0
    while at < len(body):
        if body[at] == "\\":
            found.append(int(body[at + 1 : at + 3], 16))
            at += 3
        else:
            found.append(ord(body[at]))
            at += 1
    return found


def source_name(mangled: str) -> str:
    """The last name inside an Itanium-mangled variable: `_ZZ3topvE4line` is `line`."""
    if not mangled.startswith("_Z"):
        return mangled
    at, found = 2, mangled
    while at < len(mangled):
        digits = at
        while digits < len(mangled) and mangled[digits].isdigit():
            digits += 1
        if digits > at and digits + int(mangled[at:digits]) <= len(mangled):
            end = digits + int(mangled[at:digits])
            found, at = mangled[digits:end], end
        else:
            at = max(digits, at + 1)
    return found


def _parse_global(name: str, line: str, types: _Types) -> ir.Global | None:
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
