"""Models: the builder, the graph that it makes, its operators, and quantisation to integer codes."""

from .arrays import load_arrays
from .builder import Model
from .design import Design, load_design
from .floats import check_batch, float_tensors
from .graph import Graph, Node, Shape, Tensor
from .operators import OPERATORS, Cost, Operator, node_cost
from .policy import FormatPolicy, parse_policy
from .quantise import quantise_model

__all__ = [
    "OPERATORS",
    "Cost",
    "Design",
    "FormatPolicy",
    "Graph",
    "Model",
    "Node",
    "Operator",
    "Shape",
    "Tensor",
    "check_batch",
    "float_tensors",
    "load_arrays",
    "load_design",
    "node_cost",
    "parse_policy",
    "quantise_model",
]
