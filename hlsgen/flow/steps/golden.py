"""Stage golden: the held-out inputs through the integer reference. Leaves inputs.npy, outputs.npy and golden.json."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hlsgen.core.atomic import write_json
from hlsgen.flow.stage import Facts, Job
from hlsgen.golden import accuracy, code_inputs
from hlsgen.golden import run as run_golden
from hlsgen.model import Graph, load_design


def run(job: Job) -> Facts:
    design = load_design(Path(job.settings["design"]))
    graph = Graph.load(job.inputs["quantise"])
    inputs = code_inputs(graph, design.test_inputs)
    outputs = run_golden(graph, inputs).output
    np.save(job.folder / "inputs.npy", inputs)
    np.save(job.folder / "outputs.npy", outputs)
    quantised = accuracy(outputs, design.test_labels, graph.tensors[graph.outputs[0]].format)
    facts = {"vectors": len(inputs), "accuracy": quantised}
    write_json(job.folder / "golden.json", facts)
    return facts
