"""Window attention with its scores spilled: C++ and RTL against golden, and the words that pass the masters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.arch import load_plan, plan
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.flow.attention import AttentionCase, graph_of, measure_attention

BOARD = load_board("kv260")


def test_exact_and_as_many_words_as_they_say(tmp_path: Path) -> None:
    """2w/H scores and as many weights for each element of q, each written and read; folded, two heads."""
    case = AttentionCase(tokens=24, window=8, features=4, heads=2, multipliers=8, spilled=True)
    measured = measure_attention(case, BOARD, tmp_path / "case")
    assert measured.passed
    assert (measured.plan.cores, measured.plan.folds) == (4, 2)
    once, scores, rows = 2 * 24 * 4, 2 * 24 * 8, 2 * 24
    assert measured.words == {
        **dict.fromkeys(("q", "k", "v", "out"), once),
        **dict.fromkeys(("spilled_scores", "spilled_weights"), 2 * scores),
        "spilled_totals": 2 * rows,
    }
    assert abs(measured.cycles - measured.predicted_cycles) < 0.02 * measured.cycles + 15
    ports = sum(measured.words[port] for port in ("q", "k", "v", "out"))  # a byte each
    assert measured.plan.off_chip_bytes == ports + 2 * measured.plan.spilled_bytes


def test_the_plan() -> None:
    graph = graph_of(AttentionCase(tokens=12, window=4, features=4))[1]
    made = plan(graph, BOARD, "spilled", 8)
    assert load_plan(json.loads(json.dumps(made.to_json()))) == made
    assert made.interval_cycles == made.cycles_per_sample > plan(graph, BOARD, "swat", 8).cycles_per_sample
    with pytest.raises(UserError, match="2 pipelines with the pattern spilled"):
        plan(graph, BOARD, "spilled", 8, 2)
