"""Two recurrences through one chain: each alone would do with one cycle, both together do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hlsgen.hls.schedule import Dependence, Operation, Problem, solve_pipelined

REGISTER, LOAD, CHOOSE, MULTIPLY, ADD, STORE = range(6)


def forwarded(clock_ns: float) -> Problem:
    """x = (register or load) * y + z, which is stored: the load waits for the store of three iterations before."""
    operations = (
        Operation(REGISTER, name="register"),
        Operation(LOAD, latency=1, in_delay_ns=0.9, out_delay_ns=2.4, name="load"),
        Operation(CHOOSE, 0.7, name="choose"),
        Operation(MULTIPLY, 6.4, name="multiply"),
        Operation(ADD, 2.1, name="add"),
        Operation(STORE, 1.0, name="store"),
    )
    dependences = (
        Dependence(REGISTER, CHOOSE),
        Dependence(LOAD, CHOOSE),
        Dependence(CHOOSE, MULTIPLY),
        Dependence(MULTIPLY, ADD),
        Dependence(ADD, STORE),
        Dependence(ADD, REGISTER, distance=1),
        Dependence(REGISTER, ADD, gap=0, data=False),
        Dependence(STORE, LOAD, distance=3, gap=1, data=False),
    )
    return Problem(operations, dependences, clock_ns=clock_ns, clk_to_q_ns=0.3, value_bits={i: 8 for i in range(5)})


@pytest.mark.parametrize(("clock_ns", "ii"), [(9.8, 2), (10.55, 1), (13.0, 1), (9.0, 2)])
def test_the_bound_is_found(clock_ns, ii):
    found = solve_pipelined(forwarded(clock_ns), 1, 20)
    found.schedule.verify()
    found.schedule.verify_timing()
    assert found.schedule.ii == ii
    if clock_ns == 9.8:
        assert str(found.bound).endswith(
            ", 2 cycles an iteration together with recurrences that share operations with it"
        )


@pytest.mark.parametrize("left_out", [5, 7])
def test_each_alone_would_do(left_out):
    problem = forwarded(9.8)
    kept = tuple(d for k, d in enumerate(problem.dependences) if k != left_out)
    assert solve_pipelined(replace(problem, dependences=kept), 1, 20).schedule.ii == 1
