"""Stage cosim: the RTL in Verilator against the golden vectors. Leaves result.json, the logs, and waves on request."""

from __future__ import annotations

import shutil

from hlsgen.core.atomic import write_json
from hlsgen.flow.calls import cosim_calls, is_called
from hlsgen.flow.stage import Facts, Job
from hlsgen.sim.cosim import cosim
from hlsgen.sim.memory import cosim_memory
from hlsgen.sim.stuck import CosimStuck

from .project import read_interface


def run(job: Job) -> Facts:
    facts = _simulate(job)
    for path in (job.cache / "run").glob("*"):
        if path.suffix in (".log", ".vcd", ".fst"):
            shutil.move(path, job.folder / path.name)
    write_json(job.folder / "result.json", facts)
    return facts


def _simulate(job: Job) -> Facts:
    try:
        if read_interface(job.inputs["codegen"]).get("io") == "axi":
            return _simulate_memory(job)
        return _simulate_calls(job) if is_called(job.inputs["hls"]) else _simulate_streams(job)
    except CosimStuck as error:
        return {"passed": False, "mismatches": [f"cosim: {error}"]}


def _simulate_streams(job: Job) -> Facts:
    settings, inputs = job.settings, job.inputs
    result = cosim(inputs["hls"], inputs["vectors"], job.cache, seed=settings["seed"], waves=settings["waves"])
    return {
        "passed": result.passed,
        "mismatches": [f"cosim: {result.first_mismatch}"] if result.first_mismatch else [],
        "vectors": result.samples,
        "beats": result.beats,
        "cycles": result.cycles_per_sample,
        "interval": result.interval_cycles,
        "interval_max": result.interval_max,
        "cycles_per_second": result.sim_cycles_per_second,
        "passes": list(result.passes),
        "seed": result.seed,
    }


def _simulate_memory(job: Job) -> Facts:
    """The same with tensors in memory, behind AXI masters."""
    settings, inputs = job.settings, job.inputs
    result = cosim_memory(
        inputs["hls"],
        inputs["vectors"],
        job.cache,
        seed=settings["seed"],
        waves=settings["waves"],
        latency_cycles=settings["axi_latency"],
    )
    calls = result.calls
    return {
        "passed": result.passed,
        "mismatches": [f"cosim: {calls.first_difference}"] if calls.first_difference else [],
        "vectors": result.samples,
        "cycles": result.cycles,
        "interval": result.interval or result.cycles,
        "port_words": result.port_words,
        "load": {"words": result.load_words, "cycles": result.load_cycles} if result.load_words else None,
        "cycles_per_second": result.sim_cycles_per_second,
        "passes": list(calls.passes),
        "seed": calls.seed,
    }


def _simulate_calls(job: Job) -> Facts:
    """The same of a design behind AXI masters, whose calls do not overlap."""
    settings, inputs = job.settings, job.inputs
    result = cosim_calls(
        inputs["codegen"],
        inputs["hls"],
        inputs["vectors"],
        job.cache,
        seed=settings["seed"],
        waves=settings["waves"],
    )
    return {
        "passed": result.equal,
        "mismatches": [f"cosim: {result.first_difference}"] if result.first_difference else [],
        "vectors": result.calls,
        "cycles": result.cycles_max,
        "interval": result.interval or result.cycles_max,
        "passes": list(result.passes),
        "seed": result.seed,
    }
