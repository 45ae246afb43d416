"""Writes a project: HLS C++, test bench, Vitis HLS scripts and `interface.json`, from a plan and its graph.

In: a `Plan`, the `Graph` it was made for. Out: <folder>/src, tb, run_hls.tcl, hls_config.cfg, interface.json.
Every file is written beside its place and then renamed; the templates only place what the contexts hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hlsgen.arch import AnyPlan, AttentionPlan, Memory, SpilledPlan
from hlsgen.core.atomic import disk_errors, write_text
from hlsgen.core.paths import data_dir
from hlsgen.core.templates import template_environment
from hlsgen.model import Graph

from .dataflow import Dataflow, dataflow
from .memory import BATCH, masters, memory_interface
from .parameters import in_memory, parameter_interface, parameters
from .project import Port, Project, project
from .sequential import Sequential, sequential
from .spilled import Spilled, spilled
from .swat import Swat, swat

_PORT_KEYS = ("width_bits", "beats", "lanes", "element_bits", "tensor", "format", "shape")


def generate(plan: AnyPlan, graph: Graph, folder: Path, memory: Memory | None = None) -> tuple[Path, ...]:
    """Write the project into `folder` (made when missing); the files written. memory: in place of streams.

    Raises `UserError` when it cannot.
    """
    files = list(render(plan, graph, memory))
    written = []
    for name, text in files:
        path = folder / name
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        written.append(path)
    return tuple(written)


def render(plan: AnyPlan, graph: Graph, memory: Memory | None = None) -> Iterator[tuple[str, str]]:
    """(path inside the project, text) of every file."""
    context = _context(plan, graph)
    parts = context.parts if isinstance(context, Swat | Spilled) else None
    shared = project(plan, graph, context.roms, context.headers, parts)
    if memory is not None:
        roms = tuple(map(in_memory, shared.roms)) if memory.parameters else shared.roms
        loaded = parameters(memory, roms)
        shared = replace(shared, masters=masters(memory, graph), batch=BATCH, roms=roms, parameters=loaded)
    environment = template_environment("templates")

    def fill(template: str) -> str:
        fields = {name: getattr(context, name) for name in context.__dataclass_fields__}
        return environment.get_template(template).render(project=shared, **fields)

    top = shared.top
    # Behind AXI masters the interface and the bench are others.
    own = plan.pattern if isinstance(plan, SpilledPlan) else "axi" if memory else "project"
    yield f"src/{top}.h", fill(f"{own}/top.h.j2")
    yield f"src/{top}.cpp", fill(f"{plan.pattern}/top.cpp.j2")
    yield "src/weights.h", fill("project/weights.h.j2")
    for header in ("divide.h", "lanes.h", "minifloat.h"):
        if header in context.headers:
            yield f"src/{header}", (data_dir("templates") / "lib" / header).read_text(encoding="utf-8")
    yield f"tb/{top}_tb.cpp", fill(f"{own}/tb.cpp.j2")
    yield "run_hls.tcl", fill("project/run_hls.tcl.j2")
    yield "hls_config.cfg", fill("project/hls_config.cfg.j2")
    spills = {"spilled": context.scratch} if isinstance(context, Spilled) else {}
    behind = memory_interface(memory, graph) | parameter_interface(memory, shared.roms, graph) if memory else {}
    yield "interface.json", json.dumps({**interface(shared), **behind, **spills}, indent=2) + "\n"


def _context(plan: AnyPlan, graph: Graph) -> Dataflow | Sequential | Swat | Spilled:
    if isinstance(plan, SpilledPlan):
        return spilled(plan, graph)
    if isinstance(plan, AttentionPlan):
        return swat(plan, graph)
    return dataflow(plan, graph) if plan.pattern == "dataflow" else sequential(plan, graph)


def interface(shared: Project) -> dict[str, Any]:
    """What `interface.json` holds: the streams of the top function and how tensors are packed into beats."""

    def ports(chosen: tuple[Port, ...]) -> list[dict[str, Any]]:
        return [{"port": port.name, **{key: asdict(port)[key] for key in _PORT_KEYS}, **_part(port)} for port in chosen]

    return {
        "top": shared.top,
        "clock_ns": shared.clock_ns,
        "part": shared.part,
        "inputs": ports(shared.inputs),
        "outputs": ports(shared.outputs),
    }


def _part(port: Port) -> dict[str, Any]:
    """What of the tensor passes the port, when it is not all as it is."""
    return {} if port.part is None else {"part": asdict(port.part)}
