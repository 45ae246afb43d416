"""Stage plan: the architecture within the budget. Leaves plan.json, plan.txt for people, memory.json of AXI masters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hlsgen.arch import AnyPlan, Memory, Timing, plan_memory
from hlsgen.arch import plan as make_plan
from hlsgen.arch.capacity import check_capacity
from hlsgen.core.atomic import read_json, write_json, write_text
from hlsgen.core.boards import Board
from hlsgen.flow.stage import Facts, Job
from hlsgen.model import Graph


def run(job: Job) -> Facts:
    settings = job.settings
    graph = Graph.load(job.inputs["quantise"])
    board = board_of(settings["board"])
    plan = make_plan(graph, board, settings["pattern"], settings["multipliers"], settings["pipelines"])
    check_capacity(plan.on_chip_bits, board)
    write_json(job.folder / "plan.json", plan.to_json())
    if settings["io"] == "stream":
        write_text(job.folder / "plan.txt", f"{plan}\n")
        return {**facts_of(plan), "row_maximum": _row_maximum(graph)}
    loads_weights = settings["weights"] == "loaded"
    memory = plan_memory(plan, graph, board, settings["axi_width_bits"], settings["axi_latency"], loads_weights)
    write_json(job.folder / "memory.json", memory.to_json())
    write_text(job.folder / "plan.txt", f"{plan}\n\n{memory}\n")
    return {**facts_of(plan), **_memory_facts(plan, memory), "row_maximum": _row_maximum(graph)}


def read_memory(folder: Path) -> Memory | None:
    """What the stage left in `folder`; None for streams."""
    path = folder / "memory.json"
    return Memory.from_json(read_json(path)) if path.is_file() else None


def board_of(data: dict[str, Any]) -> Board:
    """The board as the settings carry it."""
    return Board(**{**data, "sources": tuple((group, source) for group, source in data["sources"])})


def facts_of(plan: AnyPlan) -> Facts:
    """The figures of the plan that the report shows."""
    return {
        "pattern": plan.pattern,
        "cycles": plan.cycles_per_sample,
        "interval": plan.interval_cycles,
        "roofline_cycles": float(plan.roofline_cycles),
        "macs": plan.macs_per_sample,
        "multipliers": plan.multipliers,
        "budget": plan.budget,
        "mac_utilisation": plan.mac_utilisation,
        "off_chip_bytes": plan.off_chip_bytes,
        "on_chip_bits": plan.on_chip_bits,
        "units": [
            {
                "name": unit.name,
                "kind": unit.kind,
                "folding": unit.folding,
                "steps": unit.steps,
                "multipliers": unit.multipliers,
                "on_chip_bits": unit.on_chip_bits,
            }
            for unit in plan.units
        ],
    }


def _row_maximum(graph: Graph) -> str | None:
    """The policy on the greatest score of a row, of an attention: row or static."""
    return next((node.attributes["maximum"] for node in graph.nodes if "maximum" in node.attributes), None)


def _memory_facts(plan: AnyPlan, memory: Memory) -> Facts:
    """What is otherwise behind AXI masters."""
    timing = memory.timing(Timing(plan.cycles_per_sample, plan.interval_cycles))
    return {
        "cycles": timing.latency,
        "interval": timing.interval,
        "off_chip_bytes": memory.off_chip_bytes,
        "memory": {
            "latency_cycles": memory.latency_cycles,
            "ports": {
                master.argument: {"width_bits": master.word_bits, "words": master.words} for master in memory.masters
            },
        },
    }
