"""ARRAY_PARTITION and ARRAY_RESHAPE of arrays that are passed on: what one function says holds for all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from hlsgen.hls.cdfg.import_pragmas import partition_dim, partition_style
from hlsgen.hls.llvm import ir as llvm

_PARTITIONS = ("array_partition", "array_reshape")
_UNDIVIDED = ("m_axi", "axis", "ap_fifo")  # behind such a port is one memory, or one stream
_NAMES = ("variable", "port")

Array = tuple[str, llvm.VariableTarget]  # a function, and what it calls the array


def spread_partitions(front: llvm.FrontEnd) -> dict[str, tuple[llvm.Directive, ...]]:
    """Function -> how others partition the arrays that it shares with them, as directives on its own names."""
    found: dict[str, list[llvm.Directive]] = {}
    for said in _shared(front):
        directives = [d for own in said.values() for d in own]
        for (function, target), own in said.items():
            known = [_meaning(d) for d in own]
            for d in directives:
                if _meaning(d) not in known:
                    known.append(_meaning(d))
                    found.setdefault(function, []).append(replace(d, target=target))
    return {function: tuple(directives) for function, directives in found.items()}


def overruled_partitions(front: llvm.FrontEnd) -> Iterator[tuple[llvm.Directive, llvm.Directive]]:
    """Directives on shared arrays, each with one that divides the same dimension into more banks: that one holds
    (`cdfg.import_pragmas`)."""
    for said in _shared(front):
        directives = [d for own in said.values() for d in own]
        for d in directives:
            dims = {0, partition_dim(d)}
            more = [other for other in directives if partition_dim(other) in dims and _banks(other) > _banks(d)]
            if more:
                yield d, max(more, key=_banks)


def _banks(d: llvm.Directive) -> float:
    return math.inf if partition_style(d) == "complete" else int(d.options.get("factor", 0))


def _shared(front: llvm.FrontEnd) -> Iterator[dict[Array, list[llvm.Directive]]]:
    """Of arrays that are one, under the names that functions have for it, what each says."""
    links: dict[Array, list[Array]] = {}
    for one, other in _passed(front.module):
        links.setdefault(one, []).append(other)
        links.setdefault(other, []).append(one)
    said: dict[Array, list[llvm.Directive]] = {array: [] for array in links}
    for d in front.directives:
        if d.kind in _PARTITIONS and isinstance(d.target, llvm.VariableTarget):
            for array in links if d.target.is_global else [(d.function, d.target)]:
                if array[1] == d.target and array in said:
                    said[array].append(d)
    ports = {(front.top, llvm.VariableTarget(port.name)) for port in front.ports if port.mode in _UNDIVIDED}
    for group in _groups(links):
        if not ports & set(group):
            yield {array: said[array] for array in group}


def _passed(module: llvm.Module) -> Iterator[tuple[Array, Array]]:
    """An array here, and what the function that it is passed to calls it."""
    for name, function in module.functions.items():
        code = [i for block in function.blocks for i in block.instructions]
        own = {i.result for i in code if i.opcode == "alloca"} | {param.name for param in function.params}
        for call in code:
            if call.callee in module.functions:
                for param, operand in zip(module.functions[call.callee].params, call.operands, strict=True):
                    if isinstance(operand, llvm.GlobalRef) or (isinstance(operand, llvm.Local) and operand.name in own):
                        here = llvm.VariableTarget(operand.name, isinstance(operand, llvm.GlobalRef))
                        yield (name, here), (call.callee, llvm.VariableTarget(param.name))


def _groups(links: dict[Array, list[Array]]) -> Iterator[list[Array]]:
    seen: set[Array] = set()
    for start in links:
        group = [start] if start not in seen else []
        for array in group:  # grows
            group += [other for other in dict.fromkeys(links[array]) if other not in group]
        seen.update(group)
        if group:
            yield group


def _meaning(d: llvm.Directive) -> tuple[object, ...]:
    return d.kind, *sorted((key, value) for key, value in d.options.items() if key not in _NAMES)
