"""Stage load: run the user's design.py once and say what it holds. Leaves design.json."""

from __future__ import annotations

from pathlib import Path

from hlsgen.core.atomic import write_json
from hlsgen.flow.stage import Facts, Job
from hlsgen.model import load_design


def run(job: Job) -> Facts:
    design = load_design(Path(job.settings["design"]))
    graph = design.model.graph()
    facts = {
        "design": design.name,
        "vectors": design.samples,
        "input_shapes": {name: list(batch.shape[1:]) for name, batch in design.test_inputs.items()},
        "operators": [node.op for node in graph.nodes],
    }
    write_json(job.folder / "design.json", facts)
    return facts
