"""Which intervals are tried: one by one near the bound, then in growing steps and back to the least that works."""

from __future__ import annotations

import importlib

import pytest

from hlsgen.hls.schedule import Infeasible, Operation, Problem, Schedule

solving = importlib.import_module("hlsgen.hls.schedule.solve")  # the package has a function of that name


@pytest.mark.parametrize("least", [*range(1, 40), 57, 100, 199, 200])
def test_the_least_interval_is_found(monkeypatch, least):
    tried = []

    def solve(problem: Problem) -> Schedule:
        tried.append(problem.ii)
        if problem.ii < least:
            raise Infeasible(f"not with {problem.ii}")
        return Schedule(problem, {0: 0}, {0: 0.0}, problem.ii, 1)

    monkeypatch.setattr(solving, "solve", solve)
    found = solving.solve_pipelined(Problem((Operation(0),)), 1, 200)
    assert found.schedule.ii == least
    assert len(tried) == len(set(tried)) <= min(least, 16) + 18
    if least > 1:
        assert (found.bound.ii, found.bound.kind, found.bound.text) == (least, "placement", f"not with {least - 1}")


def test_none_is_found(monkeypatch):
    def solve(problem: Problem) -> Schedule:
        raise Infeasible(f"not with {problem.ii}")

    monkeypatch.setattr(solving, "solve", solve)
    with pytest.raises(Infeasible) as error:
        solving.solve_pipelined(Problem((Operation(0),)), 1, 50)
    assert "not with 50" in str(error.value) and error.value.do == "allow II=51, or lift the bound"
