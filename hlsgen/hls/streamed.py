"""Arrays between the processes of a region that STREAM wants to be FIFOs: which of them can be.

One process has to write such an array and another one to read it, both in order and as many elements in a call, so
that nothing is left for the next one. Otherwise it keeps its two banks, and the report says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hlsgen.core.errors import UserError
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.dataflow import Body, is_region, ports_of
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.passes.stream_arrays import Passage, passage
from hlsgen.hls.passes.streams.order import Unordered

Variable = tuple[str, str]  # a function, and an array or parameter of it


class _Kept(Exception):
    """Why an array keeps its banks."""


def stream_between(
    front: llvm.FrontEnd, bodies: Mapping[str, Body], partitions: Mapping[str, tuple[llvm.Directive, ...]]
) -> llvm.FrontEnd:
    """With the ports of processes that become streams, and the arrays that do not. bodies: of regions, by function."""
    return _Choice(front, bodies, partitions).run()


@dataclass
class _Choice:
    front: llvm.FrontEnd
    bodies: Mapping[str, Body]
    partitions: Mapping[str, tuple[llvm.Directive, ...]]

    def run(self) -> llvm.FrontEnd:
        ends: dict[Variable, list[Variable]] = {}
        buffered: dict[Variable, str] = {}
        for variable in self.wanted():
            try:
                ends[variable] = self.checked_ends(variable)
            except _Kept as reason:
                buffered[variable] = str(reason)
        while others := [v for v, found in ends.items() if any(self.sources(end) - ends.keys() for end in found)]:
            for variable in others:
                del ends[variable]
                buffered[variable] = "a process that uses it is called with another array, that is no stream, too"
        streams = {end for found in ends.values() for end in found}
        ports = {
            name: tuple(replace(port, mode="axis") if (name, port.name) in streams else port for port in found)
            for name, found in self.front.function_ports.items()
        }
        return replace(self.front, function_ports=ports, buffered=buffered)

    def wanted(self) -> list[Variable]:
        """Arrays of regions with a STREAM that wants a FIFO."""
        streams = {(info.function, info.name) for info in self.front.streams}
        found: dict[Variable, None] = {}
        for d in self.front.directives:
            if d.kind != "stream" or not isinstance(d.target, llvm.VariableTarget) or "off" in d.options:
                continue
            body, variable = self.bodies.get(d.function), (d.function, d.target.name)
            if body is None or variable in streams or str(d.options.get("type", "fifo")).lower() != "fifo":
                continue
            if d.target.name in body.variables:
                found[variable] = None
        return list(found)

    def ends(self, variable: Variable) -> list[Variable]:
        """The parameters of processes that it is passed for, also through regions, in the order of the calls."""
        body = self.bodies[variable[0]]
        found: list[Variable] = []
        for call in body.calls:
            for param, actual in call.actuals.items():
                if actual.variable == variable[1]:
                    inner = (call.function, param)
                    found += self.ends(inner) if is_region(self.front, call.function) else [inner]
        return found

    def sources(self, end: Variable) -> set[Variable]:
        """The arrays that are passed for a parameter."""
        found: set[Variable] = set()
        for name, body in self.bodies.items():
            for call in body.calls:
                if call.function != end[0] or name == end[0]:
                    continue
                outer = (name, call.actuals[end[1]].variable)
                is_param = outer[1] in body.parameters and name != self.front.top
                found |= self.sources(outer) if is_param else {outer}
        return found

    def checked_ends(self, variable: Variable) -> list[Variable]:
        """Raises _Kept."""
        found = self.ends(variable)
        if len(found) != 2 or found[0] == found[1]:
            raise _Kept("one process has to write it, and one to read it")
        passages = [self.passage(end) for end in found]
        writer, reader = passages
        if writer.reads or not reader.reads:
            raise _Kept("the first process has to write it, and the second one to read it")
        if None in (writer.elements, reader.elements):
            raise _Kept("how many elements a call writes or reads is not known when it is compiled")
        if writer.elements != reader.elements:
            raise _Kept(f"{writer.elements} elements are written and {reader.elements} are read in a call")
        return found

    def passage(self, end: Variable) -> Passage:
        name, param = end
        pretty = self.front.module.functions[name].pretty
        called = {i.callee for f in self.plain() for block in f.blocks for i in block.instructions}
        if name in called:
            raise _Kept(f"{pretty!r} is called from outside regions, too")
        ports = [replace(p, mode="axis") if p.name == param else p for p in ports_of(self.front, name)]
        try:
            function = import_function(self.front, name, ports, self.partitions.get(name, ()))
            found = passage(function, param)
        except UserError as error:
            raise _Kept(f"{pretty!r}: {error.what}") from None
        except Unordered as error:
            what = "read" if error.op.kind.value == "load" else "write"
            place = error.op.loc
            raise _Kept(
                f"it is not shown that the {what} at {place.file}:{place.line} is of the next element: {error.why}"
            ) from None
        if found is None:
            raise _Kept(f"{pretty!r} does not use it")
        return found

    def plain(self) -> list[llvm.Function]:
        functions = self.front.module.functions
        return [function for name, function in functions.items() if not is_region(self.front, name)]
