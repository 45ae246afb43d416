"""Byte addresses to elements: leaves, indices, and the packed structs that Clang writes for arrays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hlsgen.hls.cdfg.layout import Address, Leaf, canonical, find_leaf, leaves, like, shaped, steps_over, wide
from hlsgen.hls.llvm.ir import ArrayType, IntType, StructType
from hlsgen.hls.llvm.layout import field_offsets, size_bytes

I8, I16, I32, I64 = map(IntType, (8, 16, 32, 64))


@pytest.mark.parametrize(
    ("type", "size"),
    [
        (I8, 1),
        (IntType(9), 2),
        (IntType(24), 4),
        (IntType(65), 16),
        (IntType(129), 32),
        (ArrayType(3, ArrayType(5, I16)), 30),
        (StructType((I8, I32, I8)), 12),
        (StructType((I8, I32, I8), packed=True), 6),
        (ArrayType(2, StructType((I8, I64))), 32),
    ],
)
def test_sizes(type, size):
    assert size_bytes(type) == size


def test_field_offsets():
    assert field_offsets(StructType((I8, I32, I16))) == [0, 4, 8, 12]
    assert field_offsets(StructType((I8, I32, I16), packed=True)) == [0, 1, 5, 7]


def test_leaves_of_an_array_of_structs():
    type = ArrayType(4, StructType((I8, ArrayType(3, I16))))
    assert leaves(type) == [Leaf("_0", 0, ((4, 8),), 8), Leaf("_1", 2, ((4, 8), (3, 2)), 16)]


def test_a_wrapper_adds_no_name():
    assert leaves(ArrayType(4, StructType((StructType((I32,)),)))) == [Leaf("", 0, ((4, 4),), 32)]


# what Clang writes for {{1, 2}, {}, {3}} and the like
ROW = StructType((I8, I8, ArrayType(2, I8)), packed=True)


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        (StructType((I32, I32, I32), packed=True), ArrayType(3, I32)),
        (StructType((I8, I8, ArrayType(6, I8)), packed=True), ArrayType(8, I8)),
        (ROW, ArrayType(4, I8)),
        (StructType((ArrayType(4, I8), ROW, ArrayType(8, I8)), packed=True), ArrayType(16, I8)),
        (ArrayType(3, StructType((I16,))), ArrayType(3, I16)),
        (StructType((I8, I16), packed=True), StructType((I8, I16), packed=True)),
    ],
)
def test_canonical(type, expected):
    assert canonical(type) == expected
    assert size_bytes(expected) == size_bytes(type)


def test_a_flat_array_gets_its_rows_back():
    flat = canonical(StructType((ROW, ArrayType(8, I8)), packed=True))
    assert flat == ArrayType(12, I8)
    assert like(flat, ArrayType(4, I8)) == ArrayType(3, ArrayType(4, I8))
    assert like(flat, ArrayType(12, I8)) == flat
    assert like(flat, ArrayType(5, I8)) == flat  # rows that do not fit


GRID = Leaf("", 0, ((3, 20), (5, 4)), 32)


def test_indices():
    address = Address().plus(20, 7).plus(4, 8).plus(4)
    assert indices(GRID, address) == [Address(0, ((1, 7),)), Address(1, ((1, 8),))]
    assert indices(GRID, Address(44)) == [Address(2), Address(1)]
    assert indices(GRID, Address().plus(40, 7)) == [Address(0, ((2, 7),)), Address()]  # two rows a step
    assert indices(GRID, Address().plus(2, 7)) is None  # half an element


def test_a_negative_constant_stays_with_its_variable():
    assert indices(GRID, Address(-20, ((20, 7),))) == [Address(-1, ((1, 7),)), Address()]
    assert indices(GRID, Address(-4, ((4, 7),))) == [Address(), Address(-1, ((1, 7),))]


def indices(leaf: Leaf, address: Address) -> list[Address] | None:
    found = find_leaf([leaf], address, anything)
    return found[1] if found else None


def anything(value: int) -> tuple[int, int]:
    return -(1 << 31), (1 << 31) - 1


@given(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1))
def test_every_element_is_found(row, column, field):
    type = ArrayType(4, ArrayType(3, StructType((I32, ArrayType(2, I8)))))
    found = leaves(type)
    address = Address(row * 24 + column * 8 + (4 + field if field else 0))
    leaf, split = find_leaf(found, address, anything)
    assert leaf is found[1 if field else 0]
    assert [part.constant for part in split] == [row, column, *([field] if field else [])]


def test_no_leaf_in_the_middle_of_an_element():
    assert find_leaf(leaves(ArrayType(4, I32)), Address(2), anything) is None


def test_members_behind_arrays():
    """struct { short z[3]; short b; short w[2][2]; } l[5]: which member an address means."""
    short = IntType(16)
    found = leaves(ArrayType(5, StructType((ArrayType(3, short), short, ArrayType(2, ArrayType(2, short))))))
    z, b, w = found
    rows = (16, 1)
    assert find_leaf(found, Address(6, (rows,)), anything)[0] is b
    assert find_leaf(found, Address(4, (rows,)), anything)[0] is z
    assert find_leaf(found, Address(8, (rows, (4, 2), (2, 3))), anything)[0] is w  # two terms are two indices
    bits = {1: (0, 4), 2: (1, 1), 3: (0, 1)}.__getitem__
    assert find_leaf(found, Address(4, (rows, (4, 2), (2, 3))), bits)[0] is w
    assert find_leaf(found, Address(16 - 2, (rows, (2, 3))), lambda value: {1: (0, 3), 3: (1, 2)}[value])[0] is z


def test_an_address_that_two_members_could_mean():
    short = IntType(16)
    found = leaves(ArrayType(5, StructType((ArrayType(3, short), ArrayType(3, short)))))
    address = Address(4, ((12, 1), (2, 3)))
    assert find_leaf(found, address, anything) is None
    assert find_leaf(found, address, {1: (0, 4), 3: (1, 3)}.__getitem__)[0] is found[1]
    assert find_leaf(found, address, {1: (0, 4), 3: (-2, 0)}.__getitem__)[0] is found[0]


def test_steps_over_an_object_that_is_one():
    two = [Leaf("_0", 0, (), 32), Leaf("_1", 4, (), 16)]
    for found, scale, over in (
        ([Leaf("", 0, (), 32)], 4, True),
        ([Leaf("", 0, ((1, 4),), 32)], 4, False),  # an array of one
        ([Leaf("", 0, ((8, 4),), 32)], 4, False),
        ([Leaf("", 0, ((0, 4),), 32)], 4, False),  # behind AXI
        (two, 4, False),  # from member to member
        (two, -8, True),
        ([*two, Leaf("_2", 8, ((4, 2),), 16)], 16, True),
    ):
        assert steps_over(found, Address(0, ((scale, 1),)), is_one=False) is over
    of_arrays = [Leaf("", 0, ((3, 4),), 32)]
    assert steps_over(of_arrays, Address(0, ((12, 1),)), is_one=True)
    assert not steps_over(of_arrays, Address(0, ((4, 1),)), is_one=True)


def nest(element, *shape):
    for extent in reversed(shape):
        element = ArrayType(extent, element)
    return element


@pytest.mark.parametrize("element", [IntType(16), nest(IntType(8), 3), StructType((IntType(8), IntType(32)))])
@pytest.mark.parametrize("flat", [(12,), (3, 4), (3, 4, 1)])
def test_a_table_gets_the_shape_that_cpp_gave_it(element, flat):
    assert shaped(nest(element, *flat), (3, 4, 1)) == nest(element, 3, 4, 1)
    assert shaped(nest(element, 11), (3, 4, 1)) == nest(element, 11)


def test_bytes_of_wide_numbers_keep_their_rows():
    number = StructType((nest(IntType(8), 24), nest(IntType(8), 8)))
    assert wide(nest(number, 1, 2, 3), IntType(192)) == nest(IntType(192), 1, 2, 3)
    assert wide(nest(IntType(8), 96), IntType(192)) == nest(IntType(192), 3)
