"""Models: the builder, the graph that it makes, its operators, and quantisation to integer codes."""

from .arrays import load_arrays
from .builder import Model
from .design import Design, load_design
from .floats import Inputs, float_tensors, named_inputs
from .graph import Graph, Node, Shape, Tensor
from .mask import Mask, mask_of
from .operators import OPERATORS, Cost, Operator, node_cost
from .parameters import for_any_parameters, parameter_names, random_parameters, with_parameters
from .policy import FormatPolicy, parse_policy
from .quantise import quantise_model

__all__ = [
    "OPERATORS",
    "Cost",
    "Design",
    "FormatPolicy",
    "Graph",
    "Inputs",
    "Mask",
    "Model",
    "Node",
    "Operator",
    "Shape",
    "Tensor",
    "float_tensors",
    "for_any_parameters",
    "load_arrays",
    "load_design",
    "mask_of",
    "named_inputs",
    "node_cost",
    "parameter_names",
    "parse_policy",
    "quantise_model",
    "random_parameters",
    "with_parameters",
]
