"""The cocotb tests that play recorded calls: each is a pass in the bench `tb` (see calls.sv.j2).

The environment variable HLSGEN_CALLS names a JSON file: passes, seed, max_idle, clock_ps, calls (of all designs).
The bench writes the logs; the cycles and the CPU time of all passes stay as `passes.json` beside that file.
"""

import json
import os
import time
from pathlib import Path

import cocotb
from cocotb.triggers import Timer
from cocotb.utils import get_sim_time

CONFIG = json.loads(Path(os.environ["HLSGEN_CALLS"]).read_text())
KINDS = ("one_by_one", "back_to_back", "random_stalls")
PROGRESS_STEPS = 50
DONE: dict[str, dict] = {}


@cocotb.test()
async def play(dut):
    for name in CONFIG["passes"]:
        await run_pass(dut, name)


async def run_pass(dut, name: str) -> None:
    dut.go.value = 0
    await Timer(20 * CONFIG["clock_ps"], "ps")  # clock edges in reset
    dut.kind.value = KINDS.index(name)
    dut.seed.value = CONFIG["seed"]
    dut.max_idle.value = CONFIG["max_idle"]
    dut.progress_every.value = max(1, CONFIG["calls"] // PROGRESS_STEPS)
    begun, started = get_sim_time("ps"), time.process_time()
    dut.go.value = 1
    while True:
        await dut.attention.value_change
        print(f"hlsgen-progress {name} {int(dut.progress.value)} {CONFIG['calls']}", flush=True)
        if dut.finished.value:
            break
    cpu_seconds = time.process_time() - started
    await Timer(4 * CONFIG["clock_ps"], "ps")  # the last design writes its log
    cycles = round((get_sim_time("ps") - begun) / CONFIG["clock_ps"])
    DONE[name] = {"cycles": cycles, "cpu_seconds": cpu_seconds}
    Path("passes.json").write_text(json.dumps(DONE))
