"""A reader over the tokens of one line of LLVM IR: types, operands, constants.

Constant expressions on globals become instructions of their own, which the reader collects beside the line.
"""

from __future__ import annotations

import re
from functools import cache

from hlsgen.core.errors import InternalError, Place, UserError

from . import ir
from .fold import mask, signed
from .text import Text, tokens, unquote

FLOATS = frozenset("half bfloat float double fp128 x86_fp80".split())
_FLAGS = frozenset("nsw nuw exact disjoint volatile inbounds samesign nneg".split())
_FAST_MATH = frozenset("fast nnan ninf nsz arcp contract afn reassoc".split())
_VALUE_WORDS = frozenset(
    """true false null undef poison none zeroinitializer getelementptr
    inttoptr ptrtoint ptrtoaddr addrspacecast bitcast trunc add sub xor blockaddress""".split()
)
# Clang declares some integers of more than 128 bits as bytes and pads them, yet accesses them as integers.
_OUR_NUMBER = re.compile(r'%"?struct\.ap_(?:u?int|u?fixed)')
_WIDE_INTEGER = re.compile(r"<?\{ \[(\d+) x i8\]")
_PADDED_BASE = re.compile(r'\{ (%"?struct\.ap_(?:int|fixed)_base[\w.]*"?), \[\d+ x i8\] \}')
_NO_FLAGS: frozenset[str] = frozenset()
_PTR = ir.PtrType()
_VOID = ir.VoidType()
_BYTE = ir.IntType(8)


@cache
def _integer(token: str) -> ir.IntType:
    return ir.IntType(int(token[1:]))


class Types:
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

    def __init__(self, line: list[str], types: Types, place: Place | None = None) -> None:
        self.line, self.types, self.place = [*line, ""], types, place or Place()  # "": the end
        self.at = 0
        self.extra: list[ir.Instruction] = []  # instructions for the constant expressions met on the way
        self.fresh = "constant"

    def peek(self) -> str:
        return self.line[self.at]

    def next(self) -> str:
        self.at += 1
        return self.line[self.at - 1]

    def skip(self, token: str) -> bool:
        if self.line[self.at] != token:
            return False
        self.at += 1
        return True

    def expect(self, token: str) -> None:
        if not self.skip(token):
            raise InternalError(f"LLVM IR: expected {token!r} at {self.at}", " ".join(self.line))

    def type(self) -> ir.Type:
        token = self.next()
        if token == "ptr":
            return _PTR
        if token[0] == "i" and token[1:].isdigit():
            return _integer(token)
        match token:
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
        if token in FLOATS:
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
                return ir.Const(type, signed(mask(int(token), type), type))
        match token:
            case "null":
                return ir.Null(type)
            case "undef" | "poison" | "none":
                return ir.Undef(type)
            case "zeroinitializer":
                return ir.Const(type, 0)
            case "getelementptr":
                return self._constant_address()
            case "ptrtoint":
                return self._constant_number(type)
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
        return self._constant("getelementptr", _PTR, *operands, flags=flags, source_type=source)

    def _constant_number(self, type: ir.Type) -> ir.Local:
        self.expect("(")
        pointer = self.typed()
        self.expect("to")
        self.type()
        self.expect(")")
        return self._constant("ptrtoint", type, pointer)

    def _constant(self, opcode: str, type: ir.Type, *operands: ir.Operand, **more: object) -> ir.Local:
        name = f"{self.fresh}.{len(self.extra)}"
        self.extra.append(ir.Instruction(opcode, name, type, operands, loc=self.place, **more))  # type: ignore[arg-type]
        return ir.Local(name, type)

    def typed(self) -> ir.Operand:
        type = self.type()
        self.attributes()
        return self.value(type)

    def flags(self) -> frozenset[str]:
        found = set()
        while True:
            token = self.line[self.at]
            if token in _FLAGS:
                found.add(self.next())
            elif token == "inrange":
                self.next()
                self.group()
            elif token in _FAST_MATH:
                self.next()
            else:
                return frozenset(found) if found else _NO_FLAGS

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
                return tuple(signed(byte, _BYTE) for byte in string_bytes(self.next()))
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
        if body.startswith("\\\\", at):
            found.append(ord("\\"))
            at += 2
        elif body[at] == "\\":
            found.append(int(body[at + 1 : at + 3], 16))
            at += 3
        else:
            found.append(ord(body[at]))
            at += 1
    return found
