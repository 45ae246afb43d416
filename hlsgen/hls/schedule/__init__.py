"""Scheduling: when each operation of a function or pipelined loop starts.

`Problem` -> `solve` or `solve_pipelined` -> `Schedule`, which proves itself (`verify`, `verify_timing`).
"""

from .explain import Bound, Infeasible, explain, min_ii
from .problem import Dependence, Operation, Problem
from .result import Schedule
from .solve import Pipelined, solve, solve_pipelined

__all__ = [
    "Bound",
    "Dependence",
    "Infeasible",
    "Operation",
    "Pipelined",
    "Problem",
    "Schedule",
    "explain",
    "min_ii",
    "solve",
    "solve_pipelined",
]
