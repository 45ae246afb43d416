"""Which scalars passed by reference have to come in although nothing reads them.

A struct has one port with one valid: when a call may write some of its members and leave others, those keep the value
that they came with. Between caller and function a reference goes by value both ways.
"""

from __future__ import annotations

from hlsgen.hls.graph import Dominance

from .ir import Function, Kind, Return


def kept_words(function: Function) -> frozenset[str]:
    """External memories of one word that are stored to, but perhaps not in every call."""
    every = [m for m in function.memories.values() if m.external and m.depth_words == 1]
    words = [m for m in every if m.kept or not m.elements]  # elements of an array have ports of their own
    siblings: dict[str, int] = {}
    for memory in words:
        siblings[memory.argument] = siblings.get(memory.argument, 0) + 1
    several = [memory.name for memory in words if siblings[memory.argument] > 1 or memory.kept]
    return frozenset(several) - _surely_written(function) if several else frozenset()


def _surely_written(function: Function) -> frozenset[str]:
    tree = Dominance({label: block.end.targets() for label, block in function.blocks.items()}, function.entry)
    ends = [label for label, block in function.blocks.items() if isinstance(block.end, Return) and label in tree]
    always = [label for label in function.blocks if ends and all(tree.dominates(label, end) for end in ends)]
    return frozenset(
        function.ops[id].object
        for label in always
        for id in function.blocks[label].ops
        if function.ops[id].kind is Kind.STORE and function.ops[id].guard is None
    )
