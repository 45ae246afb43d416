"""Byte offsets of addresses: what a getelementptr adds, and how many steps of some bytes a value is."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, prod

from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import field_offsets, size_bytes

from .import_body import Body
from .ir import Kind, Op
from .layout import Address

FLAT_INDEX_BITS = 32
_POINTER_BITS = 64


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
        scale, value = _undivided(body, scale, value)
        term = body.resize(value, width)
        if scale != 1:
            term = body.op(Kind.MUL, width, (term, body.const(scale, width)))
        total = term if total is None else body.op(Kind.ADD, width, (total, term))
    if total is None:
        return body.const(address.constant, width)
    if address.constant % (1 << width):
        total = body.op(Kind.ADD, width, (total, body.const(address.constant, width)))
    return total


def _undivided(body: Body, scale: int, value: int) -> tuple[int, int]:
    """What was divided only to be multiplied again, as it was."""
    whole, by = body.quotients.get(value, (value, 1))
    return (scale // by, whole) if scale % by == 0 else (scale, value)


def in_bytes(body: Body, value: int) -> Address:
    """A 64-bit number of bytes as a sum of terms, each with a scale as high as its operations tell.

    Of narrower numbers nothing but the bits at the end is told: their sums and products may wrap.
    """
    op = body.ops[value]
    if op.kind is Kind.CONST:
        return Address(_signed(op))
    if op.width >= _POINTER_BITS:
        args = op.args
        other = body.ops[args[1]] if len(args) == 2 else op
        if op.kind is Kind.ADD or (op.kind is Kind.OR and _is_below(other, _power_of_two(divisor(body, args[0])))):
            one, two = (in_bytes(body, arg) for arg in args)
            return Address(one.constant + two.constant, (*one.terms, *two.terms))
        if op.kind in (Kind.MUL, Kind.SHL) and other.kind is Kind.CONST:
            factor = _signed(other) if op.kind is Kind.MUL else 1 << other.value
            one = in_bytes(body, args[0])
            return Address(one.constant * factor, tuple((scale * factor, each) for scale, each in one.terms))
    constants = _constants(body, value)
    least = min(constants, default=0)
    size = gcd(*(each - least for each in constants)) or divisor(body, value)
    return Address(least, ((size, _divided(body, value, size, least)),))


def divisor(body: Body, value: int) -> int:
    """A number that divides the value, read as signed, by the constants in it; 1 when nothing is known."""
    op = body.ops[value]
    found = 1
    match op.kind:
        case Kind.CONST:
            return abs(_signed(op)) or 1 << op.width
        case Kind.SELECT:
            return gcd(*(divisor(body, arg) for arg in op.args[1:]))
        case Kind.PHI:
            return _power_of_two(body.steps.get(value, 0) or 1)
        case Kind.ADD | Kind.SUB:
            found = gcd(*(divisor(body, arg) for arg in op.args))
        case Kind.MUL:
            found = prod(divisor(body, arg) for arg in op.args)
        case Kind.SHL if body.ops[op.args[1]].kind is Kind.CONST:
            found = divisor(body, op.args[0]) << body.ops[op.args[1]].value
        case Kind.LSHR | Kind.ASHR if body.ops[op.args[1]].kind is Kind.CONST:
            found = max(1, _power_of_two(divisor(body, op.args[0])) >> body.ops[op.args[1]].value)
        case Kind.ZEXT | Kind.SEXT:
            return _power_of_two(divisor(body, op.args[0]))
        case Kind.OR | Kind.XOR:
            return min(_power_of_two(divisor(body, arg)) for arg in op.args)
        case Kind.AND:
            return max(_power_of_two(divisor(body, arg)) for arg in op.args)
    return found if op.width >= _POINTER_BITS else _power_of_two(found)


def _divided(body: Body, value: int, by: int, less: int = 0) -> int:
    """The value divided by a divisor of it; of a choice of constants, what is above `less`."""
    op = body.ops[value]
    if by == 1 and not less:
        return value
    match op.kind:
        case Kind.CONST:
            return body.const((_signed(op) - less) // by, op.width)
        case Kind.SELECT:
            return body.op(op.kind, op.width, (op.args[0], *(_divided(body, arg, by, less) for arg in op.args[1:])))
        case Kind.ADD | Kind.SUB if op.width >= _POINTER_BITS:
            return body.op(op.kind, op.width, tuple(_divided(body, arg, by) for arg in op.args))
        case Kind.MUL if op.width >= _POINTER_BITS:
            first, second = op.args
            part = gcd(by, divisor(body, first))
            return body.op(Kind.MUL, op.width, (_divided(body, first, part), _divided(body, second, by // part)))
        case Kind.SHL if op.width >= _POINTER_BITS:
            shifted = 1 << body.ops[op.args[1]].value
            part = gcd(by, shifted)
            first = _divided(body, op.args[0], by // part)
            return body.op(Kind.MUL, op.width, (first, body.const(shifted // part, op.width)))
    quotient = body.op(Kind.ASHR, op.width, (value, body.const(by.bit_length() - 1, op.width)))
    body.quotients[quotient] = value, by
    return quotient


def _constants(body: Body, value: int) -> tuple[int, ...]:
    """The constants that the value is one of, () when it is something else."""
    op = body.ops[value]
    if op.kind is Kind.CONST:
        return (_signed(op),)
    if op.kind is not Kind.SELECT:
        return ()
    one, other = (_constants(body, arg) for arg in op.args[1:])
    return (*one, *other) if one and other else ()


def _is_below(op: Op, limit: int) -> bool:
    return op.kind is Kind.CONST and op.value < limit


def _signed(op: Op) -> int:
    return op.value - (1 << op.width) if op.value >> (op.width - 1) else op.value


def _power_of_two(number: int) -> int:
    """The highest that divides it."""
    return number & -number
