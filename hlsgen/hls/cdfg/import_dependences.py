"""What DEPENDENCE pragmas say of a loop, memory by memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hlsgen.hls.llvm.ir import Directive, LoopTarget, VariableTarget

from .ir import Memory, MemoryDependence

_DIRECTIONS = ("RAW", "WAR", "WAW")


def stated_dependences(
    directives: Iterable[Directive],
    header: str,
    named: Callable[[Directive], Iterable[str]],
    memories: Mapping[str, Memory],
) -> tuple[MemoryDependence, ...]:
    """Of the loop `header`, in order. named: the memories that the variable of a directive became.

    A directive without a variable speaks of all memories, of its class if it names one; one outside of loops of every
    loop. `true` without a distance says nothing that is not assumed.
    """
    found = []
    for directive in directives:
        options = directive.options
        if isinstance(directive.target, VariableTarget):
            if options.get("loop", header) != header:
                continue
            names = list(named(directive))
        elif isinstance(directive.target, LoopTarget) and directive.target.header == header:
            names = [name for name, memory in memories.items() if _is_meant(directive, memory)]
        else:
            continue
        distance = int(options.get("distance", 0))
        if not distance and not _says(directive, "dependent", "false"):
            continue
        direction = next((word for word in _DIRECTIONS if _says(directive, "direction", word)), "")
        intra = _says(directive, "type", "intra")
        found += [MemoryDependence(name, distance, intra, direction) for name in names]
    return tuple(found)


def _says(directive: Directive, key: str, word: str) -> bool:
    """As `key=word` or as a bare word."""
    return word.lower() in directive.options or str(directive.options.get(key, "")).lower() == word.lower()


def _is_meant(directive: Directive, memory: Memory) -> bool:
    if _says(directive, "class", "pointer"):
        return memory.external
    return not (_says(directive, "class", "array") and memory.bus)
