"""Bring what follows each layer into one order: [relu], requantise, then max-pools and flattens.

In: a graph of floats as the user wrote it. Out: the same function with exactly one requantiser per layer, inserted
where the user placed none (its attribute `format` is None then: the policy chooses).

Rounding and saturation keep the order of values and leave zero alone, so they commute with ReLU and with the choice
of a maximum; done first they make every tensor behind the accumulator narrow. Wrapping does not commute: refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier
from hlsgen.numerics import Fixed, Overflow

from .graph import Graph, Node, Tensor
from .operators import OPERATORS

_KEEPS_ORDER = (Overflow.SAT, Overflow.SAT_SYM)


def normalise(graph: Graph) -> Graph:
    """The graph in normal form. Raises `UserError`, naming the layer, for two requantisers or one that cannot move."""
    nodes: list[Node] = []
    tensors = {name: graph.tensors[name] for name in (*graph.inputs, *graph.constants)}
    renamed: dict[str, str] = {}  # last tensor of a layer as written -> as it is now
    done: set[str] = set()
    for node in graph.nodes:
        if node.name in done:
            continue
        tail = list(_tail(graph, node)) if OPERATORS[node.op].accumulates else []
        written = [node, *tail]
        done.update(step.name for step in written)
        ordered = [node, *_in_order(graph, node, tail)] if OPERATORS[node.op].accumulates else [node]
        flowing = tuple(renamed.get(name, name) for name in graph.flowing(node))
        for step in ordered:
            constants = (name for name in step.inputs if name in graph.constants)
            nodes.append(replace(step, inputs=(*flowing, *constants)))
            shapes = [tensors[name].shape for name in nodes[-1].inputs]
            tensors[step.name] = Tensor(step.name, OPERATORS[step.op].shape(shapes, step.attributes))
            flowing = (step.name,)
        renamed[written[-1].name] = ordered[-1].name
    outputs = tuple(renamed.get(name, name) for name in graph.outputs)
    return replace(graph, tensors=tensors, nodes=tuple(nodes), outputs=outputs)


def _tail(graph: Graph, layer: Node) -> Iterator[Node]:
    """What follows `layer` up to the next layer, a fork or an output."""
    tensor = layer.name
    while tensor not in graph.outputs and len(followers := graph.consumers(tensor)) == 1:
        (node,) = followers
        if not (OPERATORS[node.op].selects or node.op in ("relu", "requantise")):
            return
        yield node
        tensor = node.name


def _in_order(graph: Graph, layer: Node, tail: list[Node]) -> list[Node]:
    relus = [node for node in tail if node.op == "relu"][:1]  # a second one changes nothing
    roundings = [node for node in tail if node.op == "requantise"]
    if len(roundings) > 1:
        names = " and ".join(node.name for node in roundings)
        raise UserError(f"{names} round its result twice", where=f"layer {layer.name}", do="keep one requantise")
    if roundings:
        ahead, behind = _around(tail, roundings[0])
        fmt = roundings[0].attributes["format"]
        moved = any(OPERATORS[node.op].selects for node in ahead) or any(node.op == "relu" for node in behind)
        if moved and isinstance(fmt, Fixed) and fmt.overflow not in _KEEPS_ORDER:
            raise UserError(
                f"{roundings[0].name} to {fmt} does not keep the order of values",
                where=f"layer {layer.name}",
                do="put it behind the relu and ahead of max_pool and flatten",
            )
    else:
        roundings = [Node("requantise", _free_name(graph, layer), (), {"format": None})]
    return [*relus, *roundings, *(node for node in tail if OPERATORS[node.op].selects)]


def _around(tail: list[Node], node: Node) -> tuple[list[Node], list[Node]]:
    place = tail.index(node)
    return tail[:place], tail[place + 1 :]


def _free_name(graph: Graph, layer: Node) -> str:
    name = check_identifier(f"{layer.name}_requantise", "layer", where=f"layer {layer.name}")
    if name in graph.tensors:
        raise UserError(f"the name {name!r} is kept for its requantiser", where=f"layer {layer.name}", do="rename one")
    return name
