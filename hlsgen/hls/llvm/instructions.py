"""One line of LLVM IR -> one `ir.Instruction`."""

from __future__ import annotations

from collections.abc import Callable

from hlsgen.core.errors import Place, UserError

from . import ir
from .cursor import FLOATS, Cursor
from .text import unquote

_BINARY = frozenset("add sub mul udiv sdiv urem srem and or xor shl lshr ashr fadd fsub fmul fdiv frem".split())
_CASTS = frozenset(
    "trunc zext sext bitcast ptrtoint inttoptr freeze fneg fptosi fptoui sitofp uitofp fpext fptrunc".split()
)
_PTR = ir.PtrType()
_VOID = ir.VoidType()
_I1 = ir.IntType(1)


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


def _phi(cursor: Cursor, make: Callable[..., ir.Instruction], late: dict[str, list[ir.Instruction]]) -> ir.Instruction:
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
    return make(type, *operands, labels=tuple(labels))


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
        if is_int or token in ("ptr", "void", "{", "[", "<") or token in FLOATS or token[0] == "%":
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
