"""The measuring script: its parsers, and one measurement that must give what the committed tables hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.core.paths import data_dir
from hlsgen.synth import characterise


def test_measurement_repeats_the_committed_figures() -> None:
    pytest.importorskip("pyosys")
    probes = [p for p in characterise.WITH_BLOCKS if p.module in ("add_8", "icmp_16", "mul_18_18")]
    figures = characterise.measure(characterise.RUNS[0][0], probes, say=lambda _: None)
    content = json.loads((data_dir("boards") / "xc7" / "delay.json").read_text(encoding="utf-8"))
    assert len(figures) == 3
    for probe in probes:
        points = content["operators"][probe.operator]["points"]
        point = next(p for p in points if all(p[key] == size for key, size in probe.size.items()))
        figure = figures[probe.module]
        assert (point["cell_ns"], point["hops"]) == (figure.cell_ns, figure.hops)
        assert (point["lut"], point["dsp"]) == (figure.lut, figure.dsp)


def test_register_and_block_figures_come_from_the_cell_library() -> None:
    pyosys = pytest.importorskip("pyosys")
    library = Path(pyosys.__file__).parent / "share/xilinx/cells_sim.v"
    figures = characterise.library_figures(library.read_text(encoding="utf-8"))
    content = json.loads((data_dir("boards") / "xc7" / "delay.json").read_text(encoding="utf-8"))
    for group in ("register", "dsp"):
        assert figures[group] == {key: value for key, value in content[group].items() if key != "source"}
    with pytest.raises(ValueError, match="no cell FDRE"):
        characterise.library_figures("")


def test_a_report_without_paths_costs_nothing() -> None:
    assert characterise.worst_path("No timing paths found.") == (0.0, 0)
    report = "Latest arrival time in 'm' is 1338:\n    1338 c (CARRY4.CI->O)\n     238 l (LUT2.I0->O)\n"
    assert characterise.worst_path(report) == (1.338, 1)
