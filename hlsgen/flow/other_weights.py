"""Vectors of a design that loads its weights: what lies in memory, and samples with other weights than the model's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.codegen import write_parameters, write_vectors
from hlsgen.golden import run as run_golden
from hlsgen.model import Graph, random_parameters, with_parameters

_SEED = 1


def write_other_vectors(
    interface: Mapping[str, Any], graph: Graph, inputs: Mapping[str, np.ndarray], folder: Path
) -> None:
    """The parameters of `graph` into `folder`; into `folder`/others random ones, and a call's samples through golden
    with them. inputs: codes by tensor."""
    known = interface["parameters"]
    write_parameters(known, graph.constants, folder)
    other = with_parameters(graph, random_parameters(graph, np.random.default_rng(_SEED)))
    few = {name: codes[: interface["batch"]] for name, codes in inputs.items()}
    write_vectors(interface, few, run_golden(other, few).output, folder / "others")
    write_parameters(known, other.constants, folder / "others")
