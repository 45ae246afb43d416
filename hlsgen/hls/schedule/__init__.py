"""Scheduling: when each operation of a function or pipelined loop starts.

`Problem` -> `solve` or `solve_pipelined` -> `Schedule`, which proves itself (`verify`, `verify_timing`).
"""

from .delay import DelayTable, unit
from .explain import Bound, Infeasible, explain, min_ii
from .problem import Dependence, Operation, Problem
from .random_legal import random_legal
from .result import Schedule
from .solve import Pipelined, solve, solve_pipelined

__all__ = [
    "Bound",
    "DelayTable",
    "Dependence",
    "Infeasible",
    "Operation",
    "Pipelined",
    "Problem",
    "Schedule",
    "explain",
    "min_ii",
    "random_legal",
    "solve",
    "solve_pipelined",
    "unit",
]
