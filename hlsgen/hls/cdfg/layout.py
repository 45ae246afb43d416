"""Where the elements of an array lie in memory, and back: byte offsets to indices.

LLVM addresses bytes; hardware addresses elements of one scalar type. `leaves` lists the scalar fields of a type,
each a strided array; `Address` is a byte offset as a constant plus scaled values, and `indices` splits it along the
dimensions of a leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

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

    @property
    def kept_bytes(self) -> int:
        """What an element takes: Clang reads and writes a _BitInt with what it lies in."""
        kept = size_bytes(IntType(self.bits)) if self.bits <= 64 else -(-self.bits // 64) * 8
        return min(kept, *(stride for _, stride in self.dims)) if self.dims else kept


@dataclass(frozen=True, slots=True)
class Address:
    """`constant` + sum of scale * value, in bytes; values are operation ids. loose: a value counts bytes or steps over
    whatever lies there, not elements of an array of C++."""

    constant: int = 0
    terms: tuple[tuple[int, int], ...] = ()  # (scale, operation id)
    loose: bool = False

    def plus(self, scale: int, value: int | None = None) -> Address:
        if value is None:
            return replace(self, constant=self.constant + scale)
        return replace(self, terms=(*self.terms, (scale, value)))

    def plus_all(self, bytes: Address) -> Address:
        terms = (*self.terms, *bytes.terms)
        return Address(self.constant + bytes.constant, terms, self.loose or bool(bytes.terms))


START = Address()
Range = tuple[int, int]


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


def wide(flat: Type, element: Type) -> Type:
    """The bytes as which Clang writes an array of integers that are too wide for it, as an array of `element`."""
    element = canonical(element)
    if not isinstance(flat, ArrayType) or any(leaf.bits != 8 for leaf in leaves(flat)):
        return flat
    if not isinstance(element, IntType) or element.bits <= 8 or size_bytes(flat) % size_bytes(element):
        return flat
    if size_bytes(flat.element) % size_bytes(element) == 0:  # rows
        within = wide(flat.element, element)
        return ArrayType(flat.count, within if isinstance(within, ArrayType) else element)
    return ArrayType(size_bytes(flat) // size_bytes(element), element)


def shaped(flat: Type, shape: Sequence[int]) -> Type:
    """The array `flat` with the extents `shape`, when it has as many elements, or elements of elements."""
    count, element = 1, flat
    for _ in shape:
        if isinstance(element, ArrayType):
            count, element = count * element.count, element.element
    if count % prod(shape):
        return flat
    found = element if count == prod(shape) else ArrayType(count // prod(shape), element)
    for extent in reversed(shape):
        found = ArrayType(extent, found)
    return found


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


def steps_over(found: list[Leaf], address: Address, is_one: bool) -> bool:
    """Whether an address goes in steps of the whole object, of which there is one as far as its type tells. is_one:
    even if all that is in it are arrays."""
    if all(leaf.dims for leaf in found) and not is_one:  # an array
        return False
    size = max(leaf.offset + sum((n - 1) * stride for n, stride in leaf.dims) + -(-leaf.bits // 8) for leaf in found)
    return any(abs(scale) >= size for scale, _ in address.terms)


def find_leaf(
    found: Sequence[Leaf], address: Address, range_of: Callable[[int], Range]
) -> tuple[Leaf, list[Address]] | None:
    """The leaf that `address` falls on, with an index for each of its dimensions, in elements. range_of: lowest and
    highest of a value, as far as known.

    LLVM adds up the offsets of members and elements, so that an address may be read as one of several leaves: then it
    is the one in whose dimensions the indices certainly stay, or the only one in which they can, or else the only one
    that takes every term as an index of its own. A loose address has no such likely reading. None when that does not
    tell.
    """
    possible: dict[bool, list[tuple[Leaf, list[Address]]]] = {True: [], False: []}  # by whether it is the likely way
    for leaf in found:
        for number, split in enumerate(_splits(leaf, address)):
            spans = [span(index, range_of) for index in split]
            bounds = list(zip(spans, leaf.dims, strict=True))
            if all(low >= 0 and high < extent for (low, high), (extent, _) in bounds):
                return leaf, split
            if all(high >= 0 and (low < extent or not extent) for (low, high), (extent, _) in bounds):
                possible[number == 0].append((leaf, split))
    best = possible[True] or possible[False]
    if address.loose:
        return next(((leaf, split) for leaf, split in best if _is_all(leaf, address, found)), None)
    if len(best) > 1:
        best = [(leaf, split) for leaf, split in best if _is_plain(split)]
    return best[0] if len(best) == 1 else None


def reaches(leaf: Leaf, address: Address, range_of: Callable[[int], Range]) -> bool:
    """Whether an element of the leaf may start at the address: by scales and strides, and by ranges."""
    low, high = span(address.plus(-leaf.offset), range_of)
    last = sum((extent - 1) * stride for extent, stride in leaf.dims)
    if high < 0 or (low > last and all(extent for extent, _ in leaf.dims)):
        return False
    step = gcd(*(scale for scale, _ in address.terms))
    if not step:
        return _is_element(leaf, low)
    places = {(leaf.offset - address.constant) % step}
    for extent, stride in leaf.dims:
        rounds = step // gcd(step, stride)
        count = min(extent, rounds) if extent else rounds
        places = {(place + number * stride) % step for place in places for number in range(count)}
    return 0 in places


def _is_all(leaf: Leaf, address: Address, found: Sequence[Leaf]) -> bool:
    """Whether every place in the object that the scales leave the address is an element of the leaf."""
    if len(leaf.dims) != 1:
        return False
    [(extent, stride)] = leaf.dims
    end = max(each.offset + sum((n - 1) * step for n, step in each.dims) + each.kept_bytes for each in found)
    steady = all(scale % stride == 0 for scale, _ in address.terms) and (address.constant - leaf.offset) % stride == 0
    return steady and leaf.offset < stride and (not extent or leaf.offset + extent * stride >= end)


def _is_element(leaf: Leaf, rest: int) -> bool:
    for extent, stride in leaf.dims:
        number = rest // stride
        number = min(number, extent - 1) if extent else number
        rest -= number * stride
    return rest == 0


def _splits(leaf: Leaf, address: Address) -> Iterator[list[Address]]:
    """The ways to read an address as indices of a leaf, the likely one first.

    A term goes to the outermost dimension whose stride divides its scale. Constants are split towards zero where a
    term follows further in, so that `x - 1` stays in the dimension of `x`; but it may be the other way round.
    """
    terms: list[list[tuple[int, int]]] = [[] for _ in leaf.dims]
    for scale, value in address.terms:
        home = next((n for n, (_, stride) in enumerate(leaf.dims) if scale % stride == 0), None)
        if home is None:
            return
        terms[home].append((scale // leaf.dims[home][1], value))
    for steps in _steps(address.constant - leaf.offset, [stride for _, stride in leaf.dims], [bool(t) for t in terms]):
        yield [Address(count, tuple(each)) for count, each in zip(steps, terms, strict=True)]


def _steps(rest: int, strides: list[int], moving: list[bool]) -> Iterator[list[int]]:
    """Numbers of steps along each dimension that make `rest` bytes."""
    if not strides:
        if rest == 0:
            yield []
        return
    whole = rest // strides[0]
    choices = [whole]
    if any(moving[1:]) and rest % strides[0]:
        choices = [whole, whole + 1] if rest > 0 else [whole + 1, whole]
    for count in choices:
        for others in _steps(rest - count * strides[0], strides[1:], moving[1:]):
            yield [count, *others]


def span(index: Address, range_of: Callable[[int], Range]) -> Range:
    low = high = index.constant
    for factor, value in index.terms:
        least, most = range_of(value)
        low += factor * (least if factor > 0 else most)
        high += factor * (most if factor > 0 else least)
    return low, high


def _is_plain(split: list[Address]) -> bool:
    return all(len(index.terms) <= 1 and all(factor == 1 for factor, _ in index.terms) for index in split)
