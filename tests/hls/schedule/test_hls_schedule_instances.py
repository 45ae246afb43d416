"""Instances with known answers: from the literature, and one for each rule of the semantics."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hlsgen.core.errors import Place
from hlsgen.hls.schedule import Dependence, Infeasible, Operation, Problem, explain, min_ii, solve, solve_pipelined


def differential_equation(multipliers: int, alus: int) -> Problem:
    """HAL's differential equation solver (Paulin, Knight 1989); every operation fills a cycle."""
    kinds = {"3x": "mul", "udx": "mul", "3y": "mul", "3xudx": "mul", "3ydx": "mul", "udx2": "mul"}
    kinds |= {"u-": "alu", "u1": "alu", "x1": "alu", "y1": "alu", "c": "alu"}
    flow = ["3x 3xudx", "udx 3xudx", "3y 3ydx", "3xudx u-", "u- u1", "3ydx u1", "udx2 y1", "x1 c"]
    number = {name: i for i, name in enumerate(kinds)}
    operations = tuple(Operation(i, 1.0, resource=kinds[name], name=name) for name, i in number.items())
    dependences = tuple(Dependence(number[a], number[b]) for a, b in map(str.split, flow))
    return Problem(operations, dependences, {"mul": multipliers, "alu": alus}, clock_ns=1.0)


@pytest.mark.parametrize(("multipliers", "alus", "depth"), [(6, 5, 4), (2, 2, 4), (2, 1, 5), (1, 1, 7), (1, 2, 7)])
def test_differential_equation(multipliers: int, alus: int, depth: int) -> None:
    schedule = solve(differential_equation(multipliers, alus))
    schedule.verify()
    schedule.verify_timing()
    assert schedule.depth == depth


def loop_with_one_port() -> Problem:
    """Canis, Brown, Anderson 2014, figure 2: two loads, an addition and a store that the next load waits for."""
    port = "memory m"
    operations = (
        Operation(0, latency=1, resource=port, name="load a", loc=Place("k.cpp", 12)),
        Operation(1, latency=1, resource=port, name="load b", loc=Place("k.cpp", 13)),
        Operation(2, latency=1, name="add"),
        Operation(3, latency=1, resource=port, name="store a", loc=Place("k.cpp", 14)),
    )
    flow = (Dependence(0, 2), Dependence(1, 2), Dependence(2, 3), Dependence(3, 0, 1, 1, data=False))
    return Problem(operations, flow, {port: 1})


def test_one_port_and_recurrence_give_ii_3() -> None:
    found = solve_pipelined(loop_with_one_port(), 1, 10)
    found.schedule.verify()
    assert found.schedule.ii == 3
    assert explain(loop_with_one_port(), 2).splitlines() == [
        "resource: 3 accesses of memory `m` (k.cpp:12, k.cpp:13, k.cpp:14) with 1 port: II=3",
        "recurrence: load a (k.cpp:12) -> add -> store a (k.cpp:14), 3 cycles over distance 1",
    ]
    assert explain(loop_with_one_port(), 3) == ""


def test_accumulator_with_latency_4() -> None:
    add = Operation(0, latency=4, name="add", loc=Place("k.cpp", 3))
    bound = min_ii(Problem((add,), (Dependence(0, 0, 1),)))
    assert (bound.ii, str(bound)) == (4, "recurrence: add (k.cpp:3) -> itself, 4 cycles over distance 1")
    assert min_ii(Problem((add,), (Dependence(0, 0, 4),))).ii == 1
    assert min_ii(Problem((add,), (Dependence(0, 0, 3),))).ii == 2


def chained_loop(delay_ns: float) -> Problem:
    operations = (Operation(0, delay_ns, name="mul"), Operation(1, delay_ns, name="add"))
    flow = (Dependence(0, 1), Dependence(1, 0, 1))
    return Problem(operations, flow, clock_ns=5.0, clk_to_q_ns=0.5, setup_ns=0.2)


def test_chained_recurrence_is_bound_by_the_clock() -> None:
    assert min_ii(chained_loop(2.1)).ii == 1
    assert str(min_ii(chained_loop(3.0))) == ("recurrence: mul -> add, 2 cycles over distance 1")
    slower = replace(chained_loop(3.0), clock_ns=6.71)
    assert solve_pipelined(slower, 1, 4).schedule.ii == 1


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        ("divider", "5 uses of divider, 2 a cycle; II=3 or 5 of them"),
        ("memory w (writes)", "5 writes of memory `w` with 2 ports: II=3"),
        (
            "m_axi in_r",
            "5 accesses of m_axi `in_r`, 2 a cycle; II=3 or wider elements (ap_uint, a struct)",
        ),
        ("stream in", "5 accesses of stream `in`, 2 a cycle; II=3 or a wider stream"),
    ],
)
def test_resource_advice(resource: str, text: str) -> None:
    operations = tuple(Operation(i, resource=resource) for i in range(5))
    assert explain(Problem(operations, (), {resource: 2}), 1) == f"resource: {text}"


def test_overlong_operation_has_a_cycle_of_its_own() -> None:
    operations = (Operation(0, 1.0), Operation(1, 9.0, name="slow"), Operation(2, 0.0), Operation(3, 1.0))
    flow = tuple(Dependence(i, i + 1) for i in range(3))
    schedule = solve(Problem(operations, flow, clock_ns=5.0, clk_to_q_ns=0.5, setup_ns=0.5))
    schedule.verify()
    schedule.verify_timing()
    assert schedule.start == {0: 0, 1: 1, 2: 1, 3: 2}
    assert [(op.id, slack) for op, slack in schedule.overshoots()] == [(1, -5.0), (2, -5.0)]


def test_memory_read_times_its_address_and_its_output() -> None:
    operations = (
        Operation(0, 4.0),
        Operation(1, latency=1, in_delay_ns=1.0, out_delay_ns=2.0),
        Operation(2, 3.0),
        Operation(3, 0.5),
    )
    flow = tuple(Dependence(i, i + 1) for i in range(3))
    problem = Problem(operations, flow, clock_ns=5.0)
    schedule = solve(problem)
    assert schedule.start == {0: 0, 1: 0, 2: 1, 3: 2}
    assert schedule.arrival_ns == {0: 0.0, 1: 4.0, 2: 2.0, 3: 0.0}
    late = solve(replace(problem, clk_to_q_ns=0.5))
    assert late.start == {0: 0, 1: 1, 2: 2, 3: 3}


def test_orderings_fix_differences_and_pins_hold() -> None:
    operations = (Operation(0, 4.0), Operation(1, 4.0), Operation(2, latency=1, pinned=6))
    flow = (
        Dependence(0, 1),
        Dependence(1, 2, gap=2, data=False),
        Dependence(2, 1, gap=-2, data=False),
    )
    schedule = solve(Problem(operations, flow, clock_ns=5.0, value_bits={0: 8}))
    schedule.verify()
    assert (schedule.start[1], schedule.start[2]) == (4, 6)
    with pytest.raises(
        Infeasible, match=r"wide \(k.cpp:7\) is wanted in cycle 0 but cannot start before cycle 1; allow"
    ):
        pinned = Operation(1, 4.0, name="wide", loc=Place("k.cpp", 7), pinned=0)
        solve(Problem((operations[0], pinned), (Dependence(0, 1),), clock_ns=5.0))


def test_iterations_without_overlap_leave_room_for_what_they_hand_over() -> None:
    operations = (Operation(0, 1.0), Operation(1, latency=2))
    schedule = solve(Problem(operations, (Dependence(1, 0, 1),)))
    schedule.verify()
    assert (schedule.depth, schedule.start) == (2, {0: 1, 1: 0})


def test_impossible_problems_say_why() -> None:
    operations = (Operation(0, latency=1, name="a"), Operation(1, latency=1, name="b"))
    closed = Problem(operations, (Dependence(0, 1), Dependence(1, 0, gap=0, data=False)), ii=2)
    with pytest.raises(Infeasible, match=r"no schedule with II=2 exists: .*over distance 0; remove the ordering"):
        solve(closed)
    with pytest.raises(Infeasible, match="comes back to the same iteration"):
        min_ii(closed)
    with pytest.raises(Infeasible, match=r"cannot be pipelined with II <= 2: resource: 3 accesses.*allow II=3"):
        solve_pipelined(loop_with_one_port(), 1, 2)
    with pytest.raises(Infeasible, match=r"no schedule with II=2 exists: load a .*; ask for II=3"):
        solve(replace(loop_with_one_port(), ii=2))
    clash = (Operation(0, resource="r"), Operation(1, resource="r"))
    fixed = (Dependence(0, 1, gap=2, data=False), Dependence(1, 0, gap=-2, data=False))
    with pytest.raises(Infeasible, match="no schedule with II=2 exists: the dependences leave no free cycle of r"):
        solve(Problem(clash, fixed, {"r": 1}, ii=2))
    found = solve_pipelined(Problem(clash, fixed, {"r": 1}), 2, 8)
    assert found.schedule.ii == 3 and found.bound is not None and found.bound.kind == "placement"
