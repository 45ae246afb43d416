"""Reverse post-order and dominators of a graph given as {node: successors}: of blocks, in LLVM IR and CDFG alike.

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


def immediate_dominators(successors: Mapping[str, Sequence[str]], entry: str) -> dict[str, str]:
    """Node -> its immediate dominator; the entry is its own. Unreachable nodes are absent."""
    order = reverse_post_order(successors, entry)
    number = {node: position for position, node in enumerate(order)}
    predecessors: dict[str, list[str]] = {node: [] for node in order}
    for node in order:
        for target in successors[node]:
            predecessors[target].append(node)
    parent = {entry: entry}
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            ready = [p for p in predecessors[node] if p in parent]
            best = ready[0]
            for other in ready[1:]:
                while best != other:
                    if number[best] > number[other]:
                        best = parent[best]
                    else:
                        other = parent[other]
            if parent.get(node) != best:
                parent[node] = best
                changed = True
    return parent


class Dominance:
    """Which nodes dominate which: by the interval that a node and what is below it have in the dominator tree."""

    def __init__(self, successors: Mapping[str, Sequence[str]], entry: str) -> None:
        below: dict[str, list[str]] = {}
        for node, above in immediate_dominators(successors, entry).items():
            if node != entry:
                below.setdefault(above, []).append(node)
        self.first: dict[str, int] = {}
        self.last: dict[str, int] = {}
        stack = [entry]
        while stack:
            node = stack[-1]
            if node not in self.first:
                self.first[node] = len(self.first)
                stack += below.get(node, ())
            else:
                stack.pop()
                self.last.setdefault(node, len(self.first))

    def __contains__(self, node: str) -> bool:
        """The node can be reached."""
        return node in self.first

    def dominates(self, above: str, node: str) -> bool:
        """Every way to `node`, which can be reached, leads over `above`; a node dominates itself."""
        return above in self.first and self.first[above] <= self.first[node] < self.last[above]
