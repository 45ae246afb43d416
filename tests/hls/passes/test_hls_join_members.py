"""Structs behind an AXI master become words where they are read, and where they are written as a whole."""

from __future__ import annotations

import pytest

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Block, Function, Kind, Memory, Op, Param, Return
from hlsgen.hls.passes.join_members import join_members


def function(*accesses: tuple[str, int]) -> Function:
    """Accesses of members of element 5 in one block: a member, and what is stored there (-1: it is loaded)."""
    memories = {
        name: Memory(
            name,
            8 * size,
            (0,),
            external=True,
            bus="gmem",
            argument="p",
            offset_bytes=at,
            strides_bytes=(8,),
            element_bytes=8,
        )
        for name, at, size in (("p_x", 0, 2), ("p_y", 2, 2), ("p_w", 4, 4))
    }
    ops = {1: Op(1, Kind.CONST, 32, value=5)}
    for name, value in accesses:
        width, id = memories[name].width, len(ops) + 1
        if value < 0:
            ops[id] = Op(id, Kind.LOAD, width, (1,), object=name)
        else:
            ops[id] = Op(id, Kind.CONST, width, value=value)
            ops[id + 1] = Op(id + 1, Kind.STORE, 0, (1, id), object=name)
    return check(Function("f", ops, {"entry": Block("entry", tuple(ops), Return())}, memories=memories))


def accesses_of(function: Function) -> list[tuple[Kind, str]]:
    ops = (function.ops[id] for id in function.blocks["entry"].ops)
    return [(op.kind, op.object) for op in ops if op.kind in (Kind.LOAD, Kind.STORE)]


def test_a_struct_is_one_word():
    joined = check(join_members(function(("p_x", -1), ("p_w", -1), ("p_y", 2), ("p_x", 1), ("p_w", 3), ("p_x", -1))))
    assert accesses_of(joined) == [(Kind.LOAD, "p"), (Kind.STORE, "p"), (Kind.LOAD, "p")]
    assert (joined.memories["p"].width, joined.memories["p"].strides_bytes) == (64, (8,))
    store = next(op for op in joined.ops.values() if op.kind is Kind.STORE)
    word = joined.ops[store.args[-1]]  # its first operand is the highest: w, y, x
    assert [joined.ops[arg].value for arg in word.args] == [3, 2, 1]
    slices = {op.value: op.width for op in joined.ops.values() if op.kind is Kind.SLICE}
    assert slices == {0: 16, 32: 32}


@pytest.mark.parametrize(
    "accesses",
    [
        [("p_x", -1), ("p_x", 1), ("p_w", 3)],  # a part is written
        [("p_x", 1), ("p_y", 2), ("p_x", 4), ("p_w", 3)],  # twice
        [("p_x", 1), ("p_y", 2), ("p_y", -1), ("p_w", 3)],  # read in between
    ],
)
def test_what_is_written_in_part_stays(accesses):
    before = function(*accesses)
    assert join_members(before) is before


def reads(memories: list[Memory], *places: tuple[str, int], factor: int = 4) -> Function:
    """Loads of one block: of element factor * n + k, for pairs of a memory and k; n is an argument."""
    ops = {1: Op(1, Kind.PARAM, 32, object="n"), 2: Op(2, Kind.CONST, 32, value=factor), 3: Op(3, Kind.MUL, 32, (1, 2))}
    for name, k in places:
        id = len(ops) + 1
        ops[id] = Op(id, Kind.CONST, 32, value=k)
        ops[id + 1] = Op(id + 1, Kind.ADD, 32, (3, id))
        ops[id + 2] = Op(id + 2, Kind.LOAD, memories[0].width, (id + 1,), object=name)
    named = {memory.name: memory for memory in memories}
    block = Block("entry", tuple(ops), Return())
    return check(Function("f", ops, {"entry": block}, memories=named, params={"n": Param("n", 32)}))


def row_of(shorts: int) -> Memory:
    """An array of vectors: their elements are counted through."""
    element = {"external": True, "bus": "gmem", "argument": "p", "strides_bytes": (2,), "element_bytes": 2 * shorts}
    return Memory("p_data", 16, (0,), **element)  # type: ignore[arg-type]


def test_a_vector_is_one_word():
    joined = check(join_members(reads([row_of(4)], ("p_data", 3), ("p_data", 0), ("p_data", -1 % 2**32))))
    assert accesses_of(joined) == [(Kind.LOAD, "p")] * 2  # of element n, and of the one before
    ops = joined.ops.values()
    assert [op.value for op in ops if op.kind is Kind.SLICE] == [48, 0, 48]
    first, before = (joined.ops[op.args[0]] for op in ops if op.kind is Kind.LOAD)
    assert first.kind is Kind.PARAM and before.kind is Kind.ADD


@pytest.mark.parametrize("places", [[("p_data", 0)], [("p_data", 0), ("p_data", 4)]])
def test_a_part_of_a_vector_stays(places):
    before = reads([row_of(4)], *places)
    assert join_members(before) is before


def test_a_vector_that_lies_across_words_stays():
    before = reads([row_of(8)], ("p_data", 3), ("p_data", 0))  # 4 * n is no element of 8
    assert join_members(before) is before


def test_a_factor_that_has_wrapped_around_has_no_quotient():
    """Which multiple of four of n this is, modulo 2^32, its product with 2 does not tell."""
    before = reads([row_of(4)], ("p_data", 3), ("p_data", 0), factor=1 << 30)
    assert join_members(before) is before


def test_structs_of_other_sizes_are_rows_of_words():
    common = {"external": True, "bus": "gmem", "argument": "p", "strides_bytes": (12,), "element_bytes": 12}
    members = [Memory(f"p_{name}", 32, (0,), offset_bytes=4 * k, **common) for k, name in enumerate("xyz")]
    joined = check(join_members(reads(members, ("p_x", 1), ("p_y", 1), ("p_z", 1))))
    assert joined.memories["p"].strides_bytes == (4,) and len(joined.memories) == 1
    loads = [joined.ops[op.args[0]] for op in joined.ops.values() if op.kind is Kind.LOAD]
    assert [joined.ops[index.args[1]].value for index in loads] == [3, 4, 5]  # behind 12 * n
    before = reads(members, ("p_x", 1), ("p_z", 1))
    assert join_members(before) is before
