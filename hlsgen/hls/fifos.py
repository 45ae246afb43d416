"""The FIFOs of a design wherever they lie: in the top's region, in regions below it, and below functions it calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hlsgen.hls.dataflow import Fifo
from hlsgen.hls.llvm.ir import FrontEnd
from hlsgen.hls.scheduling import Program


@dataclass(frozen=True, slots=True)
class PlacedFifo:
    """`name`: where it lies and what it is, in words of the source; `instance`: its path below the top module.

    `producer`, `consumer`: the processes at its ends, also where these lie deeper. `function`: of its region.
    """

    name: str
    instance: str
    fifo: Fifo
    producer: str
    consumer: str
    function: str


def placed_fifos(front: FrontEnd, program: Program) -> list[PlacedFifo]:
    return list(_Walk(front, program).region(front.top, (), ()))


@dataclass(frozen=True, slots=True)
class _Walk:
    front: FrontEnd
    program: Program

    def region(self, function: str, path: tuple[str, ...], names: tuple[str, ...]) -> Iterator[PlacedFifo]:
        region = self.program.regions[function]
        for fifo in region.fifos:
            ends = [
                ".".join((*names, *self.end(function, process, fifo.name)))
                for process in (fifo.producer, fifo.consumer)
            ]
            name, instance = ".".join((*names, fifo.name)), ".".join((*path, f"{fifo.name}_fifo"))
            yield PlacedFifo(name, instance, fifo, ends[0], ends[1], function)
        for process in region.processes:
            at = (*path, f"{process.name}_u")
            if process.function == function:
                yield from self.units(function, at, names)
            else:
                yield from self.below(process.function, at, (*names, process.name))

    def below(self, function: str, path: tuple[str, ...], names: tuple[str, ...]) -> Iterator[PlacedFifo]:
        return (self.units if function in self.program.functions else self.region)(function, path, names)

    def units(self, function: str, path: tuple[str, ...], names: tuple[str, ...]) -> Iterator[PlacedFifo]:
        for unit in self.program.functions[function].function.units:
            called = self.front.module.functions[unit.function].pretty
            yield from self.below(unit.function, (*path, f"{unit.name}_u"), (*names, called))

    def end(self, function: str, name: str, channel: str) -> tuple[str, ...]:
        """The process that a channel of a region really ends at."""
        process = next(process for process in self.program.regions[function].processes if process.name == name)
        if process.function in self.program.functions:
            return (name,)
        item = next(item for item, actual in process.bindings.items() if actual.variable == channel)
        inner = self.program.regions[process.function]
        deeper = next(p.name for p in inner.processes for a in p.bindings.values() if a.variable == item)
        return (name, *self.end(process.function, deeper, item))
