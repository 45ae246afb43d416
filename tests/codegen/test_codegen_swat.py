"""The C++ of window attention against golden: masks, formats, foldings and edges, by C simulation."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hlsgen import golden
from hlsgen.arch import AttentionPlan, load_plan, plan
from hlsgen.codegen import generate, render, write_vectors
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.model import Graph, Model, parse_policy, quantise_model
from hlsgen.sim.csim import CsimResult, simulate

BOARD = load_board("kv260")


def attention(policy: str, tokens: int = 20, features: int = 8, heads: int = 2, **options: Any) -> Graph:
    model = Model("att")
    q, k, v = (model.input(name, (heads, tokens, features)) for name in "qkv")
    model.output(model.window_attention(q, k, v, name="attention", **options))
    rng = np.random.default_rng(0)
    return quantise_model(
        model, parse_policy(policy), {x: rng.normal(size=(1, heads, tokens, features)) for x in "qkv"}
    )


def project(folder: Path, graph: Graph, multipliers: int | None, pipelines: int = 1) -> AttentionPlan:
    made = plan(graph, BOARD, "swat", multipliers, pipelines)
    assert isinstance(made, AttentionPlan)
    generate(made, graph, folder / "hls_cpp")
    rng = np.random.default_rng(1)
    inputs = {name: rng.normal(0, 2, (2, *graph.tensors[name].shape)) for name in graph.inputs}
    codes = golden.code_inputs(graph, inputs)
    interface = json.loads((folder / "hls_cpp" / "interface.json").read_text())
    write_vectors(interface, codes, golden.run(graph, codes).output, folder / "vectors")
    return made


def csim(folder: Path) -> CsimResult:
    return simulate(folder / "hls_cpp", folder / "vectors", "hlsgen", folder / "cache")


@pytest.mark.parametrize(
    ("policy", "multipliers", "options"),
    [
        ("Int8", None, {"window": 6}),
        ("Int8", 6, {"window": 7, "causal": True, "sinks": 2}),  # folded, pinned on the way
        ("Int8", 10, {"window": 5, "global_tokens": (0, 2, 17), "random_tokens": 2}),  # preloaded, random, folded
        ("Fixed(16,6)", 48, {"window": 5, "random_tokens": 1}),  # 4 features a step
        ("e4m3", 8, {"window": 0, "global_tokens": range(20)}),  # dense
        ("Int4", None, {"window": 4, "maximum": "static", "weight_bits": 6, "scale": 0.2}),
    ],
)
def test_bit_exact(tmp_path: Path, policy: str, multipliers: int | None, options: dict[str, Any]) -> None:
    project(tmp_path, attention(policy, **options), multipliers)
    result = csim(tmp_path)
    assert result.passed, result.first_mismatch
    assert result.samples == 2


def test_pipelines_share_the_heads(tmp_path: Path) -> None:
    graph = attention("Int8", window=5, global_tokens=(18,), random_tokens=2, heads=4)
    made = project(tmp_path, graph, None, pipelines=2)
    assert made.interval_cycles < 0.6 * project(tmp_path / "one", graph, None).interval_cycles
    assert csim(tmp_path).passed
    with pytest.raises(UserError, match="3 pipelines for 4 heads; use a number that divides the heads"):
        plan(graph, BOARD, "swat", None, 3)


def test_a_changed_mask_is_noticed(tmp_path: Path) -> None:
    project(tmp_path, attention("Int8", window=6), None)
    source = tmp_path / "hls_cpp/src/att.cpp"
    text = source.read_text()
    changed = re.sub(r"(at_first\[WORDS\] = \{)(\d+)", lambda m: f"{m[1]}{int(m[2]) ^ 1}", text)
    assert changed != text
    source.write_text(changed)
    assert not csim(tmp_path).passed


def test_the_plan_survives_json_and_folds_as_the_budget_asks() -> None:
    graph = attention("Int8", window=6)
    for multipliers, cores, folds, simd in ((None, 6, 1, 1), (48, 6, 1, 4), (12, 6, 1, 1), (11, 3, 2, 1), (2, 1, 6, 1)):
        made = plan(graph, BOARD, "swat", multipliers)
        assert (made.cores, made.folds, made.simd) == (cores, folds, simd)
        assert load_plan(json.loads(json.dumps(made.to_json()))) == made
    with pytest.raises(UserError, match="a budget of 1 multipliers"):
        plan(graph, BOARD, "swat", 1)


def test_each_key_passes_its_port_once() -> None:
    graph = attention("Int8", window=6, global_tokens=(0, 15))
    interface = json.loads(dict(render(plan(graph, BOARD, "swat"), graph))["interface.json"])
    ports = {port["port"]: port for port in interface["inputs"]}
    assert ports["k_stream"]["part"]["rows"] == ports["v_stream"]["part"]["rows"] == [15, *range(20)]
    assert ports["q_stream"]["beats"] * ports["q_stream"]["lanes"] == 2 * 20 * 8
    assert "part" not in ports["q_stream"]


def test_other_models_and_patterns_are_refused() -> None:
    graph = attention("Int8", window=6)
    with pytest.raises(UserError, match="the pattern dataflow cannot do"):
        plan(graph, BOARD, "dataflow")
    model = Model("net")
    model.output(model.dense(model.input("x", (4,)), np.eye(4), np.zeros(4)))
    dense = quantise_model(model, parse_policy("Int8"), np.ones((1, 4)))
    with pytest.raises(UserError, match="the pattern swat cannot do dense, requantise; use a window_attention"):
        plan(dense, BOARD, "swat")
