"""Stage hls: the kernel C++ to RTL. Leaves <top>.v, signature.json and hls_report.json."""

from __future__ import annotations

from hlsgen.flow.stage import Facts, Job
from hlsgen.hls.compile import compile_project

from .project import read_interface


def run(job: Job) -> Facts:
    project, settings = job.inputs["codegen"], job.settings
    top = read_interface(project)["top"]
    source = project / "src" / f"{top}.cpp"
    report = compile_project([source], top, job.folder, clock_ns=settings["clock_ns"], family=settings["family"])
    return report.to_json()
