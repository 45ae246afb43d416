"""What `check`, `verify` and `verify_timing` refuse, by text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hlsgen.core.errors import InternalError, Place
from hlsgen.hls.schedule import Dependence, Operation, Problem, solve, solve_pipelined

A, B = Operation(0, 1.0, name="a", loc=Place("k.cpp", 3)), Operation(1, 1.0, name="b")

BAD_PROBLEMS = [
    (Problem((A, A)), "operation ids are not unique: [0]"),
    (Problem((A,), clock_ns=1.0, clk_to_q_ns=0.6, setup_ns=0.5), "a clock of 1.0 ns leaves no time"),
    (Problem((A,), ii=0), "initiation interval 0 is below 1"),
    (Problem((replace(A, delay_ns=-1.0),)), "a (k.cpp:3) has a negative latency or delay"),
    (Problem((replace(A, pinned=-2),)), "a (k.cpp:3) is pinned to the negative cycle -2"),
    (Problem((replace(A, resource="r"),)), "a (k.cpp:3) uses r, of which the problem has none"),
    (Problem((A,), (Dependence(0, 7),)), "dependence 0 -> 7: there is no operation 7"),
    (Problem((A, B), (Dependence(0, 1, -1),)), "dependence 0 -> 1 has a negative distance"),
    (Problem((A,), value_bits={4: 8}), "value_bits names operation 4, which does not exist"),
    (
        Problem((A, B), (Dependence(0, 1), Dependence(1, 0))),
        "a value depends on itself within one iteration: ",
    ),
]


@pytest.mark.parametrize(("problem", "text"), BAD_PROBLEMS, ids=[text[:24] for _, text in BAD_PROBLEMS])
def test_malformed_problems(problem: Problem, text: str) -> None:
    with pytest.raises(InternalError) as caught:
        problem.check()
    assert text in str(caught.value)


def test_loop_names_its_path() -> None:
    with pytest.raises(InternalError, match=r"a \(k.cpp:3\) -> b -> a \(k.cpp:3\)|b -> a \(k.cpp:3\) -> b"):
        Problem((A, B), (Dependence(0, 1), Dependence(1, 0))).check()


PROBLEM = Problem(
    (A, B, Operation(2, 4.5, resource="r"), Operation(3, resource="r", pinned=2)),
    (Dependence(0, 1), Dependence(1, 2)),
    {"r": 1},
    clock_ns=5.0,
)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"start": {0: 0}}, "the schedule is of another problem"),
        ({"start": {0: 0, 1: 9, 2: 1, 3: 2}}, "b at cycle 9 lies outside 0 .. 2"),
        ({"start": {0: 0, 1: 0, 2: 1, 3: 0}}, "operation 3 is at cycle 0, not at 2 as pinned"),
        ({"start": {0: 1, 1: 0, 2: 1, 3: 2}}, "b at cycle 0 is too early after a (k.cpp:3) at cycle 1"),
        ({"start": {0: 0, 1: 0, 2: 2, 3: 2}}, "2 operations use r in cycle 2, limit 1"),
    ],
)
def test_verify_refuses(change: dict, text: str) -> None:
    with pytest.raises(InternalError) as caught:
        replace(solve(PROBLEM), **change).verify()
    assert text in str(caught.value)


def test_verify_timing_refuses() -> None:
    schedule = solve(PROBLEM)
    with pytest.raises(InternalError, match=r"inputs at 2\.000 ns and 4\.500 ns of its own exceed 5\.000 ns"):
        replace(schedule, start=dict.fromkeys(range(4), 0)).verify_timing()
    with pytest.raises(InternalError, match=r"operation 3: arrival 0\.25 ns recorded, 0\.0 ns true"):
        replace(schedule, arrival_ns=schedule.arrival_ns | {3: 0.25}).verify_timing()


def test_interval_asked_must_make_sense() -> None:
    with pytest.raises(InternalError, match="II asked 4 is not between 1 and 3"):
        solve_pipelined(PROBLEM, 4, 3)
