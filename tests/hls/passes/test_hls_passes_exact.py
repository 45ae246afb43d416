"""What each pass is for, on functions small enough to read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Loop, Memory, Op, Partition, Return, Stream
from hlsgen.hls.passes.add_early import add_early
from hlsgen.hls.passes.balance import balance
from hlsgen.hls.passes.bank_memories import bank_memories
from hlsgen.hls.passes.count_ahead import count_ahead
from hlsgen.hls.passes.fold_unwritten import fold_unwritten
from hlsgen.hls.passes.if_convert import if_convert
from hlsgen.hls.passes.join_selects import join_selects
from hlsgen.hls.passes.merge_exclusive import merge_exclusive
from hlsgen.hls.passes.narrow import narrow, narrow_memories
from hlsgen.hls.passes.simplify import simplify


class Text:
    """A function written down operation by operation."""

    def __init__(self) -> None:
        self.ops: dict[int, Op] = {}
        self.blocks: dict[str, list[int]] = {}
        self.block("entry")

    def block(self, label: str) -> None:
        self.blocks[label] = []
        self.label = label

    def op(self, kind: Kind, width: int = 0, *args: int, **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        self.blocks[self.label].append(id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value)

    def read(self, width: int = 8) -> int:
        return self.op(Kind.READ, width, object="a")

    def write(self, value: int, guard: int | None = None) -> None:
        self.op(Kind.WRITE, 0, value, object="out", guard=guard)

    def close(self, ends=None, **more) -> Function:
        ends = ends or {"entry": Return()}
        blocks = {label: Block(label, tuple(ids), ends[label]) for label, ids in self.blocks.items()}
        streams = {"a": Stream("a", 8, "in"), "out": Stream("out", 8, "out")}
        return check(Function("f", self.ops, blocks, streams=streams, **more))


def body(function: Function, label: str = "entry") -> list[str]:
    """The operations of a block but constants, which stand in their uses; values are v0, v1, ... in order."""
    shown: dict[int, str] = {}
    lines: list[str] = []
    for id in function.blocks[label].ops:
        op = function.ops[id]
        if op.kind is Kind.CONST:
            continue
        args = [shown.get(arg) or str(function.ops[arg].value) for arg in op.args]
        if op.width:
            shown[id] = f"v{len(shown)}"
        head = f"{shown[id]} =" if op.width else ""
        tail = f"if {shown[op.guard]}" if op.guard is not None else ""
        at = f"at {op.value}" if op.kind is Kind.SLICE else ""
        words = (head, op.kind.value, op.predicate, op.object, str(op.width or ""), *args, at, tail)
        lines.append(" ".join(word for word in words if word))
    return lines


def test_a_shift_by_a_constant_is_wiring():
    t = Text()
    t.write(t.op(Kind.SHL, 8, t.read(), t.const(3, 8)))
    assert body(simplify(t.close())) == ["v0 = read a 8", "v1 = slice 5 v0 at 0", "v2 = concat 8 v1 0", "write out v2"]


def test_an_or_of_disjoint_parts_is_a_concatenation():
    t = Text()
    low = t.op(Kind.ZEXT, 8, t.read(4))
    high = t.op(Kind.SHL, 8, t.op(Kind.ZEXT, 8, t.read(4)), t.const(4, 8))
    t.write(t.op(Kind.OR, 8, high, low))
    assert body(simplify(t.close())) == ["v0 = read a 4", "v1 = read a 4", "v2 = concat 8 v1 v0", "write out v2"]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.AND, 0x3C, ["v1 = slice 4 v0 at 2", "v2 = concat 6 v1 0", "v3 = zext 8 v2", "write out v3"]),
        (Kind.MUL, 4, ["v1 = slice 6 v0 at 0", "v2 = concat 8 v1 0", "write out v2"]),
        (Kind.UDIV, 8, ["v1 = slice 5 v0 at 3", "v2 = zext 8 v1", "write out v2"]),
        (Kind.UREM, 8, ["v1 = slice 3 v0 at 0", "v2 = zext 8 v1", "write out v2"]),
        (Kind.ASHR, 9, ["v1 = slice 1 v0 at 7", "v2 = sext 8 v1", "write out v2"]),
        (Kind.ADD, 0, ["write out v0"]),
    ],
)
def test_operations_with_a_constant(kind, value, expected):
    t = Text()
    t.write(t.op(kind, 8, t.read(), t.const(value, 8)))
    assert body(simplify(t.close())) == ["v0 = read a 8", *expected]


@pytest.mark.parametrize(
    ("predicate", "value", "folded"),
    [
        ("ult", 0, 0), ("uge", 0, 1), ("ugt", 255, 0), ("ule", 255, 1),
        ("slt", 128, 0), ("sge", 128, 1), ("sgt", 127, 0), ("sle", 127, 1),
    ],
)  # fmt: skip
def test_a_compare_that_cannot_fail(predicate, value, folded):
    t = Text()
    t.write(t.op(Kind.ICMP, 1, t.read(), t.const(value, 8), predicate=predicate))
    assert body(simplify(t.close())) == ["v0 = read a 8", f"write out {folded}"]


def test_stores_that_nothing_reads_go():
    t = Text()
    t.op(Kind.STORE, 0, t.const(0, 1), t.read(), object="m")
    function = simplify(t.close(memories={"m": Memory("m", 8, (2,))}))
    assert body(function) == ["v0 = read a 8"] and function.memories == {}


@pytest.mark.parametrize(
    ("more", "stored", "folded"),
    [({}, False, True), ({}, True, False), ({"init": (1, 2, 3, 4)}, False, False), ({"external": True}, False, False)],
)
def test_loads_of_what_nothing_writes(more, stored, folded):
    t = Text()
    at = t.op(Kind.SLICE, 2, t.read())
    if stored:
        t.op(Kind.STORE, 0, at, t.const(7, 8), object="m")
    t.write(t.op(Kind.LOAD, 8, at, object="m"))
    after = check(fold_unwritten(t.close(memories={"m": Memory("m", 8, (4,), **more)})))
    assert folded == all(op.kind is not Kind.LOAD for op in after.ops.values())


def counter(trip_count: int) -> Function:
    t = Text()
    zero, one, bound = t.const(0, 32), t.const(1, 32), t.const(trip_count, 32)
    t.block("loop")
    phi = t.op(Kind.PHI, 32, zero, zero, blocks=("entry", "loop"))
    t.write(t.op(Kind.SLICE, 8, phi))
    step = t.op(Kind.ADD, 32, phi, one)
    t.ops[phi] = Op(phi, Kind.PHI, 32, (zero, step), blocks=("entry", "loop"))
    again = t.op(Kind.ICMP, 1, step, bound, predicate="ult")
    t.block("exit")
    ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
    return t.close(ends, loops={"loop": Loop("loop", frozenset(["loop"]), ii=1, trip_count=trip_count)})


@pytest.mark.parametrize(("trip_count", "bits"), [(2, 1), (9, 4), (16, 4), (17, 5), (200, 8)])
def test_a_counter_gets_the_bits_of_its_trip_count(trip_count, bits):
    function = narrow(simplify(counter(trip_count)))
    (phi,) = [op for op in function.ops.values() if op.kind is Kind.PHI]
    assert phi.width == bits


def test_a_rom_gets_the_bits_of_its_contents():
    t = Text()
    t.write(t.op(Kind.LOAD, 8, t.op(Kind.SLICE, 2, t.read()), object="m"))
    words = (3, 0xFE, 1, 0xFC)  # -4..3
    function = narrow_memories(t.close(memories={"m": Memory("m", 8, (4,), words, rom=True)}))
    assert function.memories["m"] == Memory("m", 3, (4,), (3, 6, 1, 4), rom=True)
    assert body(function)[2:] == ["v2 = load m 3 v1", "v3 = sext 8 v2", "write out v3"]


def test_a_sum_becomes_a_tree_with_the_recurrence_last():
    t = Text()
    zero = t.const(0, 8)
    t.block("loop")
    total = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    words = [t.read() for _ in range(4)]
    chain = total
    for word in words:
        chain = t.op(Kind.ADD, 8, chain, word)
    t.ops[total] = Op(total, Kind.PHI, 8, (zero, chain), blocks=("entry", "loop"))
    t.write(chain)
    again = t.op(Kind.SLICE, 1, words[0])
    t.block("exit")
    ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
    function = check(balance(t.close(ends, loops={"loop": Loop("loop", frozenset(["loop"]), ii=1)})))
    adds = [function.ops[id] for id in function.blocks["loop"].ops if function.ops[id].kind is Kind.ADD]
    left, right, words_sum, with_total = adds
    assert {left.args, right.args} == {tuple(words[:2]), tuple(words[2:])}
    assert set(words_sum.args) == {left.id, right.id}
    assert set(with_total.args) == {words_sum.id, total}
    assert function.ops[total].args == (zero, with_total.id)


def either_store(*, between: bool) -> Function:
    t = Text()
    test = t.op(Kind.SLICE, 1, t.read())
    other = t.op(Kind.XOR, 1, test, t.const(1, 1))
    word, zero, one = t.read(), t.const(0, 1), t.const(1, 1)
    t.op(Kind.STORE, 0, zero, word, object="m", guard=test)
    if between:
        t.write(t.op(Kind.LOAD, 8, zero, object="m"))
    t.op(Kind.STORE, 0, one, word, object="m", guard=other)
    t.write(t.op(Kind.LOAD, 8, t.op(Kind.SLICE, 1, word), object="m"))
    return t.close(memories={"m": Memory("m", 8, (2,))})


def test_exclusive_stores_need_one_port():
    function = check(merge_exclusive(either_store(between=False)))
    (store,) = [op for op in function.ops.values() if op.kind is Kind.STORE]
    address, guard = function.ops[store.args[0]], function.ops[store.guard]
    assert (address.kind, guard.kind) == (Kind.SELECT, Kind.OR)


def test_a_store_does_not_pass_a_read():
    function = check(merge_exclusive(either_store(between=True)))
    assert sum(op.kind is Kind.STORE for op in function.ops.values()) == 2


@pytest.mark.parametrize(
    ("style", "index", "place"),
    [("cyclic", 5, "m_b1"), ("cyclic", 4, "m_b0"), ("block", 5, "m_b1"), ("block", 2, "m_b0")],
)
def test_a_constant_index_picks_its_bank(style, index, place):
    t = Text()
    t.op(Kind.STORE, 0, t.op(Kind.SLICE, 3, t.read()), t.read(), object="m")
    t.write(t.op(Kind.LOAD, 8, t.const(index, 3), object="m"))
    memory = Memory("m", 8, (6,), partitions=(Partition(0, style, 2),))
    function = check(bank_memories(t.close(memories={"m": memory})))
    assert {name: m.shape for name, m in function.memories.items()} == {"m_b0": (3,), "m_b1": (3,)}
    (load,) = [op for op in function.ops.values() if op.kind is Kind.LOAD]
    address = {"cyclic": index // 2, "block": index % 3}[style]
    assert load.object == place and function.ops[load.args[0]].value == address
    stores = [op for op in function.ops.values() if op.kind is Kind.STORE]
    assert [op.object for op in stores] == ["m_b0", "m_b1"] and all(op.guard is not None for op in stores)


def test_a_reshaped_rom_is_one_memory_of_wide_words():
    t = Text()
    for index in (2, 3):
        t.write(t.op(Kind.LOAD, 8, t.const(index, 2), object="m"))
    memory = Memory("m", 8, (4,), (1, 2, 3, 4), rom=True, partitions=(Partition(0, "cyclic", 2, reshape=True),))
    function = check(bank_memories(t.close(memories={"m": memory})))
    assert function.memories == {"m": Memory("m", 16, (2,), (0x0201, 0x0403), rom=True)}
    assert body(simplify(function)) == [
        "v0 = load m 16 1", "v1 = slice 8 v0 at 0", "write out v1", "v2 = slice 8 v0 at 8", "write out v2",
    ]  # fmt: skip


def test_if_and_else_become_one_block():
    t = Text()
    t.block("loop")
    word = t.read()
    test = t.op(Kind.SLICE, 1, word)
    t.block("then")
    t.write(word)
    t.block("join")
    value = t.op(Kind.PHI, 8, word, word, blocks=("then", "loop"))
    t.write(value)
    t.block("exit")
    ends = {
        "entry": Jump("loop"), "loop": Branch(test, "then", "join"), "then": Jump("join"),
        "join": Branch(test, "loop", "exit"), "exit": Return(),
    }  # fmt: skip
    loop = Loop("loop", frozenset(["loop", "then", "join"]), ii=1)
    function = check(if_convert(t.close(ends, loops={"loop": loop})))
    assert list(function.blocks) == ["entry", "loop", "exit"]
    assert function.loops["loop"].blocks == frozenset(["loop"])
    assert body(simplify(function), "loop") == [
        "v0 = read a 8",
        "v1 = slice 1 v0 at 0",
        "write out v0 if v1",
        "write out v0",
    ]


def test_a_loop_inside_a_pipelined_loop_is_refused():
    t = Text()
    test = t.op(Kind.SLICE, 1, t.read())
    for label in ("outer", "inner", "latch", "exit"):
        t.block(label)
    ends = {
        "entry": Jump("outer"), "outer": Jump("inner"), "inner": Branch(test, "inner", "latch"),
        "latch": Branch(test, "outer", "exit"), "exit": Return(),
    }  # fmt: skip
    loops = {
        "outer": Loop("outer", frozenset(["outer", "inner", "latch"]), "rows", ii=1, loc=Place("k.cpp", 3)),
        "inner": Loop("inner", frozenset(["inner"])),
    }
    with pytest.raises(UserError) as error:
        if_convert(t.close(ends, loops=loops))
    assert str(error.value) == (
        "k.cpp:3: f: loop rows: a loop is left inside a pipelined loop; give it constant bounds, or UNROLL it"
    )


def test_a_counter_that_is_compared_with_a_bound_from_outside_runs_ahead():
    t = Text()
    bound, zero = t.read(), t.const(0, 8)
    t.block("loop")
    count = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    following = t.op(Kind.ADD, 8, count, t.const(1, 8))
    t.write(count)
    more = t.op(Kind.ICMP, 1, following, bound, predicate="ult")
    t.ops[count] = replace(t.ops[count], args=(zero, following))
    t.block("end")
    ends = {"entry": Jump("loop"), "loop": Branch(more, "loop", "end"), "end": Return()}
    before = t.close(ends, loops={"loop": Loop("loop", frozenset({"loop"}), ii=1)})
    result = check(count_ahead(before))
    register, counter = (result.ops[id] for id in result.blocks["loop"].ops[:2])
    first, step = (result.ops[id] for id in register.args)
    assert counter.args == (zero, register.id)
    assert (first.kind, first.args[0], step.kind, step.args[0]) == (Kind.ADD, zero, Kind.ADD, register.id)
    assert result.ops[more].args == (register.id, bound)
    for value in (0, 1, 2, 5, 255):
        assert interpret(result, {"a": [value]}) == interpret(before, {"a": [value]})


def test_a_counter_that_starts_over_or_waits_runs_ahead_too():
    t = Text()
    bound, zero, one = t.read(), t.const(0, 8), t.const(1, 8)
    t.block("loop")
    row = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    column = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    t.write(t.op(Kind.XOR, 8, row, t.op(Kind.SHL, 8, column, t.const(4, 8))))
    next_column, next_row = (t.op(Kind.ADD, 8, each, one) for each in (column, row))
    inside = t.op(Kind.ICMP, 1, next_column, bound, predicate="ult")
    more_rows = t.op(Kind.ICMP, 1, next_row, bound, predicate="ult")
    columns = t.op(Kind.SELECT, 8, inside, next_column, zero)
    rows = t.op(Kind.SELECT, 8, inside, row, t.op(Kind.SELECT, 8, more_rows, next_row, t.const(7, 8)))
    t.ops[column] = replace(t.ops[column], args=(zero, columns))
    t.ops[row] = replace(t.ops[row], args=(zero, rows))
    more = t.op(Kind.OR, 1, inside, more_rows)
    t.block("end")
    ends = {"entry": Jump("loop"), "loop": Branch(more, "loop", "end"), "end": Return()}
    before = t.close(ends, loops={"loop": Loop("loop", frozenset({"loop"}), ii=1)})
    result = check(count_ahead(before))
    assert all(result.ops[result.ops[test].args[0]].kind is Kind.PHI for test in (inside, more_rows))
    for value in (0, 1, 2, 5):
        assert interpret(result, {"a": [value]}) == interpret(before, {"a": [value]})


def test_a_counter_that_starts_over_adds_before_it_is_known_whether():
    t = Text()
    limit, zero, one = t.read(), t.const(0, 8), t.const(1, 8)
    t.block("loop")
    column = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    over = t.op(Kind.ICMP, 1, column, limit, predicate="eq")
    here = t.op(Kind.SELECT, 8, over, zero, t.op(Kind.SELECT, 8, t.read(1), t.const(255, 8), column))
    t.write(here)
    following = t.op(Kind.ADD, 8, here, one)
    t.ops[column] = replace(t.ops[column], args=(zero, following))
    more = t.op(Kind.ICMP, 1, here, t.const(9, 8), predicate="ne")
    t.block("end")
    ends = {"entry": Jump("loop"), "loop": Branch(more, "loop", "end"), "end": Return()}
    before = t.close(ends, loops={"loop": Loop("loop", frozenset({"loop"}), ii=1)})
    result = check(add_early(before))
    outer = result.ops[following]
    inner = result.ops[outer.args[2]]
    assert [each.kind for each in (outer, inner)] == [Kind.SELECT] * 2
    assert [result.ops[each.args[1]].value for each in (outer, inner)] == [1, 0]
    total = result.ops[inner.args[2]]
    assert (total.kind, total.args) == (Kind.ADD, (column, one))
    words = {"a": [12, *[0] * 5, 1, *[0] * 30]}
    assert interpret(result, words) == interpret(before, words)


def test_a_sum_with_a_constant_keeps_the_bits_below_it():
    t = Text()
    t.write(t.op(Kind.SLICE, 4, t.op(Kind.ADD, 8, t.read(), t.const(0xB0, 8)), value=0))
    assert body(simplify(t.close())) == ["v0 = read a 8", "v1 = slice 4 v0 at 0", "write out v1"]


@pytest.mark.parametrize("between", [False, True])
def test_equal_loads_are_one_unless_something_is_stored_in_between(between):
    t = Text()
    at = t.read(2)
    first = t.op(Kind.LOAD, 8, at, object="m")
    if between:
        t.op(Kind.STORE, 0, t.read(2), t.read(), object="m")
    t.write(t.op(Kind.ADD, 8, first, t.op(Kind.LOAD, 8, at, object="m")))
    function = simplify(t.close(memories={"m": Memory("m", 8, (4,), init=(1, 2, 3, 4))}))
    assert sum(op.kind is Kind.LOAD for op in function.in_order()) == 1 + between


@pytest.mark.parametrize("outer_first", [False, True])
@pytest.mark.parametrize("inner_first", [False, True])
def test_selects_that_keep_the_same_value_become_one(outer_first, inner_first):
    t = Text()
    old = t.read()
    one, other = (t.op(Kind.SLICE, 1, old, value=place) for place in (0, 1))
    late = t.op(Kind.ADD, 8, t.read(), t.read())
    inner = t.op(Kind.SELECT, 8, other, *((old, late) if inner_first else (late, old)))
    t.write(t.op(Kind.SELECT, 8, one, *((old, inner) if outer_first else (inner, old))))
    before = t.close()
    after = simplify(check(join_selects(before)))
    assert [op.args[1:] for op in after.in_order() if op.kind is Kind.SELECT] == [(late, old)]
    for bits in range(4):
        assert interpret(after, {"a": [bits, 7, 8]}) == interpret(before, {"a": [bits, 7, 8]})


def test_a_late_condition_keeps_its_select_to_itself():
    t = Text()
    old = t.read()
    early = t.op(Kind.SLICE, 1, old, value=0)
    late = t.op(Kind.ICMP, 1, t.op(Kind.ADD, 8, old, t.read()), old, predicate="ult")
    inner = t.op(Kind.SELECT, 8, early, t.read(), old)
    t.write(t.op(Kind.SELECT, 8, late, inner, old))
    assert sum(line.startswith("v") and "select" in line for line in body(join_selects(t.close()))) == 2


def test_a_prefix_sum_takes_one_addition_from_iteration_to_iteration():
    t = Text()
    zero = t.const(0, 8)
    t.block("loop")
    carry = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    first = t.op(Kind.ADD, 8, carry, t.read())
    t.write(first)
    second = t.op(Kind.ADD, 8, first, t.read())
    t.write(second)
    more = t.op(Kind.ICMP, 1, second, t.const(99, 8), predicate="ult")
    t.ops[carry] = replace(t.ops[carry], args=(zero, second))
    t.block("end")
    ends = {"entry": Jump("loop"), "loop": Branch(more, "loop", "end"), "end": Return()}
    before = t.close(ends, loops={"loop": Loop("loop", frozenset({"loop"}), ii=1)})
    result = check(balance(before))
    total = result.ops[result.ops[carry].args[1]]
    assert total.kind is Kind.ADD and carry in total.args and first not in total.args
    assert interpret(result, {"a": [9, 8, 7, 80]}) == interpret(before, {"a": [9, 8, 7, 80]})


def test_sums_that_wait_for_each_other_stay():
    t = Text()
    zero = t.const(0, 8)
    t.block("loop")
    a, b = (t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop")) for _ in range(2))
    sooner = t.op(Kind.ADD, 8, a, b)
    other = t.op(Kind.XOR, 8, sooner, t.read())
    later = t.op(Kind.ADD, 8, other, sooner)  # (other + a) + b would be two additions behind `other`
    t.write(later)
    more = t.op(Kind.ICMP, 1, later, t.const(99, 8), predicate="ult")
    t.ops[a], t.ops[b] = replace(t.ops[a], args=(zero, later)), replace(t.ops[b], args=(zero, other))
    t.block("end")
    ends = {"entry": Jump("loop"), "loop": Branch(more, "loop", "end"), "end": Return()}
    before = t.close(ends, loops={"loop": Loop("loop", frozenset({"loop"}), ii=1)})
    assert check(balance(before)).ops == before.ops


def test_a_long_sum_of_values_that_go_round_becomes_a_tree():
    t = Text()
    zero = t.const(0, 8)
    t.block("loop")
    phis = [t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop")) for _ in range(4)]
    total = phis[0]
    for phi in phis[1:]:
        total = t.op(Kind.ADD, 8, total, phi)
        t.write(total)
    new = t.op(Kind.ADD, 8, total, t.read())
    more = t.op(Kind.ICMP, 1, new, t.const(99, 8), predicate="ult")
    for phi, following in zip(phis, (new, *phis), strict=False):  # a shift register: all of it is one recurrence
        t.ops[phi] = replace(t.ops[phi], args=(zero, following))
    t.block("end")
    ends = {"entry": Jump("loop"), "loop": Branch(more, "loop", "end"), "end": Return()}
    before = t.close(ends, loops={"loop": Loop("loop", frozenset({"loop"}), ii=1)})
    result = check(balance(before))

    def depth(id: int) -> int:
        op = result.ops[id]
        return 1 + max(map(depth, op.args)) if op.kind is Kind.ADD else 0

    assert depth(result.ops[phis[0]].args[1]) == 3  # of five terms
    words = {"a": [1, 2, 3, 50, 99]}
    assert interpret(result, words) == interpret(before, words)
