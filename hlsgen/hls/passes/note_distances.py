"""Notes how many iterations lie between accesses to one word of an array, before the array becomes banks.

An index that is only known at run time makes an access to every bank, and the addresses in a bank say nothing: `row[j]`
of one iteration would wait for `row[j]` of the one before. What the indices tell is kept as if a DEPENDENCE pragma had
said it, of the banks as well: a load whose bank is not chosen reads what nobody uses, and such a store does not happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hlsgen.hls.cdfg.affine import Forms, Range
from hlsgen.hls.cdfg.collisions import Collisions
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Function, Kind, Loop, MemoryDependence, Op
from hlsgen.hls.cdfg.tabulate import Tables

from .known_ranges import known_ranges

_ACCESSES_MAX = 64  # of one array in a loop: of more the indices are constants, as a rule


def note_distances(function: Function) -> Function:
    """The function with more said of the arrays that its pipelined loops write."""
    loops = dict(function.loops)
    ranges: Mapping[int, Range] | None = None
    for header, loop in function.loops.items():
        if loop.ii is None or loop.blocks != {header}:
            continue
        for name, accesses in _accesses(function, header).items():
            ranges = ranges or known_ranges(function)
            distances = [_distance(function, loop, each, ranges) for each in _by_dimension(accesses)]
            if 0 in distances or max(distances, default=1) > 1:
                said = MemoryDependence(name, 0 if 0 in distances else max(distances))
                loops[header] = replace(loops[header], dependences=(*loops[header].dependences, said))
    return replace(function, loops=loops)


def _accesses(function: Function, header: str) -> dict[str, list[Op]]:
    """Those of arrays that are written here and have an index that is no constant."""
    found: dict[str, list[Op]] = {}
    for op in map(function.ops.__getitem__, function.blocks[header].ops):
        if op.kind in MEMORY_KINDS and function.memories[op.object].partitions:
            found.setdefault(op.object, []).append(op)
    return {
        name: accesses
        for name, accesses in found.items()
        if len(accesses) <= _ACCESSES_MAX
        and any(op.kind is Kind.STORE for op in accesses)
        and any(function.ops[index].kind is not Kind.CONST for op in accesses for index in _indices(op))
    }


def _indices(op: Op) -> tuple[int, ...]:
    return op.args if op.kind is Kind.LOAD else op.args[:-1]


def _by_dimension(accesses: list[Op]) -> list[list[Op]]:
    """The accesses with one index each, once for every dimension; nothing when some count through all elements."""
    if len({len(_indices(op)) for op in accesses}) > 1:
        return []
    return [[replace(op, args=(index,)) for op, index in zip(accesses, along, strict=True)]
            for along in zip(*map(_indices, accesses), strict=True)]  # fmt: skip


def _distance(function: Function, loop: Loop, accesses: list[Op], ranges: Mapping[int, Range]) -> int:
    """The fewest iterations between a store and another access with its index; 0 when they never have one."""
    addresses = [op.args[0] for op in accesses]
    forms = Forms(function, loop.header, addresses, ranges, loop.trip_count)
    tables = Tables(function, loop.header, loop.trip_count) if loop.trip_count else None
    collisions = Collisions(accesses, forms, loop, tables)
    stores = sum(1 << k for k, op in enumerate(accesses) if op.kind is Kind.STORE)
    found = [
        distance
        for late, op in enumerate(accesses)
        for distance, mask in collisions.arriving(late).items()
        if mask & ~(1 << late) & (stores if op.kind is Kind.LOAD else collisions.everything)
    ]
    return min(found, default=0)
