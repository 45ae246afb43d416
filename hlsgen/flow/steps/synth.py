"""Stage synth: what Yosys makes of the RTL. Leaves result.json, Yosys' log and its reports."""

from __future__ import annotations

from hlsgen.core.atomic import read_json, write_json
from hlsgen.core.errors import UserError
from hlsgen.flow.stage import Facts, Job
from hlsgen.synth import estimate


def run(job: Job) -> Facts:
    rtl = job.inputs["hls"]
    signature = read_json(rtl / "signature.json")
    if not isinstance(signature, dict):
        raise UserError("no readable signature.json", where=str(rtl), do="run hlsgen hls again")
    sources = [rtl / name for name in signature["files"]]
    found = estimate(sources, signature["top"], job.settings["family"], job.folder)
    write_json(job.folder / "result.json", found.to_json())
    return found.to_json()
