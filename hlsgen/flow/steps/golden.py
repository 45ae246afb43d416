"""Stage golden: the held-out inputs through the integer reference. Leaves inputs.npz, outputs.npy, golden.json."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hlsgen.core.atomic import write_json
from hlsgen.flow.stage import Facts, Job
from hlsgen.golden import accuracy, code_inputs, float_reference, relative_error
from hlsgen.golden import run as run_golden
from hlsgen.model import Graph, load_design
from hlsgen.model.arrays import write_arrays


def run(job: Job) -> Facts:
    design = load_design(Path(job.settings["design"]))
    graph = Graph.load(job.inputs["quantise"])
    inputs = code_inputs(graph, design.test_inputs)
    outputs = run_golden(graph, inputs).output
    write_arrays(job.folder / "inputs.npz", inputs)
    np.save(job.folder / "outputs.npy", outputs)
    fmt = graph.tensors[graph.outputs[0]].element
    facts: Facts = {"vectors": design.samples}
    if design.test_labels is None:
        facts["error"] = relative_error(outputs, fmt, float_reference(design.model, design.test_inputs))
    else:
        facts["accuracy"] = accuracy(outputs, design.test_labels, fmt)
    write_json(job.folder / "golden.json", facts)
    return facts
