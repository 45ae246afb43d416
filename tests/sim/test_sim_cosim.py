"""Cosimulation of hand-written designs, right and deliberately wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sim_designs import Example, accumulate, matrix_filter, reorder

from hlsgen.core.errors import UserError
from hlsgen.core.progress import listening
from hlsgen.sim.cosim import CosimResult, cosim
from hlsgen.sim.stuck import CosimStuck

MAX_IDLE = 1000


def simulate(example: Example, **options) -> CosimResult:
    options = {"max_idle_cycles": MAX_IDLE, "quick": True, **options}
    return cosim(example.rtl, example.vectors, example.rtl.parent / "work", **options)


def test_accumulate_measures_latency_and_interval(tmp_path):
    result = simulate(accumulate(tmp_path))
    assert result.passed and result.first_mismatch is None
    assert (result.samples, result.beats) == (20, 20)
    # Four beats in, one beat out; nothing overlaps.
    assert (result.cycles_per_sample, result.interval_cycles, result.interval_max) == (5, 5, 5)
    assert result.passes == ("lone_sample", "full_rate", "random_stalls")
    assert result.build_seconds > 0 and result.sim_cycles_per_second > 0
    assert result.to_json()["passed"] is True


def test_two_processes_overlap_calls(tmp_path):
    result = simulate(reorder(tmp_path))
    assert result.passed
    assert (result.samples, result.beats) == (20, 160)
    assert result.interval_cycles < result.cycles_per_sample


def test_free_running_design(tmp_path):
    result = simulate(matrix_filter(tmp_path), quick=False)
    assert result.passed
    assert result.interval_cycles == result.interval_max == 9  # 8 rows and a cycle to take the next vector


def test_stalls_follow_the_seed(tmp_path):
    example = reorder(tmp_path)
    cycles = [simulate(example, seed=seed).total_cycles for seed in (1, 1, 2)]
    assert cycles[0] == cycles[1] != cycles[2]
    without = simulate(example, stalls=False)
    assert without.passes == ("lone_sample", "full_rate") and without.total_cycles < cycles[0]


def test_nothing_is_rebuilt_without_a_change(tmp_path):
    example = accumulate(tmp_path)
    assert simulate(example).build_seconds > 0
    assert simulate(example, seed=7).build_seconds == 0
    assert simulate(example, samples=3).samples == 3
    example.edit("accumulate.v", "assign ap_idle           = !ap_start", "assign ap_idle           = ap_start")
    assert simulate(example).build_seconds > 0


def test_a_failed_build_keeps_the_old_simulator(tmp_path):
    example = accumulate(tmp_path)
    simulate(example)
    example.edit("accumulate.v", "endmodule", "garbage endmodule")
    with pytest.raises(UserError) as caught:
        simulate(example)
    line = (example.rtl / "accumulate.v").read_text().splitlines().index("garbage endmodule") + 1
    assert str(caught.value).startswith(
        f"{example.rtl / 'accumulate.v'}:{line}: Verilator refuses the RTL: syntax error"
    )
    example.edit("accumulate.v", "garbage endmodule", "endmodule")
    assert simulate(example).build_seconds == 0
    assert [path.name for path in sorted((tmp_path / "work").iterdir())] == ["model", "run"]


def test_one_sample_has_no_interval(tmp_path):
    result = simulate(accumulate(tmp_path, samples=1))
    assert result.passed and result.interval_cycles is None and result.interval_max is None
    assert result.passes == ("lone_sample", "random_stalls")


def test_progress_is_told(tmp_path):
    heard = []
    with listening(lambda done, total, what: heard.append((done, total, what))):
        simulate(accumulate(tmp_path))
    assert (0, 0, "translating the RTL (Verilator)") in heard
    assert heard[-1] == (20, 20, "simulating: random stalls")


def test_waves(tmp_path):
    result = simulate(accumulate(tmp_path), waves=True, samples=2)
    assert result.passed
    assert "in_stream_TDATA" in Path(result.waves).read_text()


@pytest.mark.parametrize(
    ("old", "new", "kind", "passes"),
    [
        ("sum + in_stream_TDATA;", "sum + in_stream_TDATA + 16'd1;", "data", {"lone_sample"}),
        ("out_stream_TLAST  = 1'b1", "out_stream_TLAST  = sum[0] & 1'b0", "last", {"lone_sample"}),
        ("out_stream_TKEEP  = 2'b11", "out_stream_TKEEP  = 2'b01", "keep", {"lone_sample"}),
        ("out_stream_TSTRB  = 2'b11", "out_stream_TSTRB  = 2'b10", "keep", {"lone_sample"}),
        ("if (out_stream_TREADY) writing <= 1'b0;", "begin sum <= ~sum; if (out_stream_TREADY) writing <= 1'b0; end",
         "unstable", {"random_stalls"}),
    ],
)  # fmt: skip
def test_a_wrong_beat_is_located(tmp_path, old, new, kind, passes):
    result = simulate(accumulate(tmp_path).edit("accumulate.v", old, new))
    assert not result.passed
    first = result.first_mismatch
    assert (first.port, first.kind, first.lane) == ("out_stream", kind, None)
    assert first.pass_name in passes


def test_the_first_wrong_sample_is_named(tmp_path):
    example = accumulate(tmp_path)
    lines = (example.vectors / "out_stream.hex").read_text().splitlines()
    right = int(lines[13], 16) & 0xFFFF
    lines[13] = f"{1 << 16 | right ^ 0x8000:x}"
    (example.vectors / "out_stream.hex").write_text("\n".join(lines))
    result = simulate(example)
    assert result.mismatches == 2  # once in each pass over all samples
    assert str(result.first_mismatch) == (
        f"out_stream: sample 13, beat 0: data is {right:#x}, expected {right ^ 0x8000:#x} (pass full_rate)"
    )


def test_the_wrong_lane_is_named(tmp_path):
    example = matrix_filter(tmp_path)
    lines = (example.vectors / "out_stream.hex").read_text().splitlines()
    right = int(lines[2], 16) >> 40 & 0xFF
    lines[2] = f"{int(lines[2], 16) ^ (0x21 << 40):x}"
    (example.vectors / "out_stream.hex").write_text("\n".join(lines))
    first = simulate(example).first_mismatch
    assert (first.sample, first.lane, first.expected, first.got) == (2, 5, right ^ 0x21, right)
    assert "sample 2, beat 0, lane 5: data is" in str(first)


def test_a_beat_too_many(tmp_path):
    # The output stays up for one beat more after the last sample.
    example = accumulate(tmp_path, samples=2)
    example.edit("accumulate.v", "reg        writing;", "reg        writing;\n  reg [7:0] outputs;")
    example.edit("accumulate.v", "if (out_stream_TREADY) writing <= 1'b0;", """if (out_stream_TREADY) begin
        outputs <= outputs + 8'd1;
        writing <= outputs == 8'd1;
      end""")  # fmt: skip
    example.edit("accumulate.v", "beat    <= 2'd0;\n", "beat    <= 2'd0;\n      outputs <= 8'd0;\n")
    first = simulate(example, stalls=False).first_mismatch
    assert (first.pass_name, first.kind, first.sample) == ("full_rate", "extra", 2)


def test_done_too_often(tmp_path):
    example = accumulate(tmp_path)
    example.edit(
        "accumulate.v",
        "assign ap_done           = writing && out_stream_TREADY;",
        """reg again;
  always @(posedge ap_clk) again <= ap_rst_n && ap_ready;
  assign ap_done           = ap_ready || again;""",
    )
    example.edit(
        "accumulate.v", "assign ap_ready          = ap_done;", "assign ap_ready = writing && out_stream_TREADY;"
    )
    first = simulate(example).first_mismatch
    assert (first.port, first.kind, first.expected, first.got) == ("ap_done", "done", 1, 2)


def test_a_register_without_reset_is_found(tmp_path):
    example = accumulate(tmp_path).edit("accumulate.v", "      beat    <= 2'd0;\n", "")
    wrong = 0
    for seed in (1, 2, 3, 4):
        try:
            wrong += not simulate(example, seed=seed).passed
        except CosimStuck:
            wrong += 1
    assert wrong


STUCK = "no beat moved for 1000 cycles in the pass"


def test_deadlock_of_a_shallow_fifo(tmp_path):
    with pytest.raises(CosimStuck) as caught:
        simulate(reorder(tmp_path).edit("reorder.v", ".DEPTH(4)", ".DEPTH(2)"))
    assert str(caught.value) == (
        f"reorder: {STUCK} lone_sample (seed 1): "
        "input 'in_stream' does not take beat 4 of sample 0 (in_stream_TREADY is low); "
        "output 'out_stream' does not give beat 2 of sample 0 (out_stream_TVALID is low); "
        "of 1 calls 0 were accepted (ap_ready) and 0 done (ap_done); "
        "FIFO 'even' is full (4): split waits to write; FIFO 'odd' is empty: join waits to read; "
        "deadlock: split waits for join waits for split; "
        "give the stream 'even' more depth (#pragma HLS STREAM variable=even depth=...)"
    )


def test_a_consumer_that_waits(tmp_path):
    example = reorder(tmp_path)
    example.edit("reorder_join.v", "assign done       = out_valid", "assign done       = beat == 3'd6 && out_valid")
    with pytest.raises(CosimStuck) as caught:
        simulate(example)
    assert str(caught.value) == (
        f"reorder: {STUCK} lone_sample (seed 1): of 1 calls 1 were accepted (ap_ready) and 0 done (ap_done); "
        "FIFO 'odd' is empty: join waits to read; FIFO 'even' is empty: join waits to read; "
        "look at the waves (--waves) of the port that waits"
    )


def test_a_lost_beat_is_told_with_the_standstill(tmp_path):
    old = "if (out_stream_TREADY) writing <= 1'b0;"
    with pytest.raises(CosimStuck, match="output 'out_stream' does not give beat 0 of sample") as caught:
        simulate(accumulate(tmp_path).edit("accumulate.v", old, "writing <= 1'b0;"))
    assert "pass random_stalls (seed 1)" in str(caught.value)
    assert "beats were wrong" in str(caught.value)


def test_missing_done(tmp_path):
    example = accumulate(tmp_path)
    example.edit(
        "accumulate.v", "assign ap_ready          = ap_done;", "assign ap_ready = writing && out_stream_TREADY;"
    )
    example.edit("accumulate.v", "assign ap_done           = writing && out_stream_TREADY;", "assign ap_done = 1'b0;")
    with pytest.raises(CosimStuck, match=r"of 1 calls 1 were accepted .ap_ready. and 0 done .ap_done."):
        simulate(example)


def test_options_out_of_range(tmp_path):
    example = accumulate(tmp_path)
    with pytest.raises(UserError, match="seed 0 is out of range; choose one from 1 to 2147483647"):
        simulate(example, seed=0)
    with pytest.raises(UserError, match="21 samples asked for; there are 20"):
        simulate(example, samples=21)


def test_interrupt_leaves_no_process(tmp_path):
    example = reorder(tmp_path).edit("reorder.v", ".DEPTH(4)", ".DEPTH(2)")
    code = (
        "import sys; from pathlib import Path; from hlsgen.sim.cosim import cosim; "
        "cosim(*map(Path, sys.argv[1:]), max_idle_cycles=2**32 - 2)"
    )
    work = tmp_path / "work"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(example.rtl), str(example.vectors), str(work)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while process.poll() is None and not (work / "run" / "beats.log").exists():
        time.sleep(0.02)
    assert processes_of(work / "model" / "simulator")
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode != 0 and "KeyboardInterrupt" in errors
    assert not processes_of(work / "model" / "simulator")
    assert not (work / "run" / "passes.json").exists()


def processes_of(executable: Path) -> list[Path]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "exe").readlink() == executable:
                found.append(process)
        except OSError:
            continue
    return found
