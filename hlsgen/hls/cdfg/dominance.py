"""Reverse post-order, dominators and natural loops of a graph given as {node: successors}.

Iterative dominators after Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def reverse_post_order(successors: Mapping[str, Sequence[str]], entry: str) -> list[str]:
    """The nodes reachable from `entry`, every node before its successors except along back edges."""
    seen, order = {entry}, []
    stack = [(entry, iter(successors[entry]))]
    while stack:
        node, rest = stack[-1]
        following = next((target for target in rest if target not in seen), None)
        if following is None:
            order.append(node)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(successors[following])))
    return order[::-1]


def dominators(successors: Mapping[str, Sequence[str]], entry: str) -> dict[str, set[str]]:
    """Node -> all nodes that dominate it, itself included. Unreachable nodes are absent."""
    order = reverse_post_order(successors, entry)
    number = {node: position for position, node in enumerate(order)}
    predecessors: dict[str, list[str]] = {node: [] for node in order}
    for node in order:
        for target in successors[node]:
            predecessors[target].append(node)
    parent: dict[str, str] = {entry: entry}
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            ready = [p for p in predecessors[node] if p in parent]
            best = ready[0]
            for other in ready[1:]:
                a, b = best, other
                while a != b:
                    while number[a] > number[b]:
                        a = parent[a]
                    while number[b] > number[a]:
                        b = parent[b]
                best = a
            if parent.get(node) != best:
                parent[node] = best
                changed = True
    found: dict[str, set[str]] = {entry: {entry}}
    for node in order[1:]:
        found[node] = found[parent[node]] | {node}
    return found


def natural_loops(successors: Mapping[str, Sequence[str]], entry: str) -> dict[str, set[str]]:
    """Header -> the nodes of its natural loop (back edges to one header are one loop), outer loops first."""
    dominated_by = dominators(successors, entry)
    predecessors: dict[str, list[str]] = {node: [] for node in dominated_by}
    for node in dominated_by:
        for target in successors[node]:
            predecessors[target].append(node)
    loops: dict[str, set[str]] = {}
    for node in dominated_by:
        for header in successors[node]:
            if header not in dominated_by[node]:
                continue
            body = loops.setdefault(header, {header})
            stack = [node]
            while stack:
                inner = stack.pop()
                if inner not in body:
                    body.add(inner)
                    stack.extend(predecessors[inner])
    return dict(sorted(loops.items(), key=lambda item: -len(item[1])))
