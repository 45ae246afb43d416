"""The value of one integer instruction from the values of its operands (all as unsigned bit patterns)."""

from __future__ import annotations

from . import ir


def mask(value: int, type: ir.Type) -> int:
    """The unsigned reading of `value` in an integer type."""
    return value & ((1 << type.bits) - 1) if isinstance(type, ir.IntType) else value


def signed(value: int, type: ir.Type) -> int:
    """The signed reading of a bit pattern of an integer type."""
    assert isinstance(type, ir.IntType)
    return value - (1 << type.bits) if value >> (type.bits - 1) else value


def fold(instruction: ir.Instruction, arguments: list[int]) -> int | None:
    """The result, or None when the instruction is no pure integer operation (or divides by zero, or shifts out)."""
    if not isinstance(instruction.type, ir.IntType) or not instruction.operands:
        return None
    from_type = instruction.operands[0].type
    if not isinstance(from_type, ir.IntType):
        return None
    result = _fold(instruction, from_type, arguments)
    return None if result is None else mask(result, instruction.type)


def _fold(instruction: ir.Instruction, type: ir.IntType, arguments: list[int]) -> int | None:
    left = arguments[0]
    right = arguments[1] if len(arguments) > 1 else 0
    match instruction.opcode:
        case "add":
            return left + right
        case "sub":
            return left - right
        case "mul":
            return left * right
        case "and":
            return left & right
        case "or":
            return left | right
        case "xor":
            return left ^ right
        case "shl":
            return left << right if right < type.bits else None
        case "lshr":
            return left >> right if right < type.bits else None
        case "ashr":
            return signed(left, type) >> right if right < type.bits else None
        case "udiv":
            return left // right if right else None
        case "urem":
            return left % right if right else None
        case "trunc" | "zext" | "freeze":
            return left
        case "sext":
            return signed(left, type)
        case "select":
            return arguments[1] if left else arguments[2]
        case "icmp":
            return int(compare(instruction.predicate, left, right, type))
    return None


def compare(predicate: str, left: int, right: int, type: ir.IntType) -> bool:
    """An icmp of two bit patterns."""
    if predicate[0] == "s":
        left, right = signed(left, type), signed(right, type)
    match predicate.lstrip("su"):
        case "eq":
            return left == right
        case "ne":
            return left != right
        case "lt":
            return left < right
        case "le":
            return left <= right
        case "gt":
            return left > right
        case _:
            return left >= right
