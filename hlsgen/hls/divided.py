"""Array arguments that pragmas divide completely: each word is a port of its own; of a reshaped input all are one."""

from __future__ import annotations

from hlsgen.hls.llvm import ir


def is_divided(front: ir.FrontEnd, port: ir.Port) -> bool:
    """Whether every dimension of an array argument of the top is divided completely."""
    dims = {dim for dim, _ in _complete(front, port)}
    return port.kind == "array" and bool(dims) and (0 in dims or dims >= set(range(1, len(port.shape) + 1)))


def is_one_word(front: ir.FrontEnd, port: ir.Port, direction: str) -> bool:
    """Whether all of them are one port: ARRAY_RESHAPE of an input of numbers."""
    reshaped = is_divided(front, port) and all(kind == "array_reshape" for _, kind in _complete(front, port))
    return reshaped and direction == "in" and len(port.fields) == 1 and port.fields[0].count == 1


def _complete(front: ir.FrontEnd, port: ir.Port) -> list[tuple[int, str]]:
    """(dimension, kind of pragma) of what is said of it; dimension 0: all."""
    target = ir.VariableTarget(port.name)
    told = [d for d in front.directives if d.function == front.top and d.target == target]
    return [
        (int(d.options.get("dim", 0)), d.kind)
        for d in told
        if d.kind in ("array_partition", "array_reshape")
        and "complete" in (d.options.get("type", "complete" if "factor" not in d.options else ""), *d.options)
    ]
