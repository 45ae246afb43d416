"""Generated projects with vectors from the golden model, in a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hlsgen import golden
from hlsgen.arch import Plan, plan
from hlsgen.codegen import generate, write_vectors
from hlsgen.core.boards import load_board
from hlsgen.model import Graph
from hlsgen.sim.csim import CsimResult, simulate


@dataclass(frozen=True, slots=True)
class Project:
    """A generated project, its vectors, and the plan it follows."""

    folder: Path
    plan: Plan

    @property
    def source(self) -> Path:
        return self.folder / "hls_cpp" / "src" / f"{self.plan.design}.cpp"

    @property
    def weights(self) -> Path:
        return self.folder / "hls_cpp" / "src" / "weights.h"

    def simulate(self, headers: str = "hlsgen") -> CsimResult:
        return simulate(self.folder / "hls_cpp", self.folder / "vectors", headers, self.folder / "csim")


def make_project(
    folder: Path, graph: Graph, pattern: str, multipliers: int | None = None, samples: int = 5, seed: int = 0
) -> Project:
    """Inputs go beyond the range of the format, so that some of their codes are the extreme ones."""
    made = plan(graph, load_board("kv260"), pattern, multipliers)
    generate(made, graph, folder / "hls_cpp")
    random = np.random.default_rng(seed)
    inputs = {name: random.normal(0, 1.5, (samples, *graph.tensors[name].shape)) for name in graph.inputs}
    codes = golden.code_inputs(graph, inputs)
    interface = json.loads((folder / "hls_cpp" / "interface.json").read_text())
    write_vectors(interface, codes, golden.run(graph, codes).output, folder / "vectors")
    return Project(folder, made)
