"""Stage codegen: the plan as a project of HLS C++. Leaves src/, tb/, the Vitis HLS scripts and interface.json."""

from __future__ import annotations

from hlsgen.arch import load_plan
from hlsgen.codegen import generate
from hlsgen.core.atomic import read_json
from hlsgen.flow.stage import Facts, Job
from hlsgen.model import Graph

from .plan import read_memory


def run(job: Job) -> Facts:
    plan = load_plan(read_json(job.inputs["plan"] / "plan.json"))
    memory = read_memory(job.inputs["plan"])
    written = generate(plan, Graph.load(job.inputs["quantise"]), job.folder, memory)
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in written)
    return {"files": [str(path.relative_to(job.folder)) for path in written], "lines": lines}
