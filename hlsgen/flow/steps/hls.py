"""Stage hls: the kernel C++ to RTL. Leaves *.v, signature.json, hls_report.json and hls.txt for people.

With the schedule known, the plan's prediction is made again, from the pipelines that the loops really got.
"""

from __future__ import annotations

import json

from hlsgen.arch import AttentionPlan, Pipeline, load_plan, scheduled_timing
from hlsgen.core.atomic import write_text
from hlsgen.flow.stage import Facts, Job
from hlsgen.hls.compile import compile_project

from .plan import read_memory
from .project import read_interface


def run(job: Job) -> Facts:
    project, settings = job.inputs["codegen"], job.settings
    top = read_interface(project)["top"]
    source = project / "src" / f"{top}.cpp"
    report = compile_project([source], top, job.folder, clock_ns=settings["clock_ns"], family=settings["family"])
    write_text(job.folder / "hls.txt", f"{report}\n")
    plan = load_plan(json.loads((job.inputs["plan"] / "plan.json").read_text(encoding="utf-8")))
    loops = {
        loop.function if isinstance(plan, AttentionPlan) or not plan.engine else loop.label: Pipeline(
            loop.depth, loop.ii_reached
        )
        for loop in report.loops
    }
    timing, memory = scheduled_timing(plan, loops), read_memory(job.inputs["plan"])
    if timing and memory:
        timing = memory.timing(timing)
    predicted = {"cycles": timing.latency, "interval": timing.interval} if timing else {}
    return {**report.to_json(), **predicted}
