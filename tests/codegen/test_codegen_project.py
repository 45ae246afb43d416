"""What a generated project holds: files, interface, names, and what its C++ may not hold."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from arch_networks import network

from hlsgen.arch import plan
from hlsgen.codegen import generate, render
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.model import Model, parse_policy, quantise_model

BOARD = load_board("kv260")
CNN = ((5, 5, 2), [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 3)])


def _dense(model_name="net", layer="fc", second="fc2"):
    model = Model(model_name)
    x = model.dense(model.input("image", (3,)), np.ones((4, 3)), np.ones(4), name=layer)
    model.output(model.dense(x, np.ones((2, 4)), np.ones(2), name=second))
    return quantise_model(model, parse_policy("Int8"), np.ones((1, 3)))


@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
def test_codegen_project_files(tmp_path, pattern):
    graph = network(*CNN, "e4m3")
    made = plan(graph, BOARD, pattern, 10)
    written = {path.relative_to(tmp_path).as_posix() for path in generate(made, graph, tmp_path)}
    assert written == {
        "src/net.h", "src/net.cpp", "src/weights.h", "src/lanes.h", "src/minifloat.h",
        "tb/net_tb.cpp", "run_hls.tcl", "hls_config.cfg", "interface.json",
    }  # fmt: skip
    assert written == {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    text = (tmp_path / "src/net.cpp").read_text()
    assert f"plan {made.digest}" in text and "hlsgen" in text.splitlines()[1]
    assert all(f"#pragma HLS INTERFACE {what}" in text for what in ("axis port=in_stream", "ap_ctrl_hs port=return"))


@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
@pytest.mark.parametrize("fmt", ["Int8", "e4m3"])
def test_codegen_project_kernel_has_no_floats(pattern, fmt):
    graph = network(*CNN, fmt)
    for name, text in render(plan(graph, BOARD, pattern, 10), graph):
        if name.startswith("src/"):
            code = re.sub(r"//[^\n]*", "", text)
            assert not re.search(r"\b(float|double|new|malloc)\b", code), name
            assert "{{" not in re.sub(r"= \{[\s\S]*?;", "", code) and "{%" not in code


def test_codegen_project_interface():
    graph = network(*CNN)
    made = plan(graph, BOARD, "dataflow", 10)
    interface = json.loads(dict(render(made, graph))["interface.json"])
    (source,), (target,) = interface["inputs"], interface["outputs"]
    assert interface["top"] == "net" and interface["clock_ns"] == BOARD.clock_ns and interface["part"] == BOARD.part
    assert source["port"] == "in_stream" and source["lanes"] * source["beats"] == 50
    assert target["port"] == "out_stream" and target["lanes"] * target["beats"] == 3
    assert source["shape"] == [5, 5, 2] and target["shape"] == [3]
    for port in (source, target):
        assert port["element_bits"] == 8 and port["width_bits"] >= max(8, 8 * port["lanes"])
        assert port["width_bits"] & (port["width_bits"] - 1) == 0


def test_codegen_project_same_plan_same_text():
    graph = network(*CNN)
    assert list(render(plan(graph, BOARD), graph)) == list(render(plan(graph, BOARD), graph))


@pytest.mark.parametrize(
    ("names", "clash"),
    [(("main", "a", "b"), "main"), (("a_mac", "a", "b"), "a_mac"), (("net", "a", "a_mac"), None)],
)
def test_codegen_project_refuses_names_that_clash(names, clash):
    graph = _dense(*names)
    made = plan(graph, BOARD, "dataflow")
    if clash is None:
        assert list(render(made, graph))
        return
    text = rf"model {names[0]}: the generated C\+\+ would have two things called '{clash}'; rename a layer"
    with pytest.raises(UserError, match=text):
        list(render(made, graph))


def test_codegen_project_that_cannot_be_written(tmp_path):
    graph = _dense()
    (tmp_path / "src").write_text("a file where a folder should be")
    with pytest.raises(UserError, match="src"):
        generate(plan(graph, BOARD), graph, tmp_path)
