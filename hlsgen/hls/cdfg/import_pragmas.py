"""What pragmas say of a function under import: intervals, loops, and how memories are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir as llvm

from .import_body import Body
from .import_dependences import stated_dependences
from .import_objects import Objects
from .ir import Loop, Memory, Partition

_STORAGE = frozenset(("bram", "lutram", "uram"))


class Pragmas:
    """partitions: what callers said of arrays that they pass, as directives on parameters."""

    def __init__(
        self, body: Body, objects: Objects, front: llvm.FrontEnd, partitions: Sequence[llvm.Directive]
    ) -> None:
        self.body, self.objects, self.front, self.partitions = body, objects, front, partitions

    def directives(self, kind: str) -> list[llvm.Directive]:
        """Directives of this function and, on globals, of any."""
        return [
            d
            for d in self.front.directives
            if d.kind == kind
            and (
                d.function == self.body.source.name
                or (isinstance(d.target, llvm.VariableTarget) and d.target.is_global)
            )
        ]

    def interval(self) -> int | None:
        """Of PIPELINE on the function."""
        for d in self.directives("pipeline"):
            if isinstance(d.target, llvm.FunctionTarget) and "off" not in d.options:
                return int(d.options.get("ii", 1))
        return None

    def marks(self) -> dict[str, frozenset[str]]:
        """Where the pragmas stand that a pass obeys by itself."""
        found = {}
        for kind, wanted in (("loop_merge", True), ("expression_balance", False)):
            told = [d for d in self.directives(kind) if ("off" not in d.options) is wanted]
            found[kind] = frozenset(getattr(d.target, "header", "") for d in told)
        return {kind: places for kind, places in found.items() if places}

    def loops(self) -> dict[str, Loop]:
        pipelines = {d.target.header: d for d in self.directives("pipeline") if isinstance(d.target, llvm.LoopTarget)}
        flattens = {
            d.target.header: "off" not in d.options
            for d in self.directives("loop_flatten")
            if isinstance(d.target, llvm.LoopTarget)
        }
        loops = {}
        mine = [loop for loop in self.front.loops if loop.function == self.body.source.name]
        for loop in sorted(mine, key=lambda loop: -len(loop.blocks)):
            directive = pipelines.get(loop.header)
            blocks = {label for label in self.body.order if self.body.origin(label) in loop.blocks}
            ii = None
            if directive is not None and "off" not in directive.options and not blocks & self.body.split_block.keys():
                ii = int(directive.options.get("ii", 1))
            loops[loop.header] = Loop(
                header=loop.header,
                blocks=frozenset(blocks),
                label=loop.name,
                ii=ii,
                rewind=directive is not None and "rewind" in directive.options,
                chosen=directive is not None and "chosen" in directive.options,
                trip_count=loop.trip_count,
                flatten=flattens.get(loop.header),
                dependences=stated_dependences(
                    self.directives("dependence"), loop.header, self.objects.named, self.objects.memories
                ),
                loc=loop.loc,
            )
        return loops

    def memories(self) -> dict[str, Memory]:
        memories = dict(self.objects.memories)
        for d in self.directives("bind_storage"):
            for name in self.objects.named(d):
                impl = str(d.options.get("impl", ""))
                ports = str(d.options.get("type", "")).lower().partition("_")[2]
                memories[name] = replace(memories[name], storage=impl if impl in _STORAGE else "", ports=ports)
        for d in self.directives("walked"):
            for name in self.objects.named(d):
                memories[name] = replace(memories[name], walked=True)
        for kind in ("array_partition", "array_reshape"):
            told = [*self.directives(kind), *(d for d in self.partitions if d.kind == kind)]
            for d in told:
                for name in self.objects.named(d):
                    parts = _partitions(d, memories[name], reshape=kind == "array_reshape")
                    partitions = _agreed((*memories[name].partitions, *parts))
                    memories[name] = replace(memories[name], partitions=partitions)
        return memories


def divided_arrays(directives: Sequence[llvm.Directive]) -> frozenset[str]:
    """The variables that ARRAY_PARTITION and ARRAY_RESHAPE speak of."""
    return frozenset(
        d.target.name
        for d in directives
        if d.kind in ("array_partition", "array_reshape") and isinstance(d.target, llvm.VariableTarget)
    )


def _agreed(said: Sequence[Partition]) -> tuple[Partition, ...]:
    """One for each dimension: the one with most banks, so that functions which share an array choose the same."""
    best: dict[int, Partition] = {}
    for partition in said:
        if partition.dim not in best or partition.factor > best[partition.dim].factor:
            best[partition.dim] = partition
    return tuple(best.values())


def partition_style(d: llvm.Directive) -> str:
    """cyclic, block or complete."""
    style = next((word for word in ("cyclic", "block", "complete") if word in d.options), "")
    return style or str(d.options.get("type", "complete"))


def partition_dim(d: llvm.Directive) -> int:
    """The dimension, counted from 1; 0: all."""
    return int(d.options.get("dim", 0 if partition_style(d) == "complete" else 1))


def _partitions(d: llvm.Directive, memory: Memory, reshape: bool) -> list[Partition]:
    style, dim = partition_style(d), partition_dim(d)
    where = replace(d.loc, name=memory.name)
    if dim > len(memory.shape):
        raise UserError(f"dim={dim} of an array with {len(memory.shape)} dimensions", where=where, do="count from 1")
    dims = range(len(memory.shape)) if dim == 0 else [dim - 1]
    found = []
    for number in dims:
        extent = memory.shape[number]
        factor = extent if style == "complete" else int(d.options.get("factor", 0))
        if not 1 <= factor <= extent:
            raise UserError(
                f"{style} partition with factor {factor} of {extent} elements", where=where, do="give factor="
            )
        found.append(Partition(number, "cyclic" if style == "complete" else style, factor, reshape))
    return found
