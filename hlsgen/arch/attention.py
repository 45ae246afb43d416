"""A quantised graph read as one window attention: what the planner and the code generator of the pattern `swat` see."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from hlsgen.core.errors import UserError
from hlsgen.model import Graph, Mask, Tensor, mask_of


@dataclass(frozen=True, slots=True)
class Attention:
    """One `window_attention` from the inputs q, k, v to the output y, each (heads, tokens, features)."""

    name: str
    q: Tensor
    k: Tensor
    v: Tensor
    y: Tensor
    heads: int
    tokens: int
    features: int
    mask: Mask

    @property
    def arrivals(self) -> tuple[int, ...]:
        """The tokens whose keys and values come, in order: what is preloaded, then the sequence if a window or a token
        pinned on its way needs it."""
        passing = self.mask.window or len(self.mask.preloaded) < len(self.mask.pinned)
        return (*self.mask.preloaded, *(range(self.tokens) if passing else ()))


def read_attention(graph: Graph) -> Attention:
    """The attention that `graph` is. Raises `UserError` for any other model."""
    if len(graph.nodes) != 1 or graph.nodes[0].op != "window_attention":
        others = ", ".join(node.op for node in graph.nodes)
        raise UserError(
            f"the pattern swat cannot do {others}", where=f"model {graph.name}", do="use a window_attention"
        )
    (node,) = graph.nodes
    flowing = graph.flowing(node)
    if len(set(flowing)) != 3:
        raise UserError("q, k and v are not three inputs", where=f"layer {node.name}", do="give each its own input")
    q, k, v = (graph.tensors[name] for name in flowing)
    *heads, tokens, features = q.shape
    y = graph.tensors[node.name]
    return Attention(node.name, q, k, v, y, prod(heads), tokens, features, mask_of(node.attributes))
