"""Byte offsets of addresses: what a getelementptr adds, and how many steps of some bytes a value is."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, prod

from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import field_offsets, size_bytes

from .import_body import Body
from .ir import Kind
from .layout import Address

FLAT_INDEX_BITS = 32


def gep_offsets(i: llvm.Instruction) -> Iterator[int]:
    """What a getelementptr adds in bytes: its constants, and the strides of its indices."""
    type = i.source_type
    assert type is not None
    for position, operand in enumerate(i.operands[1:]):
        if position and isinstance(type, llvm.StructType):
            assert isinstance(operand, llvm.Const)
            yield field_offsets(type)[operand.value]
            type = type.fields[operand.value]
            continue
        if position:
            assert isinstance(type, llvm.ArrayType)
            type = type.element
        stride = size_bytes(type)
        yield stride * operand.value if isinstance(operand, llvm.Const) else stride


def index(body: Body, address: Address, width: int) -> int:
    """The index modulo a power of two: the high bits of an address in range say nothing."""
    total: int | None = None
    for scale, value in address.terms:
        term = body.resize(value, width)
        if scale != 1:
            term = body.op(Kind.MUL, width, (term, body.const(scale, width)))
        total = term if total is None else body.op(Kind.ADD, width, (total, term))
    if total is None:
        return body.const(address.constant, width)
    if address.constant % (1 << width):
        total = body.op(Kind.ADD, width, (total, body.const(address.constant, width)))
    return total


def divisor(body: Body, value: int) -> int:
    """A number that divides the value, by the constants in it; 1 when nothing is known."""
    op = body.ops[value]
    match op.kind:
        case Kind.CONST:
            return op.value
        case Kind.SELECT:
            return gcd(*(divisor(body, arg) for arg in op.args[1:])) or 1
        case Kind.ADD | Kind.SUB:
            return gcd(*(divisor(body, arg) for arg in op.args)) or 1
        case Kind.ZEXT | Kind.SEXT:
            return divisor(body, op.args[0])
        case Kind.MUL:
            return prod(divisor(body, arg) for arg in op.args) or 1
        case Kind.SHL if body.ops[op.args[1]].kind is Kind.CONST:
            return divisor(body, op.args[0]) << body.ops[op.args[1]].value
    return 1


def constants_of(body: Body, value: int) -> tuple[int, ...]:
    """The constants that the value is one of, () when it is something else."""
    op = body.ops[value]
    if op.kind is Kind.CONST:
        return (op.value - (1 << op.width) if op.value >> (op.width - 1) else op.value,)
    if op.kind is not Kind.SELECT:
        return ()
    one, other = (constants_of(body, arg) for arg in op.args[1:])
    return (*one, *other) if one and other else ()


def divided(body: Body, value: int, by: int, less: int = 0) -> int:
    """The value divided by a divisor of it; of a choice of constants, what is above `less`."""
    op = body.ops[value]
    if by == 1 and not less:
        return value
    match op.kind:
        case Kind.CONST:
            return body.const((op.value - less) // by, op.width)
        case Kind.SELECT:
            return body.op(op.kind, op.width, (op.args[0], *(divided(body, arg, by, less) for arg in op.args[1:])))
        case Kind.ADD | Kind.SUB | Kind.ZEXT | Kind.SEXT:
            return body.op(op.kind, op.width, tuple(divided(body, arg, by) for arg in op.args))
    first = op.args[0]
    if op.kind is Kind.SHL:
        shift = body.ops[op.args[1]].value
        rest = gcd(by, 1 << shift)
        return body.op(
            Kind.MUL, op.width, (divided(body, first, by // rest), body.const((1 << shift) // rest, op.width))
        )
    part = gcd(by, divisor(body, first))
    return body.op(Kind.MUL, op.width, (divided(body, first, part), divided(body, op.args[1], by // part)))
