"""Recorded calls against RTL by hand: right, and wrong in one place that the result has to name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sim_call_designs import MAX_IDLE, CallExample, copy, reorder, scale

from hlsgen.core.errors import UserError
from hlsgen.sim.batch import Design, simulate_many
from hlsgen.sim.depths import find_depths
from hlsgen.sim.project import cosim_project, cosim_runs
from hlsgen.sim.recording import Call
from hlsgen.sim.stuck import CosimStuck


def test_scalars_and_arrays(tmp_path):
    result = scale(tmp_path).run()
    assert result.equal and result.first_difference is None
    # Two cycles an element and one to end, for 0 to 16 elements.
    assert (result.calls, result.cycles_min, result.cycles_mean, result.cycles_max) == (17, 1, 17.0, 33)
    assert result.passes == ("one_by_one", "random_stalls") and result.interval is None
    assert result.to_json()["cycles_per_call"] == 17.0


def faults(folder: Path, make: Callable[[Path], CallExample], edits: Sequence[tuple[str, str]]) -> list[str]:
    """What is said of each design with one edit, all in one simulator, or "equal"."""
    made = [make(folder / str(number)).edit(*edit) for number, edit in enumerate(edits)]
    recording = made[0].record()
    designs = [Design(str(number), each.rtl, recording) for number, each in enumerate(made)]
    results = simulate_many(designs, folder / "work", max_idle_cycles=MAX_IDLE)
    return [
        str(result) if isinstance(result, UserError) else str(result.first_difference or "equal")
        for result in results.values()
    ]


def check_faults(folder: Path, make: Callable[[Path], CallExample], cases: Sequence[tuple[str, str, str]]) -> None:
    found = faults(folder, make, [(old, new) for old, new, _ in cases])
    for (_, new, expected), text in zip(cases, found, strict=True):
        assert expected in text, (new, text)


def test_one_fault_is_located(tmp_path):
    stuck = f"call 0 does not end: nothing moved for {MAX_IDLE} cycles in the pass one_by_one"
    cases = [
        ("assign last = wide;", "assign last = wide + (at == 7);", "call 8, last: expected 0x51fa, got 0x51fb"),
        ("assign ap_return = total;", "assign ap_return = total ^ (at == 7);", "call 7, ap_return: expected 0x8e09"),
        ("assign b_d1 = next;", "assign b_d1 = at == 9 ? 0 : next;", "call 10, b[9]: expected "),
        ("assign b_address1 = at[3:0];", "assign b_address1 = at[3:0] ^ 1;", "call 1, b[0]: expected "),
        ("last_ap_vld = state == 2;", "last_ap_vld = 0;", "call 1, last: expected 0xffffffeb, got 0xfffffffb"),
        ("if (ap_start)", "if (0)", stuck),
        ("state <= at + 1 == n[4:0]", "state <= at + 1 == 40", "it has been busy for 20000 cycles"),
        # n is read at the end, after ap_ready: only the pass with stalls changes it in between
        ("assign ap_ready = state == 3;", "assign ap_ready = state == 0 && ap_start;", "(pass random_stalls)"),
        ("assign ap_idle = state == 0;", "assign ap_idle = 0;", "equal"),
    ]
    check_faults(tmp_path, scale, cases)


def test_stalls_are_optional_and_follow_the_seed(tmp_path):
    example = scale(tmp_path)
    recording = example.record()
    runs = [
        simulate_many([Design("x", example.rtl, recording)], tmp_path / "work", seed=seed)["x"] for seed in (1, 1, 2)
    ]
    cycles = [run.total_cycles for run in runs]
    assert cycles[0] == cycles[1] != cycles[2]
    assert runs[1].build_seconds == 0.0
    assert example.run(stalls=False).passes == ("one_by_one",)


def test_designs_of_the_same_names_share_a_simulator(tmp_path):
    good, wrong, stuck = scale(tmp_path / "good"), scale(tmp_path / "wrong"), scale(tmp_path / "stuck")
    wrong.edit("16'd3", "16'd4")
    stuck.edit("if (ap_start)", "if (0)")
    broken = scale(tmp_path / "broken").edit("endmodule", "")
    results = simulate_many(
        [Design(name, each.rtl, each.record()) for name, each in locals_of(good, wrong, stuck, broken)],
        tmp_path / "work",
        max_idle_cycles=MAX_IDLE,
    )
    assert list(results) == ["good", "wrong", "stuck", "broken"]
    assert results["good"].equal and not results["wrong"].equal
    assert isinstance(results["stuck"], CosimStuck)
    assert isinstance(results["broken"], UserError) and "Verilator refuses" in str(results["broken"])


def locals_of(*examples: CallExample) -> list[tuple[str, CallExample]]:
    return [(each.folder.name, each) for each in examples]


def test_the_recording_has_to_fit(tmp_path):
    example = scale(tmp_path)
    path = example.rtl / "signature.json"
    raw = json.loads(path.read_text())
    raw["arguments"][1]["kind"] = "tuple"
    path.write_text(json.dumps(raw))
    with pytest.raises(UserError, match="argument a of kind 'tuple'"):
        example.record()
    shutil.rmtree(example.rtl)
    with pytest.raises(UserError, match=r"there is no signature.json"):
        example.record()


def test_streams_overlap(tmp_path):
    result = reorder(tmp_path).run()
    assert result.equal
    assert result.passes == ("one_by_one", "back_to_back", "random_stalls")
    assert result.interval is not None and result.interval < result.cycles_min
    assert set(result.fifo_most) == {"even", "odd"} and 0 < result.fifo_most["even"] <= 4


def test_a_wrong_element_of_a_stream(tmp_path):
    cases = [
        (".wr_data(odd_wr_data)", ".wr_data(odd_wr_data ^ 16'd4)", "call 0, out_stream[0] data: expected 0x1, got 0x5"),
        (".out_last(out_stream_TLAST)", ".out_last()", "call 0, out_stream[7] last: expected 0x1, got 0x0"),
    ]
    check_faults(tmp_path, reorder, cases)


def shallow(folder) -> CallExample:
    """The even words wait for all the odd ones, in a FIFO that is too small for them."""
    example = reorder(folder).edit(".DEPTH(4)", ".DEPTH(2)")
    path = example.rtl / "signature.json"
    raw = json.loads(path.read_text())
    raw["fifos"][0]["depth"] = 2
    path.write_text(json.dumps(raw))
    return example


def test_a_deadlock_names_the_fifo(tmp_path):
    with pytest.raises(
        CosimStuck, match=r"call 0 does not end.*FIFO 'even' is full.*give the stream 'even' more depth"
    ):
        shallow(tmp_path).run()


def test_depths_that_would_do(tmp_path):
    example = shallow(tmp_path)
    found = find_depths(example.rtl, example.record(), tmp_path / "work", max_idle_cycles=MAX_IDLE)
    assert found.asked == {"even": 2, "odd": 2}
    assert found.needed == {"even": 4}
    assert found.pragmas() == ["#pragma HLS STREAM variable=even depth=4"]
    enough = reorder(tmp_path / "enough")
    found = find_depths(enough.rtl, enough.record(), tmp_path / "enough" / "work", max_idle_cycles=MAX_IDLE)
    assert found.needed == {} and found.most["even"] <= 4


def test_registers_and_memory_behind_axi(tmp_path):
    result = copy(tmp_path).run()
    assert result.equal and result.calls == 5
    bursts, beats = result.axi["m_axi_gmem"][:2]
    assert beats == 0 + 1 + 16 + 17 + 1100 and bursts == result.axi["m_axi_gmem"][2]


def test_a_fault_behind_axi(tmp_path):
    cases = [
        (
            "? from_page : to_page;",
            "? 11'd16 : 11'd16;",
            "m_axi_gmem breaks the AXI4 rule 'boundary' at address 0x200000f",
        ),
        ("assign m_axi_gmem_WSTRB = 15;", "assign m_axi_gmem_WSTRB = 7;", ", b["),
        ("_ARSIZE = 2;", "_ARSIZE = 1;", "call 1, m_axi_gmem breaks the AXI4 rule 'size'"),
        ("_AWBURST = 1;", "_AWBURST = 0;", "call 1, m_axi_gmem breaks the AXI4 rule 'burst'"),
        ("7'h1c: a[63:32]", "7'h1d: a[63:32]", "call 1, m_axi_gmem breaks the AXI4 rule 'range'"),
        (
            "buffer[beat[3:0]] + 1;",
            "buffer[beat[3:0]] + 1 + (at > 1080);",
            "call 4, last[0] in its register: expected 0x",
        ),
        ("RDATA <= n;", "RDATA <= n + (n == 17);", "call 3, ap_return[0] in its register: expected 0x11, got 0x12"),
        ("last_valid <= 1;", "last_valid <= 0;", "call 1, last_ap_vld[0] in its register: expected 0x1, got 0x0"),
        ("if (s_axi_control_ARADDR == 0) done <= 0;", "", "call 0, ap_done after it was read[0] in its register"),
        ("if (ier) isr <= 1;", "", "call 0 does not end: nothing moved"),
        ("_AWLEN = beats - 1;", "_AWLEN = beats;", "breaks the AXI4 rule 'last'"),
        ("else if (s_axi_control_RREADY) s", "else s", "in the pass random_stalls"),
    ]
    check_faults(tmp_path, copy, cases)


def test_what_no_port_shows_is_a_difference(tmp_path):
    """A store that the design has lost together with its port."""
    example = scale(tmp_path)
    path = example.rtl / "signature.json"
    raw = json.loads(path.read_text())
    raw["arguments"][3]["leaves"][0]["ports"] = {}
    path.write_text(json.dumps(raw))
    example.edit("    output wire last_ap_vld,\n", "").edit("    output wire [31:0] last,\n", "")
    example.edit("    assign last = wide;\n", "").edit("    assign last_ap_vld = state == 2;\n", "")
    result = example.run()
    assert not result.equal
    expected = "call 1, last[0] last has no port to show it: expected 0xffffffeb, got 0xfffffffb (pass native)"
    assert str(result.first_difference) == expected


def test_only_bits_that_are_defined_are_compared(tmp_path):
    """b and the result are open in their lowest bit, where the design differs from C++."""
    example = scale(tmp_path).edit("assign b_d1 = next;", "assign b_d1 = next ^ 16'd1;")
    example.edit("+ 16'd3 * a_q0[15:0];", "+ 16'd3 * a_q0[15:0] + 16'd0;")
    recording = example.record()
    defined = []
    for call in recording.calls:
        after = {name: np.full_like(rows, 0xFF) for name, rows in call.after.items()}
        after["b"][:, 0] = 0xFE
        defined.append(Call({}, after, {}))
    work = tmp_path / "work"
    options = {"max_idle_cycles": MAX_IDLE}
    first = cosim_project(example.rtl, recording, work, **options)
    assert not first.equal and "call 1, b[0]: expected " in str(first.first_difference)
    open_bits = replace(recording, defined=tuple(defined))
    assert cosim_project(example.rtl, open_bits, work, **options).equal
    asked = []

    def again():
        asked.append(1)
        changed = [
            Call(call.before, {**call.after, "b": call.after["b"] ^ np.array([1, 0], np.uint8)}, {})
            for call in recording.calls
        ]
        return replace(recording, calls=tuple(changed))

    assert cosim_runs(example.rtl, recording, again, work, **options).equal and asked == [1]
