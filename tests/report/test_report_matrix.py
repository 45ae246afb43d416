"""The page of many builds: a row for each in every table, differences in per cent, failures named."""

from __future__ import annotations

from typing import Any

import pytest

from hlsgen.report import Cell, render_matrix, summarise

BOARD = {"name": "kv260", "part": "xck26", "clock_ns": 5.0}
FACTS: dict[str, dict[str, Any]] = {
    "load": {"design": "tiny"},
    "quantise": {"accuracy": 0.99},
    "golden": {"vectors": 1360, "accuracy": 0.985},
    "plan": {"cycles": 98, "interval": 64, "roofline_cycles": 48.0, "multipliers": 1156},
    "csim": {"passed": True, "csim": True, "cxx_ap_types": True},
    "cosim": {"passed": True, "cycles": 100, "interval": 64, "cycles_per_second": 1234567},
    "synth": {"resources": {"lut": 1171, "ff": 2342, "dsp": 156, "bram36": 1.5, "uram": 0}, "delay_ns": 3.25},
}


def cell(pattern: str = "dataflow", **changes: dict[str, Any]) -> Cell:
    facts = {name: stage | changes.get(name, {}) for name, stage in FACTS.items()}
    settings = {"pattern": pattern, "format": "Int8", "board": BOARD, "clock_ns": 5.0}
    return Cell("tiny", pattern, "Int8", summarise(settings, facts, {"load": 0.25, "hls": 5.0}))


def render(*cells: Cell) -> str:
    return render_matrix(cells, BOARD, command="hlsgen matrix x", version="1.2", date="2026-01-02")


def rows(page: str) -> list[list[str]]:
    """The cells of every table row that begins with the design's name."""
    return [[part.strip() for part in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| tiny")]


def test_a_passed_build_has_a_row_in_every_table() -> None:
    page = render(cell())
    name = ["tiny", "dataflow", "Int8"]
    exactness, cycles, costs = rows(page)
    assert exactness == [*name, "99.00%", "98.50%", "1,360", "exact", "exact", "exact"]
    assert cycles == [*name, "100", "98", "-2.0%", "64", "64", "+0.0%", "1,156", "0.750"]
    assert costs == [*name, "1,171", "2,342", "156", "1.5", "0", "3.25", "5.2", "1,234,567"]
    assert "Made by `hlsgen matrix x` with hlsgen 1.2 on 2026-01-02; board kv260 (xck26), clock 5 ns." in page
    assert "estimates" in page and "Failures" not in page


def test_a_column_that_no_network_has_is_left_out() -> None:
    assert "| float | quantised | vectors |" in render(cell())
    error = {"golden": {"vectors": 10, "accuracy": None, "error": 0.02}, "quantise": {"accuracy": None}}
    assert "| relative error | vectors |" in render(cell(**error))
    (first, second, *_) = rows(render(cell(), cell("swat", **error)))
    assert first[3:6] == ["99.00%", "98.50%", "-"] and second[3:6] == ["-", "-", "2.000%"]


def test_tables_are_rectangular() -> None:
    page = render(cell(), Cell("tiny", "dataflow", "e4m3", None, "no"), cell("sequential"))
    tables = [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]
    assert [len(table) for table in tables] == [5, 5, 5]
    for table in tables:
        assert len({line.count("|") for line in table}) == 1


def test_the_summary_takes_the_worst_of_each() -> None:
    page = render(cell(), cell(cosim={"cycles": 80, "interval": 96}), cell("sequential"))
    assert "- 3 of 3 builds passed, exact at every level." in page
    assert "- Prediction of the latency: at most 22.5% from the measured one." in page
    assert "- Prediction of the interval: at most 33.3% from the measured one." in page
    assert "- MAC utilisation, dataflow: at least 0.500." in page
    assert "- MAC utilisation, sequential: at least 0.750." in page


def test_a_build_that_differs() -> None:
    found = cell(cosim={"passed": False, "mismatches": ["out: sample 3: got 0x1"]})
    assert not found.passed and cell().passed
    page = render(found, cell())
    assert rows(page)[0][-3:] == ["exact", "exact", "**DIFFERS**"]
    assert "- 1 of 2 builds passed" in page
    assert page.endswith("## Failures\n\n- tiny, dataflow, Int8: out: sample 3: got 0x1\n")


def test_a_build_without_a_report() -> None:
    page = render(Cell("tiny", "sequential", "e4m3", None, "top.cpp:7: a division"))
    for row in rows(page):
        assert row[:4] == ["tiny", "sequential", "e4m3", "failed"] and not any(row[4:])
    assert "- 0 of 1 builds passed" in page and "Prediction" not in page
    assert page.endswith("- tiny, sequential, e4m3: top.cpp:7: a division\n")


@pytest.mark.parametrize("stage", ["plan", "cosim", "synth"])
def test_what_is_missing_is_a_dash(stage: str) -> None:
    facts = {name: value for name, value in FACTS.items() if name != stage}
    settings = {"pattern": "dataflow", "format": "Int8", "board": BOARD, "clock_ns": 5.0}
    page = render(Cell("tiny", "dataflow", "Int8", summarise(settings, facts, {})))
    assert "-" in [value for row in rows(page) for value in row]
