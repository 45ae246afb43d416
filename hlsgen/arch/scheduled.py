"""The prediction once the loops have a schedule: the plan's own reckoning with the pipelines that they got.

The plan alone estimates depths for one clock (`timing`); a slower clock shortens pipelines, a faster one may cost an
initiation interval. In: a plan, and depth and interval of each loop of the generated C++. Out: its timing.
"""

from __future__ import annotations

from collections.abc import Mapping

from .engine import Pass
from .pipeline import Pipeline, Timing, simulate
from .plan import Plan
from .swat import AttentionPlan
from .timing import CALL_OVERHEAD, LAYER_OVERHEAD
from .units import Output, Unit

# The loops of the sequential template.
LOAD_LOOP, RUN_LOOP, STORE_LOOP = "load_beats", "run_steps", "store_beats"


def scheduled_timing(plan: Plan | AttentionPlan, loops: Mapping[str, Pipeline]) -> Timing | None:
    """The timing of `plan` with scheduled loops; None when they are not those of its templates.

    loops: by process (dataflow) or by label (sequential). A unit of a single step has no loop left.
    """
    if isinstance(plan, AttentionPlan):
        return plan.timing(loops)
    if plan.engine is None:
        pipelines = [loops.get(unit.name, Pipeline(1, 1)) for unit in plan.units]
        last = pipelines[-1]
        if isinstance(plan.units[-1], Output):  # the beat is counted when it has left
            pipelines[-1] = Pipeline(last.depth + 1, last.interval)
        units = [unit for unit in plan.units if isinstance(unit, Unit)]
        return simulate(units, [stream.depth for stream in plan.streams], pipelines=pipelines)
    if RUN_LOOP not in loops:
        return None
    load, run, store = (loops.get(label, Pipeline(1, 1)) for label in (LOAD_LOOP, RUN_LOOP, STORE_LOOP))
    passes = [unit.steps for unit in plan.units if isinstance(unit, Pass)]
    cycles = sum(steps * run.interval + run.depth + LAYER_OVERHEAD for steps in passes) + CALL_OVERHEAD
    for unit, loop in ((plan.units[0], load), (plan.units[-1], store)):
        cycles += unit.steps * loop.interval + loop.depth
    return Timing(cycles, cycles)
