"""From the front end's module to scheduled functions and linked regions: every function once, callees first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hlsgen.hls.advice import Budget, advise
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.target import Target
from hlsgen.hls.bus_widths import bus_bits
from hlsgen.hls.cdfg.import_arguments import argument_name
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.cdfg.import_wishes import import_wishes
from hlsgen.hls.cdfg.ir import Function
from hlsgen.hls.dataflow import Body, Region, is_region, link, ports_of, read_body
from hlsgen.hls.items import Callee, KernelInterface
from hlsgen.hls.kernel_interface import caller_interface, interface_of
from hlsgen.hls.llvm.ir import Directive, FrontEnd, Leaf
from hlsgen.hls.masters import spread_masters
from hlsgen.hls.partitions import spread_partitions
from hlsgen.hls.pipelining import schedule_pipelined
from hlsgen.hls.streamed import stream_between


@dataclass
class Program:
    """All functions of a design by mangled name.

    functions: those with a schedule, callers first. regions: those with DATAFLOW, and the top, callees first. own:
    interface of the module of a function's body; interfaces: with the functions that it calls, where it calls any.
    buffered: as `FrontEnd` has it.
    """

    functions: dict[str, ScheduledFunction] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    own: dict[str, KernelInterface] = field(default_factory=dict)
    interfaces: dict[str, KernelInterface] = field(default_factory=dict)
    buffered: dict[tuple[str, str], str] = field(default_factory=dict)


def schedule_program(
    front: FrontEnd, target: Target, depths: Mapping[str, int] | None = None, period_ns: float | None = None
) -> Program:
    """The top function and everything below it. depths: of FIFOs, by "function.name", instead of what
    pragmas say. period_ns: of the clock; with it, loops that miss their interval have advice."""
    return _Scheduling(front, replace(target, bus_bits=bus_bits(front)), depths or {}, period_ns).run()


class _Scheduling:
    def __init__(self, front: FrontEnd, target: Target, depths: Mapping[str, int], period_ns: float | None) -> None:
        self.front, self.target, self.depths, self.period_ns = front, target, depths, period_ns
        self.bodies = {name: read_body(front, name) for name in self.below(front.top) if self.has_body(name)}
        self.partitions = spread_partitions(front)
        self.front = spread_masters(front, self.below(front.top), self.bodies)
        self.front = stream_between(self.front, self.bodies, self.partitions)
        self.program = Program(buffered=self.front.buffered)
        self.budget = Budget()

    def below(self, top: str) -> list[str]:
        """The functions that a call of the top reaches, callers first."""
        found: dict[str, None] = {}
        work = [top]
        while work:
            name = work.pop(0)
            found.pop(name, None)
            found[name] = None
            work += self.callees(name)
        return list(found)

    def callees(self, name: str) -> list[str]:
        blocks = self.front.module.functions[name].blocks
        called = [i.callee for block in blocks for i in block.instructions if i.opcode == "call"]
        return [callee for callee in dict.fromkeys(called) if callee in self.front.module.functions]

    def has_body(self, name: str) -> bool:
        return name == self.front.top or is_region(self.front, name)

    def run(self) -> Program:
        top = self.front.top
        processes = {call.function for body in self.bodies.values() for call in body.calls}
        for name in reversed(self.below(top)):
            if not is_region(self.front, name):
                self.function(name, called=name not in processes)
            if name in self.bodies:
                self.region(name, self.bodies[name])
        self.program.functions = dict(reversed(self.program.functions.items()))
        return self.program

    def region(self, name: str, body: Body) -> None:
        depths = {key.removeprefix(f"{name}."): depth for key, depth in self.depths.items()}
        region = link(self.front, body, self.program.interfaces, depths, self.is_called(name))
        self.program.regions[name] = region
        self.program.interfaces.setdefault(name, region.interface)

    def function(self, name: str, called: bool) -> None:
        program = self.program
        callees = {callee: Callee(program.interfaces[callee], self.places(callee)) for callee in self.callees(name)}
        ports, partitions = ports_of(self.front, name), self.partitions.get(name, ())

        def imported_with(more: Sequence[Directive]) -> Function:
            found = import_function(self.front, name, ports, (*partitions, *more), callees, called)
            return import_wishes(found, self.front, name)

        imported = imported_with(())
        scheduled = schedule_pipelined(imported, self.target)
        if self.period_ns is not None:
            scheduled = advise(imported, scheduled, self.target, self.period_ns, imported_with, self.budget)
        scheduled = replace(scheduled, steady=self.steady(name))
        program.functions[name] = scheduled
        program.own[name] = interface_of(scheduled)
        program.interfaces[name] = caller_interface(scheduled, program.own[name], program.interfaces)

    def is_called(self, region: str) -> bool:
        """Only plain code calls the region."""
        return region != self.front.top and not any(
            call.function == region for body in self.bodies.values() for call in body.calls
        )

    def steady(self, process: str) -> frozenset[str]:
        """The arguments of a process that come from outside of its region, and that plain code passes to that."""
        calls = [(body, call) for body in self.bodies.values() for call in body.calls if call.function == process]
        if not calls or not all(self.is_called(body.function) for body, _ in calls):
            return frozenset()
        passed = [
            {name for name, actual in call.actuals.items() if actual.variable in body.parameters}
            for body, call in calls
        ]
        return frozenset(set.intersection(*passed))

    def places(self, name: str) -> dict[str, tuple[Leaf, int]]:
        """Item of a number -> the scalar of the argument that it is."""
        return {
            argument_name(port.name, leaf) + (f"_{number}" if leaf.count > 1 else ""): (leaf, number)
            for port in ports_of(self.front, name)
            for leaf in port.fields
            for number in range(leaf.count)
        }
