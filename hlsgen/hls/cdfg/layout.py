"""Where the elements of an array lie in memory, and back: byte offsets to indices.

LLVM addresses bytes; hardware addresses elements of one scalar type. `leaves` lists the scalar fields of a type,
each a strided array; `Address` is a byte offset as a constant plus scaled values, and `indices` splits it along the
dimensions of a leaf.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.llvm.ir import ArrayType, IntType, StructType, Type
from hlsgen.hls.llvm.layout import field_offsets, size_bytes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar inside an aggregate: at `offset` bytes, repeated along `dims` of (extent, stride in bytes)."""

    path: str
    offset: int
    dims: tuple[tuple[int, int], ...]
    bits: int

    def offsets(self) -> list[int]:
        """Of every element, row-major."""
        found = [self.offset]
        for extent, stride in self.dims:
            found = [start + index * stride for start in found for index in range(extent)]
        return found


@dataclass(frozen=True, slots=True)
class Address:
    """`constant` + sum of scale * value, in bytes; values are operation ids."""

    constant: int = 0
    terms: tuple[tuple[int, int], ...] = ()  # (scale, operation id)

    def plus(self, scale: int, value: int | None = None) -> Address:
        if value is None:
            return replace(self, constant=self.constant + scale)
        return replace(self, terms=(*self.terms, (scale, value)))


START = Address()


def canonical(type: Type) -> Type:
    """`type` without wrappers of one field, and with the arrays that Clang writes as packed structs (when their
    initialisers differ in type, or end in zeros) as arrays again. Rows of different length become one flat array.
    """
    match type:
        case ArrayType(count, element):
            return ArrayType(count, canonical(element))
        case StructType((field,), _):
            return canonical(field)
        case StructType(fields, True):
            parts = [canonical(field) for field in fields]
            if all(part == parts[0] for part in parts) and not isinstance(parts[0], ArrayType):
                return ArrayType(len(parts), parts[0])
            found = [leaf for part in parts for leaf in leaves(part)]
            if len({leaf.bits for leaf in found}) == 1:
                element = IntType(found[0].bits)
                return ArrayType(sum(map(size_bytes, parts)) // size_bytes(element), element)
            return StructType(tuple(parts), True)
        case StructType(fields, packed):
            return StructType(tuple(map(canonical, fields)), packed)
    return type


def in_one(leaf: Leaf) -> Leaf:
    """The leaf with dimensions that follow each other in memory as one: an index may then run over the end of a row."""
    dims: list[tuple[int, int]] = []
    for extent, stride in leaf.dims:
        if dims and dims[-1][1] == extent * stride:
            dims[-1] = (dims[-1][0] * extent, stride)
        else:
            dims.append((extent, stride))
    return replace(leaf, dims=tuple(dims))


def like(flat: Type, row: Type) -> Type:
    """The array `flat` as rows of the shape of `row`, when they fit."""
    row = canonical(row)
    if isinstance(flat, ArrayType) and isinstance(row, ArrayType) and size_bytes(flat) % size_bytes(row) == 0:
        count = size_bytes(flat) // size_bytes(row)
        return row if count == 1 else ArrayType(count, row)
    return flat


def leaves(type: Type, path: str = "", offset: int = 0, dims: tuple[tuple[int, int], ...] = ()) -> list[Leaf]:
    """The scalar leaves of `type` in memory order."""
    match type:
        case ArrayType(count, element):
            return leaves(element, path, offset, (*dims, (count, size_bytes(element))))
        case StructType(fields):
            places = field_offsets(type)
            wrapper = sum(bool(leaves(field)) for field in fields) == 1
            return [
                leaf
                for number, field in enumerate(fields)
                for leaf in leaves(field, path if wrapper else f"{path}_{number}", offset + places[number], dims)
            ]
        case IntType(bits):
            return [Leaf(path, offset, dims, bits)]
        case _:
            return []


def find_leaf(found: list[Leaf], address: Address) -> Leaf | None:
    """The leaf that `address` falls on: its constant, less whole strides of the dynamic dimensions, is the offset."""
    for leaf in found:
        rest = address.constant - leaf.offset
        for _, stride in leaf.dims:
            rest -= int(rest / stride) * stride
        if rest == 0 and indices(leaf, address) is not None:
            return leaf
    return None


def indices(leaf: Leaf, address: Address) -> list[Address] | None:
    """Per dimension the index, as an `Address` in elements; None when a term fits no dimension.

    A term goes to the outermost dimension whose stride divides its scale. Constants are split towards zero, so
    that `x - 1` stays in the dimension of `x`.
    """
    split = [Address() for _ in leaf.dims]
    rest = address.constant - leaf.offset
    for number, (_, stride) in enumerate(leaf.dims):
        steps = int(rest / stride)
        rest -= steps * stride
        split[number] = split[number].plus(steps)
    for scale, value in address.terms:
        home = next((n for n, (_, stride) in enumerate(leaf.dims) if scale % stride == 0), None)
        if home is None:
            return None
        split[home] = split[home].plus(scale // leaf.dims[home][1], value)
    return split
