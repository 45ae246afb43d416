"""Kernels with every kind of argument, called by test benches of their own: native against RTL, all in one model."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.hls.compile import compile_project
from hlsgen.sim.batch import Design, simulate_many
from hlsgen.sim.interface import load_interface
from hlsgen.sim.recorder import record_calls

HERE = Path(__file__).parent / "calls"
KERNELS = sorted(path.stem for path in HERE.glob("*.cpp") if not path.stem.endswith("_tb"))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calls")
    designs = []
    for number, name in enumerate(KERNELS):
        rtl = folder / name
        rtl.mkdir()
        source, bench = HERE / f"{name}.cpp", HERE / f"{name}_tb.cpp"
        clock_ns, family = [(10.0, "xc7"), (4.0, "xcup")][number % 2]
        compile_project([source], "top", rtl, clock_ns=clock_ns, family=family, automatic=number % 3 > 0)
        recording = record_calls([source], [bench], "top", load_interface(rtl), folder / f"{name}_native")
        designs.append(Design(name, rtl, recording))
    return simulate_many(designs, folder / "sim", max_idle_cycles=20_000)


@pytest.mark.parametrize("name", KERNELS)
def test_rtl_equals_native(results, name):
    result = results[name]
    assert not isinstance(result, Exception), result
    assert result.equal and result.calls > 1, result.first_difference


def test_calls_of_a_region_that_shares_nothing_overlap(results):
    alone, each = 4 * 32, 2 * 32  # steps of a call, and of its slower process
    assert alone + 8 * each <= results["region_in_loop"].cycles_max < alone + 8 * (each + 4) + 16


def test_calls_of_a_region_overlap_that_reads_tables_which_stay(results):
    """A call has 2 * 16 steps, and the longest one loads 64 words and makes 8 of them."""
    assert results["steady_tables"].cycles_max < 64 + 8 * (2 * 16) + 40


def test_shift_registers_are_rings_that_take_a_value_a_cycle(results):
    assert results["shift_registers"].cycles_max < 20 + 10


def test_calls_of_pipelined_functions_overlap_with_the_numbers_that_come_and_go(results):
    assert results["pipelined_numbers"].interval == 1
    assert results["pipelined_state"].interval in (2, 3)  # at 10 and 4 ns, for the sum that goes from call to call
    for name in ("pipelined_chain", "pipelined_both"):
        assert results[name].interval == results[name].cycles_max + 1


def test_calls_of_a_region_overlap_with_the_numbers_that_go_out(results):
    """A call takes the time of two processes."""
    assert 3 * results["outgoing_numbers"].interval < 2 * results["outgoing_numbers"].cycles_min
    assert results["outgoing_in_chain"].interval > results["outgoing_in_chain"].cycles_min


def test_structs_are_assigned_by_their_members(results):
    """Not by bytes: eight turns, of a few cycles for each of three calls."""
    assert results["whole_structs"].cycles_max < 8 * 40
