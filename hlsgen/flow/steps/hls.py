"""Stage hls: the kernel C++ to RTL. Leaves <top>.v, signature.json and hls_report.json."""

from __future__ import annotations

from hlsgen.core.atomic import read_json
from hlsgen.core.errors import UserError
from hlsgen.flow.stage import Facts, Job
from hlsgen.hls.compile import compile_project


def run(job: Job) -> Facts:
    project = job.inputs["codegen"]
    interface = read_json(project / "interface.json")
    if not isinstance(interface, dict):
        raise UserError("no readable interface.json", where=str(project), do="run hlsgen codegen again")
    top = interface["top"]
    report = compile_project(
        [project / "src" / f"{top}.cpp"],
        top,
        job.folder,
        clock_ns=job.settings["clock_ns"],
        family=job.settings["family"],
    )
    return report.to_json()
