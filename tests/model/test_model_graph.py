"""Graphs: saving, loading, and what they refuse to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hlsgen.core.errors import InternalError, UserError
from hlsgen.model import Graph, Model, Node, Tensor, parse_policy, quantise_model
from hlsgen.model.arrays import read_arrays, write_arrays


@pytest.fixture
def graph() -> Graph:
    rng = np.random.default_rng(0)
    model = Model("net")
    x = model.input("image", (5, 4, 1))
    x = model.conv2d(x, rng.normal(size=(2, 1, 3, 3)), rng.normal(size=2), stride=2, name="conv")
    model.output(model.max_pool(model.relu(x), 2))
    return quantise_model(model, parse_policy("e2m1/e4m3"), rng.normal(size=(3, 5, 4, 1)))


def test_a_loaded_graph_equals_the_saved_one(graph: Graph, tmp_path: Path) -> None:
    graph.save(tmp_path / "deep" / "folder")
    loaded = Graph.load(tmp_path / "deep" / "folder")
    assert (loaded.name, loaded.tensors, loaded.nodes) == (graph.name, graph.tensors, graph.nodes)
    assert (loaded.inputs, loaded.outputs) == (graph.inputs, graph.outputs)
    assert loaded.constants.keys() == graph.constants.keys()
    for name, codes in graph.constants.items():
        assert loaded.constants[name].dtype == codes.dtype
        assert np.array_equal(loaded.constants[name], codes)


def test_arrays_may_have_the_names_of_numpy_s_own_arguments(tmp_path: Path) -> None:
    arrays = {"file": np.arange(3), "allow_pickle": np.eye(2, dtype=np.int8)}
    write_arrays(tmp_path / "a.npz", arrays)
    loaded = read_arrays(tmp_path / "a.npz", remedy="")
    assert loaded.keys() == arrays.keys() and all(np.array_equal(loaded[name], arrays[name]) for name in arrays)


def test_saving_twice_gives_the_same_bytes(graph: Graph, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        graph.save(tmp_path / folder)
    for file in ("graph.json", "constants.npz"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("graph.json", None, r"graph\.json: no such file; quantise the design again$"),
        ("constants.npz", None, r"constants\.npz: no such file; quantise the design again$"),
        ("graph.json", b"{", r"graph\.json: not a graph of hlsgen: Expecting"),
        ("graph.json", b"[]", r"graph\.json: not a graph of hlsgen: "),
        ("graph.json", b'{"version": 99}', r"graph\.json: not a graph of hlsgen: version 99; quantise"),
        ("constants.npz", b"PK\3\4", r"constants\.npz: not an \.npz file of arrays: "),
        ("constants.npz", b"", r"constants\.npz: not an \.npz file of arrays: "),
    ],
)
def test_a_damaged_folder(graph: Graph, tmp_path: Path, file: str, content: bytes | None, message: str) -> None:
    graph.save(tmp_path)
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(UserError, match=message):
        Graph.load(tmp_path)


def test_an_array_that_is_no_archive(graph: Graph, tmp_path: Path) -> None:
    graph.save(tmp_path)
    with open(tmp_path / "constants.npz", "wb") as handle:
        np.save(handle, np.zeros(3))
    with pytest.raises(UserError, match=r"constants\.npz: not an \.npz file of arrays"):
        Graph.load(tmp_path)


def test_a_graph_out_of_order_is_ours_to_mend(graph: Graph) -> None:
    conv = graph.constants["conv_weight"]
    for changes, message in (
        ({"nodes": graph.nodes[::-1]}, "max_pool1 reads a tensor that is not there yet"),
        ({"nodes": (*graph.nodes, graph.nodes[-1])}, "max_pool1 reads a tensor that is not there yet"),
        ({"outputs": ("nowhere",)}, "tensors and nodes disagree"),
        ({"tensors": {**graph.tensors, "more": Tensor("more", (1,))}}, "tensors and nodes disagree"),
        ({"constants": {**graph.constants, "conv_weight": conv[:1]}}, r"conv_weight has the shape \(1, 1, 3, 3\)"),
    ):
        with pytest.raises(InternalError, match=message):
            replace(graph, **changes)


def test_nodes_are_values() -> None:
    assert Node("relu", "a", ("x",)) == Node("relu", "a", ("x",), {})
