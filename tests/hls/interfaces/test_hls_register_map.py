"""The register map: equal to those of public designs, and whatever is asked for, nothing overlaps."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from public_maps import MAPS

from hlsgen.hls.register_map import Placed, Wanted, address_bits, place


def wanted(line: tuple) -> Wanted:
    name, bits, what = line[:3]
    return Wanted(name, bits, depth=what) if isinstance(what, int) else Wanted(name, bits, what)


def offsets(placed: Placed) -> list[int]:
    """Every offset as a driver header lists them."""
    want = placed.wanted
    if want.depth:
        return [placed.base]
    words = [4 * k for k in range(want.data_words)]
    found = [placed.base + word for word in words]
    if want.direction == "inout":
        found += [placed.out_base + word for word in words]
    return found + ([placed.valid_offset] if placed.valid_offset is not None else [])


@pytest.mark.parametrize("name", MAPS)
def test_public_maps(name):
    lines = MAPS[name]
    assert [offsets(one) for one in place([wanted(line) for line in lines])] == [list(line[3:]) for line in lines]


def test_both_directions():
    """name_i at the base, name_o and its valid bit behind: four words each way at 96 bits."""
    assert offsets(place([Wanted("x", 32, "inout")])[0]) == [0x10, 0x18, 0x1C]
    assert offsets(place([Wanted("x", 96, "inout")])[0]) == [0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x2C]


def test_wide_return():
    first, second = place([Wanted("ap_return", 64, "return"), Wanted("x", 1)])
    assert (first.base, second.base, first.valid_offset) == (0x10, 0x1C, None)


def test_scalars_around_an_array():
    placed = place([Wanted("a", 32, depth=8), *(Wanted(f"x{k}", 32) for k in range(3))])
    assert [one.base for one in placed] == [0x20, 0x10, 0x18, 0x40]
    assert place([Wanted("a", 32, depth=48)])[0].base == 0x100
    assert place([Wanted("a", 24, depth=384)])[0].base == 0x800


def test_offsets_of_the_user():
    """An offset that fits is kept and the others go around it; one that does not is moved to the end."""
    asked = [Wanted("a", 32), Wanted("b", 32, offset=0x10), Wanted("c", 32, offset=0x14), Wanted("d", 32, offset=0x40)]
    assert [(one.base, one.moved) for one in place(asked)] == [
        (0x18, False), (0x10, False), (0x48, True), (0x40, False),
    ]  # fmt: skip
    assert place([Wanted("a", 32, offset=0x08)])[0] == Placed(Wanted("a", 32, offset=0x08), 0x10, moved=True)
    assert place([Wanted("a", 32, depth=16, offset=0x50)])[0].base == 0x40


def test_address_bits():
    assert address_bits([]) == 4
    assert address_bits(place([wanted(line) for line in MAPS["three pointers and a count"]])) == 6
    assert address_bits(place([wanted(line) for line in MAPS["processor"]])) == 16


arguments = st.builds(
    Wanted,
    name=st.just(""),
    bits=st.integers(1, 600),
    direction=st.sampled_from(["in", "out", "inout"]),
    depth=st.one_of(st.just(0), st.integers(1, 3000)),
    offset=st.one_of(st.none(), st.integers(0, 1 << 14)),
)


@given(st.lists(arguments, max_size=8))
def test_nothing_overlaps(found):
    named = [Wanted(f"x{k}", w.bits, w.direction, w.depth, w.offset) for k, w in enumerate(found)]
    placed = place(named)
    assert [one.wanted for one in placed] == named
    spans = sorted((one.base, one.end) for one in placed)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
    assert all(start >= 0x10 for start, _ in spans)
    for one in placed:
        assert one.base % one.wanted.alignment == 0
        assert one.end <= 1 << address_bits(placed)
        assert one.base == one.wanted.offset or one.wanted.offset is None or one.moved
