"""The operators that a model may use, one file each; `operator.py` says how to add one."""

from ..graph import Graph, Node
from .accumulate import accumulator_lsb
from .conv2d import Conv2d
from .dense import Dense
from .flatten import Flatten
from .max_pool import MaxPool
from .operator import Attributes, Cost, Operator
from .relu import Relu
from .requantise import Requantise
from .window_attention import WindowAttention

OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (Conv2d(), Dense(), Flatten(), MaxPool(), Relu(), Requantise(), WindowAttention())
}


def node_cost(graph: Graph, node: Node) -> Cost:
    """The work of `node` for one sample."""
    return OPERATORS[node.op].cost([graph.tensors[name].shape for name in node.inputs], node.attributes)


__all__ = ["OPERATORS", "Attributes", "Cost", "Operator", "accumulator_lsb", "node_cost"]
