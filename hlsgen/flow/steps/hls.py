"""Stage hls: the kernel C++ to RTL. Leaves *.v, signature.json, hls_report.json and hls.txt for people."""

from __future__ import annotations

from hlsgen.core.atomic import write_text
from hlsgen.flow.stage import Facts, Job
from hlsgen.hls.compile import compile_project

from .project import read_interface


def run(job: Job) -> Facts:
    project, settings = job.inputs["codegen"], job.settings
    top = read_interface(project)["top"]
    source = project / "src" / f"{top}.cpp"
    report = compile_project([source], top, job.folder, clock_ns=settings["clock_ns"], family=settings["family"])
    write_text(job.folder / "hls.txt", f"{report}\n")
    return report.to_json()
