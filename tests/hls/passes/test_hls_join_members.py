"""Structs behind an AXI master become words where they are read, and where they are written as a whole."""

from __future__ import annotations

import pytest

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Block, Function, Kind, Memory, Op, Return
from hlsgen.hls.passes.join_members import join_members


def function(*accesses: tuple[str, int]) -> Function:
    """Accesses of members of element 5 in one block: a member, and what is stored there (-1: it is loaded)."""
    memories = {
        name: Memory(name, 8 * size, (0,), external=True, bus="gmem", argument="p", offset_bytes=at, strides_bytes=(8,))
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
