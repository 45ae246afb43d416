"""Sizes and byte offsets of types in memory, as x86-64 Linux (the target of our Clang runs) lays them out."""

from __future__ import annotations

from . import ir


def size_bytes(type: ir.Type) -> int:
    """The distance between two elements of an array of `type`."""
    match type:
        case ir.IntType(bits):
            return _round_up(-(-bits // 8), alignment(type))
        case ir.ArrayType(count, element):
            return count * size_bytes(element)
        case ir.StructType():
            return field_offsets(type)[-1]
        case ir.FloatType(name):
            return {"half": 2, "bfloat": 2, "float": 4, "double": 8}.get(name, 16)
        case _:
            return 8


def alignment(type: ir.Type) -> int:
    match type:
        case ir.IntType(bits):
            return min(16, 1 << (-(-bits // 8) - 1).bit_length())
        case ir.ArrayType(_, element):
            return alignment(element)
        case ir.StructType(fields, packed):
            return 1 if packed else max(map(alignment, fields), default=1)
        case _:
            return size_bytes(type)


def field_offsets(type: ir.StructType) -> list[int]:
    """The offset of each field, then the size of the whole."""
    offsets, end = [], 0
    for field in type.fields:
        end = _round_up(end, 1 if type.packed else alignment(field))
        offsets.append(end)
        end += size_bytes(field)
    return [*offsets, _round_up(end, alignment(type))]


def constant_offset(type: ir.Type, indices: tuple[ir.Operand, ...]) -> int:
    """The bytes that a getelementptr of `type` with these indices adds; those that are no constants count as 0."""
    total = 0
    for number, index in enumerate(indices):
        value = index.value if isinstance(index, ir.Const) else 0
        if number == 0:
            total += value * size_bytes(type)
        elif isinstance(type, ir.ArrayType):
            type = type.element
            total += value * size_bytes(type)
        elif isinstance(type, ir.StructType):
            total += field_offsets(type)[value]
            type = type.fields[value]
    return total


def inside(type: ir.Type, offset: int) -> ir.Type | None:
    """The outermost type that starts `offset` bytes into `type`, None when none does."""
    while offset:
        match type:
            case ir.ArrayType(count, element) if offset < count * size_bytes(element):
                type, offset = element, offset % size_bytes(element)
            case ir.StructType(fields):
                starts = field_offsets(type)
                number = max((i for i in range(len(fields)) if starts[i] <= offset), default=0)
                if not fields or offset >= starts[number] + size_bytes(fields[number]):
                    return None
                type, offset = fields[number], offset - starts[number]
            case _:
                return None
    return type


def leaves(type: ir.Type, offset: int = 0) -> list[tuple[int, ir.Type]]:
    """Every scalar of `type` with its byte offset."""
    match type:
        case ir.ArrayType(count, element):
            size = size_bytes(element)
            return [leaf for i in range(count) for leaf in leaves(element, offset + i * size)]
        case ir.StructType(fields):
            starts = field_offsets(type)
            return [leaf for start, each in zip(starts, fields, strict=False) for leaf in leaves(each, offset + start)]
        case _:
            return [(offset, type)]


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
