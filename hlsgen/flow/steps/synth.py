"""Stage synth: what Yosys makes of the RTL. Leaves result.json, Yosys' log and its reports."""

from __future__ import annotations

from hlsgen.core.atomic import write_json
from hlsgen.flow.stage import Facts, Job
from hlsgen.sim.signature import load_signature
from hlsgen.synth import estimate


def run(job: Job) -> Facts:
    signature = load_signature(job.inputs["hls"])
    found = estimate(signature.files, signature.top, job.settings["family"], job.folder).to_json()
    write_json(job.folder / "result.json", found)
    return found
