"""Loads of local arrays that nothing ever writes, such as the gaps of a struct: any word will do; 0 is free."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.ir import Function, Kind, Op


def fold_unwritten(function: Function) -> Function:
    """Without loads of memories that have neither stores nor first contents."""
    written = {op.object for op in function.ops.values() if op.kind is Kind.STORE}
    empty = {m.name for m in function.memories.values() if m.init is None and not m.external} - written
    if not empty:
        return function
    found = (op.id for op in function.ops.values() if op.kind is Kind.LOAD and op.object in empty)
    zeros = {id: Op(id, Kind.CONST, function.ops[id].width, loc=function.ops[id].loc) for id in found}
    return replace(function, ops=function.ops | zeros)
