"""Every fault that `check` knows is found, with the pass that is to blame; guards that exclude each other."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hlsgen.core.errors import InternalError
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.guards import Guards
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Memory, Op, Return, Stream
from hlsgen.hls.cdfg.semantics import compare, evaluate

CONST = Op(1, Kind.CONST, 8, value=3)
WIDE = Op(2, Kind.CONST, 9, value=3)
BIT = Op(3, Kind.CONST, 1, value=1)


def function(*ops: Op, end=Return(), blocks: dict[str, Block] | None = None) -> Function:  # noqa: B008
    table = {op.id: op for op in (CONST, WIDE, BIT, *ops)}
    return Function("f", table, blocks or {"entry": Block("entry", tuple(table), end)})


@pytest.mark.parametrize(
    ("op", "fault"),
    [
        (Op(4, Kind.ADD, 8, (1, 2)), "operand widths differ from the result's"),
        (Op(4, Kind.SHL, 8, (2, 1)), "operand width differs from the result's"),
        (Op(4, Kind.ICMP, 1, (1, 2), predicate="eq"), "compared widths differ"),
        (Op(4, Kind.SELECT, 8, (1, 1, 1)), "select widths"),
        (Op(4, Kind.ZEXT, 8, (1,)), "an extension that does not extend"),
        (Op(4, Kind.SLICE, 4, (1,), value=5), "slice outside its operand"),
        (Op(4, Kind.CONCAT, 16, (1, 2)), "concat widths"),
        (Op(4, Kind.CONST, 2, value=4), "constant out of range"),
        (Op(4, Kind.ADD, 8, (1, 99)), "%99 is not defined"),
        (Op(4, Kind.ADD, 8, (1, 4)), "%4 does not come before it"),
        (Op(4, Kind.PHI, 8, (1,), blocks=("nowhere",)), "incoming blocks are not the predecessors []"),
    ],
)
def test_faulty_operation(op, fault):
    with pytest.raises(InternalError) as error:
        check(function(op), "some_pass")
    assert str(error.value).startswith(f"after some_pass: f: {op}: {fault} (state dumped to ")
    error.value.dump.unlink()


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        (Jump("x"), "entry goes to a block that is not there"),
        (Branch(1, "x", "entry"), "entry goes to a block"),
        (Branch(9, "entry", "entry"), "entry branches on %9, which does not come before it"),
    ],
)
def test_faulty_terminator(end, fault):
    with pytest.raises(InternalError, match=fault) as error:
        check(function(end=end))
    error.value.dump.unlink()


def test_a_condition_is_one_bit():
    blocks = {"entry": Block("entry", (1, 2, 3), Branch(1, "exit", "exit")), "exit": Block("exit", (), Return())}
    with pytest.raises(InternalError, match="entry branches on %1, which is not one bit") as error:
        check(function(blocks=blocks))
    error.value.dump.unlink()


def test_a_block_that_nothing_goes_to():
    with pytest.raises(InternalError, match="lost cannot be reached") as error:
        check(function(blocks={"entry": Block("entry", (1, 2, 3), Return()), "lost": Block("lost", (), Return())}))
    error.value.dump.unlink()


def test_a_phi_takes_what_there_is_at_the_end_of_its_block():
    late = Op(4, Kind.COPY, 8, (1,))
    phi = Op(5, Kind.PHI, 8, (1, 4), blocks=("entry", "then"))
    blocks = {
        "entry": Block("entry", (1, 2, 3), Branch(3, "then", "join")),
        "then": Block("then", (), Jump("join")),
        "join": Block("join", (5, 4), Return()),
    }
    with pytest.raises(InternalError, match="%4 does not come before the end of then") as error:
        check(function(late, phi, blocks=blocks))
    error.value.dump.unlink()


def test_an_operation_stands_in_one_block():
    blocks = {"entry": Block("entry", (1, 2, 3), Jump("exit")), "exit": Block("exit", (3,), Return())}
    with pytest.raises(InternalError, match="an operation stands in two blocks") as error:
        check(function(blocks=blocks))
    error.value.dump.unlink()


@pytest.mark.parametrize(
    ("ops", "fault"),
    [
        ((Op(4, Kind.READ, 8, object="a"),), "stream a ran dry"),
        ((Op(4, Kind.STORE, 0, (1, 1), object="m"),), "writes element 3 of 2"),
    ],
)
def test_the_interpreter_says_what_went_wrong(ops, fault):
    faulty = replace(function(*ops), memories={"m": Memory("m", 8, (2,))}, streams={"a": Stream("a", 8, "in")})
    with pytest.raises(InternalError, match=fault) as error:
        interpret(faulty, {})
    error.value.dump.unlink()


def test_the_interpreter_stops():
    with pytest.raises(InternalError, match="more than 5 blocks executed") as error:
        interpret(function(end=Jump("entry")), {}, step_limit=5)
    error.value.dump.unlink()


def guarded(guards: list[Op]) -> list[Op]:
    """Stores under the last two of the operations."""
    return [Op(90 + k, Kind.STORE, 0, (1, 1), object="m", guard=guard.id) for k, guard in enumerate(guards[-2:])]


A, B = Op(10, Kind.READ, 1, object="a"), Op(11, Kind.READ, 1, object="a")
NOT_A = Op(12, Kind.XOR, 1, (10, 3))
A_AND_B, B_NOT_A = Op(13, Kind.AND, 1, (10, 11)), Op(14, Kind.AND, 1, (12, 11))
X = Op(20, Kind.READ, 8, object="a")
FOUR = Op(21, Kind.CONST, 8, value=4)
IS_3, IS_4 = Op(22, Kind.ICMP, 1, (20, 1), predicate="eq"), Op(23, Kind.ICMP, 1, (20, 21), predicate="eq")
BELOW, ABOVE = Op(24, Kind.ICMP, 1, (20, 1), predicate="ult"), Op(25, Kind.ICMP, 1, (20, 1), predicate="uge")
ZERO = Op(26, Kind.CONST, 1, value=0)
SAME_A = Op(27, Kind.XOR, 1, (10, 26))
BOTH_CONST = Op(28, Kind.XOR, 1, (3, 26))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (A, NOT_A, True), (A, B, False), (A_AND_B, B_NOT_A, True), (A_AND_B, B, False), (IS_3, IS_4, True),
        (IS_3, IS_3, False), (BELOW, ABOVE, True), (BELOW, IS_3, False), (A, SAME_A, False), (NOT_A, SAME_A, True),
        (A, BOTH_CONST, False),
    ],
)  # fmt: skip
def test_exclusive_guards(one, other, expected):
    ops = (A, B, NOT_A, A_AND_B, B_NOT_A, X, FOUR, IS_3, IS_4, BELOW, ABOVE, ZERO, SAME_A, BOTH_CONST)
    stores = guarded([one, other])
    f = function(*ops, *stores)
    guards = Guards(f.ops)
    assert guards.exclusive(*stores) is guards.exclusive(*reversed(stores)) is expected
    assert guards.exclusive(stores[0], replace(stores[1], guard=None)) is False


def random_logic(source: random.Random, size: int) -> Function:
    """One-bit logic on three bits and on comparisons of one word with constants."""
    ops = [Op(id, Kind.READ, 1, object="bits") for id in (1, 2, 3)]
    ops += [Op(4, Kind.READ, 2, object="words"), Op(5, Kind.CONST, 1, value=1), Op(6, Kind.CONST, 1, value=0)]
    ops += [Op(7 + value, Kind.CONST, 2, value=value) for value in range(4)]
    logic = [1, 2, 3, 5, 6]
    while len(logic) < size:
        id, kind = len(ops) + 1, source.choice([Kind.AND, Kind.OR, Kind.XOR, Kind.ICMP])
        if kind is Kind.ICMP:
            ops.append(Op(id, kind, 1, (4, source.randint(7, 10)), predicate=source.choice(["eq", "ne", "ult", "uge"])))
        else:
            other = 5 if kind is Kind.XOR and source.random() < 0.8 else source.choice(logic)
            ops.append(Op(id, kind, 1, (source.choice(logic[-6:]), other)))
        logic.append(id)
    table = {op.id: op for op in ops}
    return Function("f", table, {"entry": Block("entry", tuple(table), Return())})


@given(st.integers(0, 1 << 30))
def test_what_is_said_of_guards_is_true(seed):
    """Of all inputs: exclusive guards never hold together, and conjuncts hold whenever their guard has its value."""
    f = random_logic(random.Random(seed), 24)
    guards = Guards(f.ops)
    logic = [id for id, op in f.ops.items() if op.width == 1]
    pairs = [(a, b) for a, b in combinations(logic, 2) if guards.exclusive(*guarded([f.ops[a], f.ops[b]]))]
    for inputs in product([0, 1], [0, 1], [0, 1], range(4)):
        values = dict(zip((1, 2, 3, 4), inputs, strict=True))
        for id, op in f.ops.items():
            if op.kind is not Kind.READ:
                values[id] = evaluate(op, [values[arg] for arg in op.args], [f.ops[arg].width for arg in op.args])
        assert not any(values[a] and values[b] for a, b in pairs)
        for id in logic:
            for what, holds in guards.conjuncts(id, bool(values[id])):
                if isinstance(what, tuple):
                    compared = [values[arg] for arg in what[2]]
                    assert compare(what[1], *compared, 2) == holds
                else:
                    assert bool(values[what]) == holds
