"""Stage csim: the C++ natively, on hlsgen's headers and on the open ap_types, against golden. Leaves result.json."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hlsgen.core.atomic import write_json
from hlsgen.core.progress import report
from hlsgen.flow.stage import Facts, Job
from hlsgen.sim.csim import LEVELS, CsimResult, simulate


def run(job: Job) -> Facts:
    def one(headers: str) -> CsimResult:
        return simulate(job.inputs["codegen"], job.inputs["vectors"], headers, job.cache)

    report(0, 1, "compiling and running on both sets of headers")
    with ThreadPoolExecutor() as pool:
        results = dict(zip(LEVELS.values(), pool.map(one, LEVELS), strict=True))
    facts = {
        "passed": all(result.passed for result in results.values()),
        **{level: result.passed for level, result in results.items()},
        "vectors": min(result.samples for result in results.values()),
        "beats": min(result.beats for result in results.values()),
        "mismatches": [str(result.first_mismatch) for result in results.values() if result.first_mismatch],
    }
    write_json(job.folder / "result.json", facts)
    return facts
