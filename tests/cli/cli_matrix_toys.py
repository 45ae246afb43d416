"""A toy stage for the tests of `hlsgen matrix`."""

from __future__ import annotations

from hlsgen.core.errors import InternalError, UserError
from hlsgen.flow.stage import Facts, Job


def pretend(job: Job) -> Facts:
    """Depends on the format: fails in two ways, differs, or passes with some cycles."""
    (job.folder / "result.json").write_text(job.settings["format"])
    match job.settings["format"]:
        case "e4m3":
            raise UserError("a division", where="top.cpp:7", do="multiply")
        case "e5m2":
            raise InternalError("an invariant is broken")
        case "e2m1":
            return {"passed": False, "mismatches": ["out_stream, sample 1, y[0]: expected 0x1, got 0x2"]}
    return {"passed": True, "cycles": 40, "interval": 20}
