"""`hlsgen attention`: its sections by name; the one that simulates nothing as it stands; one real measurement."""

from __future__ import annotations

import itertools
from pathlib import Path

from hlsgen.cli.main import main
from hlsgen.core.boards import load_board
from hlsgen.flow.attention import AttentionCase, measure_attention


def test_the_model_needs_no_simulation(capsys) -> None:
    assert main(["attention", "--section", "model"]) == 0
    page = capsys.readouterr().out
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    assert [row[0] for row in rows] == ["| 512", "| 1,024", "| 2,048", "| 4,096", "| 8,192", "| 16,384"]
    cycles = [int(row[1].replace(",", "")) for row in rows]
    assert [b - a for a, b in itertools.pairwise(cycles)] == [n * 64 for n in (512, 1024, 2048, 4096, 8192)]


def test_an_unknown_section(capsys) -> None:
    assert main(["attention", "--section", "speed"]) == 2
    assert "no section is called 'speed'; choose of exactness, lengths, dense" in capsys.readouterr().err


def test_what_is_measured_is_exact_and_as_predicted(tmp_path: Path) -> None:
    """No row precedes the first query: a pipeline that took itself for all heads would wait for their weights."""
    case = AttentionCase(tokens=12, window=2, features=4, heads=2, pipelines=2)
    measured = measure_attention(case, load_board("kv260"), tmp_path / "case")
    assert measured.passed
    assert measured.interval == measured.predicted_interval == 12 * 4 + 4  # every arrival, and one row of weights
    assert abs(measured.cycles - measured.predicted_cycles) <= 0.02 * 128 + 6
    once = 12 * 4  # of one head
    ports = [f"{role}_stream_{pipeline}" for pipeline in (0, 1) for role in ("q", "k", "v")]
    assert measured.words == dict.fromkeys([*ports, "out_stream_0", "out_stream_1"], once)


def test_a_query_in_every_cycle(tmp_path: Path) -> None:
    """Sums of weights wait for weighted values: as many rows as there are cycles in that pipeline."""
    case = AttentionCase(tokens=32, window=4, features=4, multipliers=32)
    measured = measure_attention(case, load_board("kv260"), tmp_path / "case")
    assert measured.passed and measured.plan.row_cycles == 1
    assert measured.interval == measured.predicted_interval <= 32 + 4
