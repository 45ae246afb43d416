"""Reading a graph as a chain of layers, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from arch_networks import network

from hlsgen.arch import Layer, Pool, read_stages
from hlsgen.core.errors import UserError
from hlsgen.model import Model, parse_policy, quantise_model


def test_arch_layers_of_a_network():
    graph = network((6, 5, 2), [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 3)])
    conv, pool, dense = read_stages(graph, "dataflow")
    assert isinstance(conv, Layer) and isinstance(pool, Pool) and isinstance(dense, Layer)
    assert (conv.shape, conv.out_shape, conv.kernel, conv.pads) == ((6, 5, 2), (6, 5, 4), (3, 3), (1, 1))
    assert (conv.relu, dense.relu) == (True, False)
    assert (conv.macs, dense.macs) == (6 * 5 * 4 * 18, 3 * 24)
    assert (pool.out_shape, dense.shape, dense.kernel) == ((3, 2, 4), (3, 2, 4), (3, 2))


def _quantised(build):
    model = Model("net")
    build(model, model.input("image", (4, 4, 1)))
    return quantise_model(model, parse_policy("Int8"), np.ones((1, 4, 4, 1)))


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (
            lambda model, x: model.output(model.relu(x, name="early")),
            "layer early: the pattern dataflow cannot do a relu that does not follow a dense or conv2d layer",
        ),
        (
            lambda model, x: model.output(model.max_pool(x, 2)),
            "model net: the pattern dataflow cannot do a model without a dense or conv2d layer",
        ),
    ],
)
def test_arch_layers_refuses_what_is_no_chain(build, text):
    with pytest.raises(UserError, match=text):
        read_stages(_quantised(build), "dataflow")


def _two_layers(second_reads_first):
    def build(model, x):
        x = model.flatten(x)
        a = model.dense(x, np.ones((16, 16)), np.ones(16), name="a")
        model.output(a)
        model.output(model.dense(a if second_reads_first else x, np.ones((2, 16)), np.ones(2), name="b"))

    return _quantised(build)


def test_arch_layers_refuses_two_outputs():
    with pytest.raises(UserError, match="model net: the pattern sequential cannot do 1 inputs and 2 outputs"):
        read_stages(_two_layers(True), "sequential")


def test_arch_layers_refuses_an_output_in_the_middle():
    graph = _two_layers(True)
    with pytest.raises(UserError, match="cannot do an output that is not the last layer"):
        read_stages(replace(graph, outputs=graph.outputs[:1]), "dataflow")


def test_arch_layers_refuses_a_fork():
    graph = _two_layers(False)
    with pytest.raises(UserError, match="layer b: the pattern dataflow cannot do a layer that does not read the one"):
        read_stages(replace(graph, outputs=graph.outputs[1:]), "dataflow")


def test_arch_layers_refuses_a_layer_without_requantiser():
    graph = network((4,), [("dense", 3)])
    layer = graph.nodes[0]
    bare = replace(
        graph,
        nodes=(layer,),
        outputs=(layer.name,),
        tensors={name: tensor for name, tensor in graph.tensors.items() if "requantise" not in name},
    )
    with pytest.raises(UserError, match="layer dense1: the pattern dataflow cannot do a dense without a requantise"):
        read_stages(bare, "dataflow")
