"""A quantised graph read as a chain of layers: what both planners and the code generator start from.

In: a `Graph` in normal form. Out: `Layer`s (one `dense` or `conv2d`, an optional `relu`, one `requantise`) and
`Pool`s, in order. A graph that is no such chain is refused with the layer and the pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from hlsgen.core.errors import UserError
from hlsgen.model import Graph, Node, Tensor


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution with its ReLU and its requantiser; a dense layer is one whose kernel covers its whole input.

    name: of the `dense` or `conv2d` node. x, weight, bias, sums, y: tensors (sums: the exact accumulator).
    shape, out_shape: (height, width, channels). pads: (top, left) rows and columns of zeros.
    """

    name: str
    kind: str
    x: Tensor
    weight: Tensor
    bias: Tensor
    sums: Tensor
    y: Tensor
    relu: bool
    shape: tuple[int, int, int]
    out_shape: tuple[int, int, int]
    kernel: tuple[int, int]
    stride: int
    pads: tuple[int, int]

    @property
    def needs_windows(self) -> bool:
        """Whether an output sees other pixels than the input brings, one after the other."""
        return self.kind == "conv2d" and (self.kernel != (1, 1) or self.stride != 1)

    @property
    def pixels(self) -> int:
        """Output pixels: input vectors that the multipliers see in a sample."""
        return self.out_shape[0] * self.out_shape[1]

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.out_shape[2]

    @property
    def taps(self) -> int:
        """Products of one output."""
        return prod(self.kernel) * self.shape[2]

    @property
    def macs(self) -> int:
        """Multiply-accumulates of a sample."""
        return self.pixels * self.outputs * self.taps


@dataclass(frozen=True, slots=True)
class Pool:
    """A maximum over windows of size x size that do not overlap; rows and columns left over are dropped."""

    name: str
    x: Tensor
    y: Tensor
    size: int
    shape: tuple[int, int, int]
    out_shape: tuple[int, int, int]


Stage: TypeAlias = Layer | Pool


def read_stages(graph: Graph, pattern: str) -> tuple[Stage, ...]:
    """The layers and pools of `graph`, in order. Raises `UserError` for what `pattern` cannot do."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise _refused(pattern, f"model {graph.name}", f"{len(graph.inputs)} inputs and {len(graph.outputs)} outputs")
    stages: list[Stage] = []
    chain = _chain(graph, pattern)
    shape = _image(graph.tensors[graph.inputs[0]].shape)
    position = 0
    while position < len(chain):
        node = chain[position]
        if node.op in ("dense", "conv2d"):
            length = 3 if [n.op for n in chain[position + 1 : position + 3]] == ["relu", "requantise"] else 2
            if [n.op for n in chain[position + length - 1 : position + length]] != ["requantise"]:
                raise _refused(pattern, f"layer {node.name}", f"a {node.op} without a requantise behind it")
            layer = _layer(graph, chain[position : position + length], shape)
            stages.append(layer)
            shape = layer.out_shape
            position += length
        elif node.op == "max_pool":
            if node.attributes["size"] > 1:
                stages.append(_pool(graph, node, shape))
                shape = stages[-1].out_shape
            position += 1
        elif node.op == "flatten":
            position += 1  # row-major order is the order of the streams already
        else:
            raise _refused(pattern, f"layer {node.name}", f"a {node.op} that does not follow a dense or conv2d layer")
    if not any(isinstance(stage, Layer) for stage in stages):
        raise _refused(pattern, f"model {graph.name}", "a model without a dense or conv2d layer")
    return tuple(stages)


def _chain(graph: Graph, pattern: str) -> Sequence[Node]:
    """The nodes of the graph, each reading what the one before made."""
    tensor = graph.inputs[0]
    for node in graph.nodes:
        if graph.flowing(node) != (tensor,):
            raise _refused(pattern, f"layer {node.name}", "a layer that does not read the one before it")
        tensor = node.name
    if graph.outputs != (tensor,):
        raise _refused(pattern, f"layer {tensor}", "an output that is not the last layer")
    return graph.nodes


def _layer(graph: Graph, nodes: Sequence[Node], shape: tuple[int, int, int]) -> Layer:
    node = nodes[0]
    x, weight, bias = (graph.tensors[name] for name in node.inputs)
    convolves = node.op == "conv2d"
    sums = graph.tensors[node.name]
    return Layer(
        name=node.name,
        kind=node.op,
        x=x,
        weight=weight,
        bias=bias,
        sums=sums,
        y=graph.tensors[nodes[-1].name],
        relu=len(nodes) == 3,
        shape=shape,
        out_shape=_image(sums.shape),
        kernel=(weight.shape[2], weight.shape[3]) if convolves else shape[:2],
        stride=node.attributes["stride"] if convolves else 1,
        pads=tuple(node.attributes["pads"][:2]) if convolves else (0, 0),
    )


def _pool(graph: Graph, node: Node, shape: tuple[int, int, int]) -> Pool:
    x, y = graph.tensors[node.inputs[0]], graph.tensors[node.name]
    return Pool(node.name, x, y, node.attributes["size"], shape, _image(y.shape))


def _image(shape: Sequence[int]) -> tuple[int, int, int]:
    """(height, width, channels) of a tensor; a vector is one pixel."""
    height, width, channels = (*(1,) * (3 - len(shape)), *shape)
    return height, width, channels


def _refused(pattern: str, where: str, what: str) -> UserError:
    return UserError(f"the pattern {pattern} cannot do {what}", where=where)
