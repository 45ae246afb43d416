"""Stage vectors: golden inputs and outputs as beats of the streams. Leaves <port>.hex and vectors.json.

For a design that loads its weights: these in memory, and in `others` some samples with other weights.
"""

from __future__ import annotations

import numpy as np

from hlsgen.codegen import write_vectors
from hlsgen.flow.other_weights import write_other_vectors
from hlsgen.flow.stage import Facts, Job
from hlsgen.model import Graph

from .project import read_interface


def run(job: Job) -> Facts:
    interface = read_interface(job.inputs["codegen"])
    outputs = np.load(job.inputs["golden"] / "outputs.npy")
    with np.load(job.inputs["golden"] / "inputs.npz") as inputs:
        write_vectors(interface, dict(inputs), outputs, job.folder)
        if "parameters" in interface:
            write_other_vectors(interface, Graph.load(job.inputs["quantise"]), dict(inputs), job.folder)
    beats = sum(port["beats"] for port in (*interface["inputs"], *interface["outputs"]))
    return {"vectors": len(outputs), "beats": beats * len(outputs)}
