"""What becomes of loops: several exits, none, nests, neighbours, and functions whose calls overlap."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_flow import random_flow
from random_functions import random_calls, random_perfect
from test_hls_passes_exact import Text, body

from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.facts import Facts
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Branch, Function, Jump, Kind, Loop, Memory, MemoryDependence, Param, Return, Stream
from hlsgen.hls.latency import latency_of
from hlsgen.hls.passes.balance import balance
from hlsgen.hls.passes.flatten_loops import around, flatten, flatten_loops
from hlsgen.hls.passes.if_convert import if_convert, merge_jumps
from hlsgen.hls.passes.merge_exclusive import merge_exclusive
from hlsgen.hls.passes.merge_loops import merge_loops
from hlsgen.hls.passes.narrow import narrow
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.pipeline_function import pipeline_function, why_not, why_one_call
from hlsgen.hls.passes.simplify import simplify
from hlsgen.hls.pipelining import schedule_pipelined
from hlsgen.hls.schedule import DelayTable

SEEDS = st.integers(0, 1 << 30)
LOOP = Loop("loop", frozenset(["loop", "rest"]), ii=1)


# ---- where a loop ends


def searching(targets: tuple[str, str]) -> Function:
    """Reads until bit 0 is set, else writes and goes on while bit 1 is; each way out goes to its own target."""
    t = Text()
    t.block("loop")
    word = t.read()
    stop, more = t.op(Kind.SLICE, 1, word), t.op(Kind.SLICE, 1, word, value=1)
    t.block("rest")
    total = t.op(Kind.ADD, 8, word, word)
    t.write(total)
    t.block("left")
    if targets == ("left", "left"):
        t.write(t.op(Kind.PHI, 8, word, total, blocks=("loop", "rest")))
    else:
        t.write(word)
        t.block("ended")
        t.write(total)
    ends = {"entry": Jump("loop"), "loop": Branch(stop, targets[0], "rest"), "rest": Branch(more, "loop", targets[1])}
    ends |= dict.fromkeys({"left", "ended"} & set(t.blocks), Return())
    return t.close(ends, loops={"loop": LOOP})


def test_an_exit_in_the_middle_guards_what_follows():
    function = check(simplify(if_convert(searching(("left", "left")))))
    assert list(function.blocks) == ["entry", "loop", "left"]
    assert body(function, "loop")[:3] == ["v0 = read a 8", "v1 = slice 1 v0 at 0", "v2 = slice 1 v0 at 1"]
    (write,) = [op for id in function.blocks["loop"].ops if (op := function.ops[id]).kind is Kind.WRITE]
    assert interpret(function, {"a": [2, 6, 0, 9]})["out"] == [4, 12, 0, 0]
    assert interpret(function, {"a": [2, 5, 9]})["out"] == [4, 5] and write.guard is not None


def test_behind_a_loop_with_two_targets_a_block_chooses():
    function = check(if_convert(searching(("left", "ended"))))
    assert sorted(function.blocks) == ["ended", "entry", "left", "loop", "loop.exit0"]
    choice = function.blocks["loop.exit0"].end
    assert isinstance(choice, Branch) and {choice.if_one, choice.if_zero} == {"left", "ended"}
    assert function.loops["loop"].blocks == {"loop"}
    assert interpret(function, {"a": [2, 0, 9]})["out"] == [4, 0, 0]
    assert interpret(function, {"a": [2, 5, 9]})["out"] == [4, 5]


def test_a_loop_without_an_end_goes_back_always():
    t = Text()
    t.block("loop")
    test = t.op(Kind.SLICE, 1, t.read())
    t.block("rest")
    t.write(t.read())
    ends = {"entry": Jump("loop"), "loop": Branch(test, "loop", "rest"), "rest": Jump("loop")}
    function = check(if_convert(t.close(ends, loops={"loop": LOOP})))
    assert function.blocks["loop"].end == Jump("loop") and list(function.blocks) == ["entry", "loop"]
    reads = [op for op in function.ops.values() if op.kind is Kind.READ]
    assert [op.guard is None for op in reads] == [True, False]


# ---- accesses that exclude each other


def either_read(*, depends: bool) -> Function:
    """A word from `a` if a bit is set, else if it is not; the second time perhaps only by what the first one was."""
    t = Text()
    test = t.op(Kind.SLICE, 1, t.op(Kind.READ, 8, object="b"))
    first = t.op(Kind.READ, 8, object="a", guard=test)
    other = t.op(Kind.XOR, 1, test, t.const(1, 1))
    if depends:
        other = t.op(Kind.AND, 1, other, t.op(Kind.SLICE, 1, first, value=1))
    t.write(first, guard=test)
    second = t.op(Kind.READ, 8, object="a", guard=other)
    t.write(t.op(Kind.ADD, 8, first, second))
    return t.close()


def test_exclusive_reads_become_one_that_always_happens():
    function = check(simplify(merge_exclusive(either_read(depends=False))))
    assert body(function) == [
        "v0 = read b 8", "v1 = slice 1 v0 at 0", "v2 = read a 8", "write out v2 if v1", "v3 = add 8 v2 v2",
        "write out v3",
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "cases"), [(Kind.READ, 5), (Kind.LOAD, 5), (Kind.LOAD, 2)])
def test_the_cases_of_a_switch_share_one_access(kind, cases):
    """A word of `m` or of `a` in each of some cases of a number; two loads find ports without sharing one."""
    t = Text()
    number = t.op(Kind.READ, 3, object="b")
    values, total = [], t.const(0, 8)
    for case in range(cases):
        here = t.op(Kind.ICMP, 1, number, t.const(case, 3), predicate="eq")
        args = (t.const(7 - case, 3),) if kind is Kind.LOAD else ()
        values.append(t.op(kind, 8, *args, object="m" if args else "a", guard=here))
        total = t.op(Kind.SELECT, 8, here, values[-1], total)
    t.write(total)
    ram = {"m": Memory("m", 8, (8,), tuple(range(50, 58)))} if kind is Kind.LOAD else {}
    before = t.close(memories=ram)
    function = check(simplify(merge_exclusive(before)))
    left = [op for op in function.ops.values() if op.kind is kind and op.object != "b"]
    assert len(left) == (1 if cases == 5 else 2)
    for case in range(8):
        inputs = {"b": [case], "a": [99]}
        assert interpret(function, inputs) == interpret(before, inputs)


def test_a_read_that_needs_the_other_stays():
    function = check(merge_exclusive(either_read(depends=True)))
    assert sum(op.object == "a" for op in function.ops.values()) == 2


# ---- nests


def nest(*, store: bool = False, effect: bool = False) -> Function:
    """`for 5 { for 6 { out.write(in.read()) } }`, with counters and perhaps more."""
    t = Text()
    zero, one = t.const(0, 8), t.const(1, 8)
    counts = [t.const(n, 8) for n in (5, 6)]
    t.block("outer")
    i = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "latch"))
    if effect:
        t.write(i)
    t.block("inner")
    j = t.op(Kind.PHI, 8, zero, zero, blocks=("outer", "inner"))
    t.write(t.op(Kind.XOR, 8, t.read(), t.op(Kind.ADD, 8, i, j)))
    if store:
        index = t.op(Kind.SLICE, 3, j)
        t.op(Kind.STORE, 0, index, t.op(Kind.LOAD, 8, index, object="m"), object="m")
    next_j = t.op(Kind.ADD, 8, j, one)
    more_j = t.op(Kind.ICMP, 1, next_j, counts[1], predicate="ne")
    t.block("latch")
    next_i = t.op(Kind.ADD, 8, i, one)
    more_i = t.op(Kind.ICMP, 1, next_i, counts[0], predicate="ne")
    t.block("exit")
    t.ops[i] = replace(t.ops[i], args=(zero, next_i))
    t.ops[j] = replace(t.ops[j], args=(zero, next_j))
    ends = {
        "entry": Jump("outer"), "outer": Jump("inner"), "inner": Branch(more_j, "inner", "latch"),
        "latch": Branch(more_i, "outer", "exit"), "exit": Return(),
    }  # fmt: skip
    loops = {
        "outer": Loop("outer", frozenset(["outer", "inner", "latch"]), "rows", trip_count=5),
        "inner": Loop("inner", frozenset(["inner"]), "columns", ii=2, trip_count=6),
    }
    memories = {"m": Memory("m", 8, (8,))} if store else {}
    return t.close(ends, loops=loops, memories=memories)


def with_inner(function: Function, **changes: object) -> Function:
    inner = replace(function.loops["inner"], **changes)  # type: ignore[arg-type]
    return replace(function, loops=function.loops | {"inner": inner})


def test_a_perfect_nest_is_one_loop_of_two_counters():
    before = nest()
    function = check(if_convert(flatten_loops(before)))
    (loop,) = function.loops.values()
    assert (loop.header, loop.label, loop.ii, loop.trip_count) == ("outer", "rows_columns", 2, 30)
    assert loop.flattened == ("inner",) and loop.blocks == {"outer"}
    phis = [function.ops[id] for id in function.blocks["outer"].ops if function.ops[id].kind is Kind.PHI]
    assert [op.width for op in phis] == [8, 8]  # no flag, nothing that goes round for nothing
    words = list(range(30))
    assert interpret(function, {"a": words}) == interpret(before, {"a": words})
    small = simplify(narrow(simplify(function)))
    phis = [small.ops[id] for id in small.blocks["outer"].ops if small.ops[id].kind is Kind.PHI]
    assert [op.width for op in phis] == [3, 3]  # bounded by what the branch says of both


@pytest.mark.parametrize(
    "function",
    [
        nest(effect=True),  # it would be done once more per row
        with_inner(nest(store=True), trip_count=None),  # the store of one row and the load of the next may collide
        with_inner(nest(), dependences=(MemoryDependence("m", 0),), trip_count=None),  # said of the columns alone
        with_inner(nest(), flatten=False),
        with_inner(nest(), ii=None),
    ],
    ids=["effect", "memory", "dependence", "off", "not pipelined"],
)
def test_other_nests_are_left_alone(function):
    assert flatten_loops(function) is function


def test_what_is_said_of_a_memory_in_one_loop_is_not_said_of_both():
    said = MemoryDependence("m", 0)
    function = with_inner(nest(store=True), dependences=(said,))
    (loop,) = flatten_loops(function).loops.values()
    assert loop.dependences == () and loop.trip_count == 30


def test_effects_are_kept_apart_by_a_flag_when_asked():
    before = nest(effect=True)
    after = check(flatten_loops(with_inner(before, flatten=True)))
    (loop,) = after.loops.values()
    assert loop.trip_count == 30
    flags = [op for op in after.ops.values() if op.kind is Kind.PHI and op.width == 1]
    assert len(flags) == 1 and after.blocks["outer"].end == Branch(flags[0].id, "inner", "outer.outer")
    words = list(range(30))
    assert interpret(after, {"a": words}) == interpret(before, {"a": words})


def test_a_loop_with_a_neighbour_is_not_flattened():
    function = nest()
    other = Loop("latch", frozenset(["latch"]))
    assert flatten(replace(function, loops=function.loops | {"latch": other}), "inner") is None
    assert around(function, "inner") == function.loops["outer"]


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_flattening_keeps_meaning_whatever_is_flattened(seed):
    example = random_flow(seed, levels=2 + seed % 2)
    before = check(merge_jumps(simplify(example.function)))
    expected = interpret(before, example.inputs(seed))
    for header in [header for header, loop in before.loops.items() if loop.ii is not None]:
        function, inner = before, header
        while (outer := around(function, inner)) is not None:
            flat = flatten(function, inner)
            assert flat is not None
            function, inner = check(flat, "flatten"), outer.header
            assert interpret(function, example.inputs(seed)) == expected
            assert interpret(check(if_convert(function)), example.inputs(seed)) == expected


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_perfect_nests_become_one_loop(seed):
    example = random_perfect(seed)
    before = example.function
    loops = {header: replace(loop, flatten=True) for header, loop in before.loops.items()}
    function = run_passes(replace(before, loops=loops))
    total = 1
    for loop in before.loops.values():
        total *= loop.trip_count
    assert [loop.trip_count for loop in function.loops.values()] in ([total], [])
    assert interpret(function, example.inputs(seed)) == interpret(before, example.inputs(seed))


@pytest.mark.parametrize(("clock_ns", "flat"), [(1.0, False), (5.0, True)])
def test_a_nest_stays_apart_where_a_select_costs_an_interval(clock_ns, flat):
    function, target = with_inner(nest(), ii=1), Target(clock_ns, DelayTable.load("xcup"))
    scheduled = schedule_pipelined(function, target)
    (block,) = [block for block in scheduled.blocks.values() if block.loop is not None]
    assert (block.ii, block.loop.trip_count) == (1, 30 if flat else 6)
    apart = latency_of(schedule_pipelined(with_inner(function, flatten=False), target)).call.most
    asked = latency_of(schedule_pipelined(with_inner(function, flatten=True), target)).call.most
    assert latency_of(scheduled).call.most == min(apart, asked) == (asked if flat else apart)


# ---- neighbours


def neighbours(
    *, second: str = "b", bound: int = 4, link: bool = False, between: bool = False, last: int | None = None
) -> Function:
    """Two loops of 4 and `bound` iterations, from `a` to `out` and from `second` to `more`. last: the loop whose
    counter is written behind both."""
    t = Text()
    zero, one = t.const(0, 8), t.const(1, 8)
    limits = [t.const(4, 8), t.const(bound, 8)]
    counters, ends = [], {"entry": Jump("one")}
    for label, stream, out, origin in (("one", "a", "out", "entry"), ("two", second, "more", "mid")):
        t.block(label)
        counter = t.op(Kind.PHI, 8, zero, zero, blocks=(origin, label))
        counters.append(counter)
        word = t.op(Kind.READ, 8, object=stream)
        scale = counters[0] if link and label == "two" else counter
        t.op(Kind.WRITE, 0, t.op(Kind.ADD, 8, word, scale), object=out)
        step = t.op(Kind.ADD, 8, counter, one)
        more = t.op(Kind.ICMP, 1, step, limits[label == "two"], predicate="ne")
        t.ops[counter] = replace(t.ops[counter], args=(zero, step))
        ends[label] = Branch(more, label, "mid" if label == "one" else "exit")
        if label == "one":
            t.block("mid")
            if between:
                t.write(one)
    t.block("exit")
    if last is not None:
        t.write(counters[last])
    ends |= {"mid": Jump("two"), "exit": Return()}
    loops = {
        label: Loop(label, frozenset([label]), label, ii=ii, trip_count=count)
        for label, ii, count in (("one", 1, 4), ("two", 2, bound))
    }
    names = {"a": "in", second: "in", "out": "out", "more": "out"}
    streams = {name: Stream(name, 8, direction) for name, direction in names.items()}
    function = t.close(ends, loops=loops, marks={"loop_merge": frozenset([""])})
    return replace(function, streams=streams)


def test_neighbours_become_one_loop():
    before = neighbours()
    function = check(merge_loops(before))
    assert list(function.loops) == ["one"]
    loop = function.loops["one"]
    assert (loop.label, loop.ii, loop.trip_count, loop.merged) == ("one_two", 2, 4, ("two",))
    inputs = {"a": [1, 2, 3, 4], "b": [9, 8, 7, 6]}
    assert interpret(function, inputs) == interpret(before, inputs)


@pytest.mark.parametrize("bound", range(1, 8))
@pytest.mark.parametrize("last", [0, 1, None])
def test_a_shorter_neighbour_ends_early(bound, last):
    before = neighbours(bound=bound, last=last)
    function = check(merge_loops(before))
    if last == (bound < 4) and bound != 4:  # of the shorter one: it is needed behind both
        assert function is before
        return
    (loop,) = function.loops.values()
    assert loop.trip_count == max(4, bound)
    inputs = {"a": [1, 2, 3, 4, 5], "b": [*range(20, 20 + bound), 99]}
    assert interpret(function, inputs) == interpret(before, inputs)


@pytest.mark.parametrize(
    "function",
    [
        neighbours(second="a"), neighbours(link=True), neighbours(between=True),
        replace(neighbours(), marks={}),
    ],
    ids=["same stream", "needs its counter", "effect between", "not asked"],
)  # fmt: skip
def test_neighbours_that_stay(function):
    assert merge_loops(function) is function


# ---- functions


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_a_pipelined_function_is_a_loop_of_one_iteration(seed):
    example = random_calls(seed)
    function = run_passes(example.function)
    (loop,) = function.loops.values()
    assert loop.rewind and loop.trip_count == 1 and loop.ii == example.function.ii
    assert all(op.kind is Kind.CONST for op in function.ops.values() if op.id not in function.blocks[loop.header].ops)
    kept, expected = {}, {}
    for call in range(3):  # what goes from call to call
        inputs = example.inputs(call)
        assert interpret(function, inputs, kept) == interpret(example.function, inputs, expected)


def test_why_calls_do_not_overlap():
    made = (random_calls(seed).function for seed in range(1, 20))
    stores = (each for each in made if any(op.kind is Kind.STORE for op in each.ops.values()))
    function = replace(next(stores), ii=1)
    assert why_not(function) == ""
    assert "a loop is left" in why_not(replace(function, loops=nest().loops))
    numbers = replace(function, params={"n": Param("n", 8, "n")})
    assert why_not(numbers) == ""
    assert "ap_ctrl_none" in why_not(replace(numbers, runs_free=True))
    outside = replace(function.memories["state"], external=True, argument="state")
    by_reference = replace(function, memories=function.memories | {"state": outside})
    assert why_not(by_reference) == ""
    assert "comes out again" in why_one_call(by_reference, final=True)
    assert "has been seen" in why_not(replace(by_reference, seen_late=frozenset(["state"])))
    blocked = replace(function, memories=function.memories | {"state": replace(outside, shape=(4,))})
    assert "partition it completely" in why_not(blocked)
    assert pipeline_function(blocked) is blocked


# ---- sums as written, and what is known


def test_sums_stay_as_written_where_the_user_wants_it():
    t = Text()
    words = [t.read() for _ in range(4)]
    total = words[0]
    for word in words[1:]:
        total = t.op(Kind.ADD, 8, total, word)
    t.write(total)
    function = t.close()
    assert balance(function).ops != function.ops
    written = balance(replace(function, marks={"expression_balance": frozenset([""])}))
    assert written.ops == function.ops and written.blocks == function.blocks


def test_what_follows_from_conditions():
    t = Text()
    x, y = t.read(), t.read()
    four = t.const(4, 8)
    low, high = t.op(Kind.ICMP, 1, x, four, predicate="ult"), t.op(Kind.ICMP, 1, x, four, predicate="uge")
    other = t.op(Kind.ICMP, 1, y, four, predicate="eq")
    either, both = t.op(Kind.OR, 1, low, other), t.op(Kind.AND, 1, high, other)
    twice = t.op(Kind.OR, 1, both, t.op(Kind.AND, 1, low, other))
    facts = Facts(t.ops)

    def known(*assumed: tuple[int, bool]) -> dict[int, bool] | None:
        found = facts.comparisons(assumed)
        return None if found is None else {op.id: value for op, value in found}

    assert known((either, True)) == {}
    assert known((either, True), (high, True)) == {high: True, other: True}
    assert known((both, True)) == {high: True, other: True}
    assert known((both, False), (other, True)) == {other: True, high: False}
    assert known((both, True), (low, True)) is None
    assert known((twice, True)) == {other: True}  # in either case


@pytest.mark.parametrize(
    ("predicate", "bound", "start", "expected"),
    [("ne", 7, 0, True), ("ult", 7, 0, True), ("ne", 5, 6, True), ("ne", 5, 0, False), ("ult", 5, 0, False)],
)
def test_a_counter_that_wraps_by_itself_needs_no_select(predicate, bound, start, expected):
    t = Text()
    x = t.read(3)
    test = t.op(Kind.ICMP, 1, x, t.const(bound, 3), predicate=predicate)
    step = t.op(Kind.ADD, 3, x, t.const(1, 3))
    t.write(t.op(Kind.ZEXT, 8, t.op(Kind.SELECT, 3, test, step, t.const(start, 3))))
    function = simplify(t.close())
    assert all(op.kind is not Kind.SELECT for op in function.ops.values()) is expected
