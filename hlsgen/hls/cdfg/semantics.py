"""What each pure operation computes, on unsigned integers: the definition that folding, interpreter and RTL share."""

from __future__ import annotations

from collections.abc import Sequence

from .ir import Kind, Op


def signed(value: int, width: int) -> int:
    """The two's complement reading of an unsigned `width`-bit value."""
    return value - (1 << width) if value >> (width - 1) & 1 else value


def compare(predicate: str, a: int, b: int, width: int) -> bool:
    if predicate[0] == "s":
        a, b = signed(a, width), signed(b, width)
    match predicate if predicate in ("eq", "ne") else predicate[1:]:
        case "eq":
            return a == b
        case "ne":
            return a != b
        case "lt":
            return a < b
        case "le":
            return a <= b
        case "gt":
            return a > b
        case _:
            return a >= b


def evaluate(op: Op, args: Sequence[int], widths: Sequence[int]) -> int:
    """The unsigned value of a pure operation. Division by zero gives all ones, remainder the dividend (as RISC-V)."""
    mask = (1 << op.width) - 1
    match op.kind:
        case Kind.CONST:
            return op.value
        case Kind.COPY:
            return args[0]
        case Kind.ADD:
            return (args[0] + args[1]) & mask
        case Kind.SUB:
            return (args[0] - args[1]) & mask
        case Kind.MUL:
            a, b = (signed(v, w) if s else v for v, w, s in zip(args, widths, op.signs, strict=True))
            return a * b & mask
        case Kind.AND:
            return args[0] & args[1]
        case Kind.OR:
            return args[0] | args[1]
        case Kind.XOR:
            return args[0] ^ args[1]
        case Kind.SHL:
            return args[0] << args[1] & mask if args[1] < op.width else 0
        case Kind.LSHR:
            return args[0] >> args[1] if args[1] < op.width else 0
        case Kind.ASHR:
            return signed(args[0], op.width) >> min(args[1], op.width - 1) & mask
        case Kind.ICMP:
            return int(compare(op.predicate, args[0], args[1], widths[0]))
        case Kind.SELECT:
            return args[1] if args[0] else args[2]
        case Kind.ZEXT:
            return args[0]
        case Kind.SEXT:
            return signed(args[0], widths[0]) & mask
        case Kind.SLICE:
            return args[0] >> op.value & mask
        case Kind.CONCAT:
            total = 0
            for value, width in zip(args, widths, strict=True):
                total = total << width | value
            return total
        case Kind.UDIV:
            return args[0] // args[1] if args[1] else mask
        case Kind.UREM:
            return args[0] % args[1] if args[1] else args[0]
        case Kind.SDIV | Kind.SREM:
            a, b = signed(args[0], op.width), signed(args[1], op.width)
            if b == 0:
                return mask if op.kind is Kind.SDIV else args[0]
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return (quotient if op.kind is Kind.SDIV else a - quotient * b) & mask
    raise ValueError(f"{op.kind} is not pure")
