"""DATAFLOW regions: processes in a directed graph, with streams, arrays and numbers between them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from .channels import Channel
from .declarations import members
from .elements import Elements
from .expressions import Variable
from .program import Port
from .tree import Body, Expr, Stmt
from .types import BOOL, INT, Type


@dataclass(slots=True)
class _Link:
    """From process to process, None outside. kind: stream (of `words` words in every call), array (of so many), number
    (by reference), result (returned). in_order: an array that the reader copies before anything else."""

    name: str
    type: Type
    words: int
    source: int | None = None
    target: int | None = None
    depth: int | None = None
    kind: str = "stream"
    in_order: bool = False

    def parameter(self, is_source: bool) -> str:
        if self.kind == "stream":
            return f"hls::stream<{self.type.text}>& {self.name}"
        if self.kind == "array":
            return f"{'' if is_source else 'const '}{self.type.text} {self.name}[{self.words}]"
        return f"{self.type.text}{'&' if is_source else ''} {self.name}"


@dataclass(slots=True)
class _Process:
    name: str
    inputs: list[_Link] = field(default_factory=list)
    outputs: list[_Link] = field(default_factory=list)


class Regions(Elements):
    def region(self, name: str) -> tuple[Body, tuple[Port, ...]]:
        """Processes in a directed graph; every stream carries the same number of words in every call.

        Where paths part and meet again, FIFOs hold a whole call, so that no order of accesses can block for ever.
        """
        self.use("DATAFLOW")
        count = self.random.choice([2, 2, 3, 3, 4])
        processes = [_Process(f"{name}_p{number}") for number in range(count)]
        base = self.random.choice([1, 2, 4, 6, 8, 12])
        links: list[_Link] = []

        def link(source: int | None, target: int | None) -> None:
            words = base * self.random.choice([1, 1, 1, 2, 3])
            prefix = "in" if source is None else "out" if target is None else "q"
            made = _Link(f"{prefix}{len(links)}", self.stream_type(), words, source, target)
            links.append(made)
            if source is not None:
                processes[source].outputs.append(made)
            if target is not None:
                processes[target].inputs.append(made)

        for number in range(1, count):
            link(self.random.randrange(number), number)
        extra = self.random.choice([0, 0, 1, 2])
        for _ in range(extra):
            source = self.random.randrange(count - 1)
            link(source, self.random.randrange(source + 1, count))
        between = self.random.choice([0, 0, 1, 1, 2])
        for _ in range(between):
            source = self.random.randrange(count - 1)
            self.value_link(links, processes, source, self.random.randrange(source + 1, count))
        numbers = self.outside_numbers(processes)
        links += numbers
        for number in range(count):
            if not any(one.kind == "stream" for one in processes[number].inputs) or self.chance(0.15):
                link(None, number)
        for number in range(count):
            if not any(one.kind == "stream" for one in processes[number].outputs) or self.chance(0.15):
                link(number, None)
        inner = [one for one in links if one.source is not None and one.target is not None]
        for one in inner:
            if one.kind != "stream":
                continue
            if extra or between:  # also where one path waits for the end of a process
                one.depth = one.words + self.random.choice([0, 0, 1, 5])
            elif self.chance(0.7):
                one.depth = self.random.choice([1, 2, 2, 3, 4, 7, 16, 40])
        made = [self.process(process, base) for process in processes]
        tasks = self.tasks(processes)
        body: list[Stmt] = []
        for one in inner:
            body += [_lasting(stmt) if tasks and one.kind == "stream" else stmt for stmt in self.channel_between(one)]
        for process in processes:
            result = next((one for one in process.outputs if one.kind == "result"), None)
            names = ", ".join(one.name for one in (*process.inputs, *process.outputs) if one is not result)
            assigned = "" if result is None else f"{result.type.text} {result.name} = "
            called = f"{assigned}{process.name}({names});"
            is_task = process.name in tasks
            body.append(
                Stmt(f"hls_thread_local hls::task t_{process.name}({process.name}, {names});" if is_task else called)
            )
        outer = [one for one in links if one.source is None or one.target is None]
        parameters = ", ".join(one.parameter(one.source is not None) for one in outer)
        streams = [one.name for one in outer if one.kind == "stream"]
        pragmas = ("DATAFLOW", *self.interface_pragmas(streams, not between and not numbers))
        if len(tasks) == count:  # they have no calls to begin or end
            pragmas = tuple(text for text in pragmas if "port=return" not in text)
        top = Stmt(f"void {name}({parameters}) @0", (), (tuple(body),), pragmas)
        return (*made, top), tuple(map(_port, outer))

    def outside_numbers(self, processes: list[_Process]) -> list[_Link]:
        """Numbers that come in by value, and that go out by reference. Its random numbers are its own."""
        others, self.random = self.random, random.Random(f"numbers outside of {self.seed}")
        found = []
        for number in range(self.random.choice([1, 1, 2, 3]) if self.chance(0.35) else 0):
            at, goes_out = self.random.randrange(len(processes)), self.chance(0.6)
            self.use("number out of a region" if goes_out else "number into a region")
            name, type = f"num{number}", self.number_type() if goes_out else self.argument_type()
            made = _Link(name, type, 1, at if goes_out else None, None if goes_out else at, kind="number")
            (processes[at].outputs if goes_out else processes[at].inputs).append(made)
            if type.kind != "struct":
                self.mode(name, ("", "", "", "ap_none", "ap_vld", "ap_hs", "s_axilite"))
            found.append(made)
        self.random = others
        return found

    def tasks(self, processes: list[_Process]) -> frozenset[str]:
        """Processes that may as well start over by themselves: they have nothing but streams, and read first. Its
        random numbers are its own."""
        source = random.Random(f"tasks of {self.seed}")
        if source.random() < 0.6:
            return frozenset()
        free = [
            process.name
            for process in processes
            if all(one.kind == "stream" for one in (*process.inputs, *process.outputs))
        ]
        chosen = free if source.random() < 0.4 else [name for name in free if source.random() < 0.5]
        if chosen:
            self.use("hls::task", *(["tasks only"] if len(chosen) == len(processes) else []))
        return frozenset(chosen)

    def value_link(self, links: list[_Link], processes: list[_Process], source: int, target: int) -> None:
        """An array or a number from one process to a later one."""
        kind = self.random.choice(["array", "array", "number", "result"])
        if kind == "result" and any(one.kind == "result" for one in processes[source].outputs):
            kind = "number"
        self.use(f"{kind} between processes")
        words = self.random.choice([1, 2, 4, 8, 11]) if kind == "array" else 1
        made = _Link(f"z{len(links)}", self.number_type(), words, source, target, kind=kind)
        made.in_order = kind == "array" and random.Random(f"{made.name} of {self.seed}").random() < 0.5
        links.append(made)
        processes[source].outputs.append(made)
        processes[target].inputs.append(made)

    def channel_between(self, one: _Link) -> list[Stmt]:
        """The declaration in the region."""
        if one.kind == "result":
            return []
        if one.kind == "number":
            return [Stmt(f"{one.type.text} {one.name};")]
        if one.in_order:
            self.use("STREAM of an array")
            stream = (f"STREAM variable={one.name} type=fifo depth={one.words}",)
            return [Stmt(f"{one.type.text} {one.name}[{one.words}];", pragmas=stream)]
        if one.kind == "array":
            pragmas = self.array_pragmas(one.name, (one.words,), one.type) if self.chance(0.3) else ()
            return [Stmt(f"{one.type.text} {one.name}[{one.words}];", pragmas=pragmas)]
        if one.depth is not None and self.chance(0.2):
            self.use("stream depth in the type")
            return [Stmt(f"hls::stream<{one.type.text}, {one.depth}> {one.name};")]
        depth = () if one.depth is None else (f"STREAM variable={one.name} depth={one.depth}",)
        text = f'("{one.name}")' if self.chance(0.2) else ""
        return [Stmt(f"hls::stream<{one.type.text}> {one.name}{text};", pragmas=depth)]

    def process(self, process: _Process, base: int) -> Stmt:
        """Reads and writes the words of its streams in a loop, or reads all and then writes all."""
        self.new_scope()
        streams = [one for one in (*process.inputs, *process.outputs) if one.kind == "stream"]
        ins = [Channel(one.name, one.type, "in", False) for one in process.inputs if one.kind == "stream"]
        outs = [Channel(one.name, one.type, "out", False) for one in process.outputs if one.kind == "stream"]
        for one in process.inputs:
            if one.kind != "stream":
                name = f"{one.name}_copy" if one.in_order else one.name
                variable = Variable(name, one.type, (one.words,) * (one.kind == "array"), False)
                self.scope.variables += members(variable) if one.type.kind == "struct" else [variable]
        self.channels = []
        rates = {one.name: one.words // base for one in streams}
        made = [_copy(one) for one in process.inputs if one.in_order]
        made += self.locals()
        made += self.module_calls() if self.chance(0.3) else []
        if self.chance(0.6):
            self.use("process of one loop")
            made.append(self.rate_loop(base, rates, ins, outs))
            if self.chance(0.3):
                made += self.fill(1, 1)
        else:
            self.use("process that collects")
            made.append(self.rate_loop(base, rates, ins, []))
            made += self.fill(self.random.choice([0, 1, 2]), 1)
            made.append(self.rate_loop(base, rates, [], outs))
        result = None
        for one in process.outputs:
            if one.kind == "result":
                result = one.type
            elif one.kind == "number":
                made.append(Stmt(f"{one.name} = $0;", (self.expr(one.type, 2),)))
            elif one.kind == "array":
                made.append(self.fill_array(Variable(one.name, one.type, (one.words,))))
        if result is not None:
            made.append(Stmt("return $0;", (self.expr(result, 2),)))
        parameters = [one.parameter(False) for one in process.inputs]
        parameters += [one.parameter(True) for one in process.outputs if one.kind != "result"]
        text = f"static {result.text if result else 'void'} {process.name}({', '.join(parameters)}) @0"
        return Stmt(text, (), (tuple(made),), self.function_pragmas())

    def fill_array(self, array: Variable) -> Stmt:
        """All elements written, the first time in order."""
        extent = array.shape[0]
        counter = f"i{extent}_{self.fresh('')}"
        pragmas = self.pipeline_pragmas() if self.chance(0.6) else ()
        with self.inside(extent):
            self.pipelined = bool(pragmas)
            self.scope.variables.append(Variable(counter, INT, (), False))
            before = self.fill(self.random.choice([0, 0, 1]), 1)
            set_ = Stmt(f"{array.name}[{counter}] = $0;", (self.expr(array.type, 2),))
        header = f"for (int {counter} = 0; {counter} < {extent}; ++{counter})"
        return Stmt(f"{header} @0", (), ((*before, set_),), pragmas)

    def rate_loop(self, base: int, rates: dict[str, int], ins: list[Channel], outs: list[Channel]) -> Stmt:
        """`base` iterations; in each, every stream moves its rate of words, in a random order."""
        header, counter = self.header(base)
        pipelined = self.chance(0.7)
        pragmas = self.pipeline_pragmas() if pipelined else ()
        with self.inside(base):
            self.pipelined = pipelined
            if counter:
                self.scope.variables.append(Variable(counter, INT, (), False))
            order = [(channel, n) for channel in ins for n in range(rates[channel.name])]
            self.random.shuffle(order)
            made = [self.read(channel) for channel, _ in order]
            made += self.fill(self.random.choice([0, 1, 1, 2]), 1)
            order = [(channel, n) for channel in outs for n in range(rates[channel.name])]
            self.random.shuffle(order)
            for channel, _ in order:
                made.append(self.write_once(channel))
                if self.chance(0.2):
                    made += self.fill(1, 1)
        return Stmt(f"{header} @0", (), (tuple(made),), pragmas, None)

    def write_once(self, channel: Channel) -> Stmt:
        if self.chance(0.15):
            self.use("write in both arms")
            test: Expr = self.expr(BOOL, 2)
            return Stmt("if ($0) @0 else @1", (test,), ((self.write(channel),), (self.write(channel),)))
        return self.write(channel)


def _port(one: _Link) -> Port:
    if one.kind == "number":
        kind, direction = ("value", "in") if one.source is None else ("pointer", "out")
        return Port(one.name, kind, direction, one.type, 1, "@[0]")
    return Port(one.name, "stream", *(("in", one.type, one.words) if one.source is None else ("out", one.type, 0)))


def _lasting(declared: Stmt) -> Stmt:
    """A stream that is there for all calls."""
    return replace(declared, text=f"hls_thread_local {declared.text}")


def _copy(one: _Link) -> Stmt:
    """All elements of an array, read in order."""
    loop = f"for (int k0 = 0; k0 < {one.words}; ++k0) {one.name}_copy[k0] = {one.name}[k0];"
    return Stmt(f"{one.type.text} {one.name}_copy[{one.words}]; {loop}")
