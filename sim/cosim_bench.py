"""The cocotb tests of one design: each is a pass over the vectors in the bench `tb` (see tb.sv.j2).

The environment variable HLSGEN_COSIM names a JSON file: samples, seed, stalls, max_idle, clock_ps.
A pass loads the run-time values, lets go, awaits the end and checks; its log stays as `<pass>.log` beside that file,
the cycles and the CPU time of all passes as `passes.json`.
"""

import json
import os
import time
from pathlib import Path

import cocotb
from cocotb.triggers import Timer

from hlsgen.sim.record import read_record

CONFIG = json.loads(Path(os.environ["HLSGEN_COSIM"]).read_text())
PROGRESS_STEPS = 50
PASSES: dict[str, dict] = {}


@cocotb.test()
async def lone_sample(dut):
    """One sample through an idle design: its latency."""
    await run_pass(dut, "lone_sample", samples=1, stalls=False)


@cocotb.test(skip=CONFIG["samples"] == 1)
async def full_rate(dut):
    """All samples, source and sink always ready: the interval between samples."""
    await run_pass(dut, "full_rate", samples=CONFIG["samples"], stalls=False)


@cocotb.test(skip=not CONFIG["stalls"])
async def random_stalls(dut):
    """All samples against random stalls on every stream: the handshakes."""
    await run_pass(dut, "random_stalls", samples=CONFIG["samples"], stalls=True)


async def run_pass(dut, name: str, *, samples: int, stalls: bool) -> None:
    assert not any(done["stuck"] for done in PASSES.values()), "an earlier pass got stuck"
    await Timer(20 * CONFIG["clock_ps"], "ps")  # clock edges in reset
    dut.samples.value = samples
    dut.stalls.value = stalls
    dut.seed.value = CONFIG["seed"]
    dut.max_idle.value = CONFIG["max_idle"]
    dut.progress_every.value = max(1, samples // PROGRESS_STEPS)
    started = time.process_time()
    dut.go.value = 1
    while True:
        await dut.attention.value_change
        print(f"hlsgen-progress {name} {int(dut.progress.value)} {samples}", flush=True)
        if dut.finished.value:
            break
    cpu_seconds = time.process_time() - started
    Path("beats.log").rename(f"{name}.log")
    dut.go.value = 0

    record = read_record(Path(f"{name}.log"))
    PASSES[name] = {"stuck": record.stuck, "cycles": record.cycles, "cpu_seconds": cpu_seconds, "samples": samples}
    Path("passes.json").write_text(json.dumps(PASSES))
    assert record.ended, "the log of the pass is cut"
    assert not record.stuck, f"no beat moved for {CONFIG['max_idle']} cycles"
    assert record.mismatch_count == 0, f"{record.mismatch_count} beats differ, the first: {record.mismatches[0]}"
    assert record.calls == record.dones, f"{record.calls} calls, but ap_done {record.dones} times"
