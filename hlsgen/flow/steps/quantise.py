"""Stage quantise: the network in the formats asked for. Leaves graph.json, constants.npz and float.json."""

from __future__ import annotations

from pathlib import Path

from hlsgen.core.atomic import write_json
from hlsgen.flow.stage import Facts, Job
from hlsgen.golden import accuracy, float_reference
from hlsgen.model import for_any_parameters, load_design, parse_policy, quantise_model


def run(job: Job) -> Facts:
    design = load_design(Path(job.settings["design"]))
    policy = parse_policy(job.settings["format"])
    graph = quantise_model(design.model, policy, design.calibration)
    if job.settings["weights"] == "loaded":
        graph = for_any_parameters(graph)
    graph.save(job.folder)
    facts: Facts = {}
    if design.test_labels is not None:
        facts["accuracy"] = accuracy(float_reference(design.model, design.test_inputs), design.test_labels)
    write_json(job.folder / "float.json", facts)
    return facts
