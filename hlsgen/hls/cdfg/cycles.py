"""Strongly connected components: which operations of a loop body lie on a common recurrence."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from .ir import Function, Kind

Node = TypeVar("Node", bound=Hashable)


def components(successors: Mapping[Node, Iterable[Node]]) -> dict[Node, int]:
    """Node -> number of its strongly connected component (Tarjan 1972, without recursion)."""
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    found: dict[Node, int] = {}
    path: list[Node] = []
    count = 0
    for root in successors:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        path.append(root)
        stack = [(root, iter(successors[root]))]
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[node])
                if low[node] == number[node]:
                    while True:
                        member = path.pop()
                        found[member] = count
                        if member == node:
                            break
                    count += 1
            elif following not in number:
                number[following] = low[following] = len(number)
                path.append(following)
                stack.append((following, iter(successors[following])))
            elif following not in found:
                low[node] = min(low[node], number[following])
    return found


def recurrences(function: Function, label: str) -> dict[int, int]:
    """Operation id -> recurrence number, for the operations of a self-loop block that lie on one."""
    block = function.blocks[label]
    if label not in block.end.targets():
        return {}
    edges: dict[int, list[int]] = {id: [] for id in block.ops}
    for id in block.ops:
        op = function.ops[id]
        args = op.inputs()
        if op.kind is Kind.PHI:
            args = tuple(arg for arg, origin in zip(op.args, op.blocks, strict=True) if origin == label)
        for arg in args:
            if arg in edges:
                edges[arg].append(id)
    found = components(edges)
    size: dict[int, int] = {}
    for component in found.values():
        size[component] = size.get(component, 0) + 1
    return {id: component for id, component in found.items() if size[component] > 1}
