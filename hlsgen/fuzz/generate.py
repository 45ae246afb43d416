"""Whole random programs: a function with streams, or a DATAFLOW region of processes, with what they call."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from .expressions import Callee, Scope, Variable, simple_index
from .program import Port, Program
from .statements import Channel, Procedure, Statements
from .tree import Body, Expr, Stmt
from .types import BOOL, INT, Type, packet

_CLOCKS_NS = (1.5, 2.0, 3.0, 4.0, 5.0, 5.0, 7.0, 10.0, 10.0, 20.0, 50.0)
_FAMILIES = ("xc7", "xcup")
_MOST_SAVED = 24  # words of an array that are written out at the end


def make_program(seed: int) -> tuple[Program, Counter[str]]:
    """The program of a seed, and how often it uses each feature."""
    return _Maker(seed).program()


@dataclass(slots=True)
class _Link:
    """A stream of `words` words in every call; from and to: processes, None outside."""

    name: str
    type: Type
    words: int
    source: int | None = None
    target: int | None = None
    depth: int | None = None


@dataclass(slots=True)
class _Process:
    name: str
    inputs: list[_Link] = field(default_factory=list)
    outputs: list[_Link] = field(default_factory=list)


class _Maker(Statements):
    def __init__(self, seed: int) -> None:
        self.seed = seed
        super().__init__(random.Random(seed), Counter())
        self.shared: list[Callee] = []
        self.shared_roms: list[Variable] = []

    def program(self) -> tuple[Program, Counter[str]]:
        name = f"t{self.seed}"
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.define_struct()
        if self.chance(0.25):
            self.global_rom()
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.define_function()
        if self.chance(0.3):
            self.define_procedure()
        top, ports = self.dataflow(name) if self.chance(0.3) else self.plain(name)
        made = Program(
            name=name,
            body=(*self.globals, *top),
            ports=ports,
            calls=self.random.choice([1, 2, 3, 4]),
            input_seed=self.random.getrandbits(30),
            clock_ns=self.random.choice(_CLOCKS_NS),
            family=self.random.choice(_FAMILIES),
            schedule_seed=self.random.getrandbits(30) if self.chance(0.2) else None,
            automatic=self.chance(0.2),
        )
        self.use(f"family {made.family}", f"clock {made.clock_ns} ns")
        if made.automatic:
            self.use("automatic pipelining")
        if made.schedule_seed is not None:
            self.use("random legal schedule")
        return made, self.features

    # ---- what stands before the top

    def new_scope(self) -> None:
        self.scope = Scope(list(self.shared_roms), list(self.shared))

    def global_rom(self) -> None:
        self.new_scope()
        self.globals.append(replace(self.rom(), pragmas=()))  # pragmas stand in functions
        self.shared_roms += self.scope.variables[len(self.shared_roms) :]

    def define_function(self) -> None:
        """One that returns a number: plain, or a template over types or widths."""
        self.new_scope()
        chance = self.random.random()
        if chance < 0.2:
            self.use("template over a type")
            name, type = self.fresh("g"), self.number_type()
            op = self.random.choice(["a < b ? b : a", "a > b ? b : a", "a == b ? a : b"])
            self.globals.append(
                Stmt(f"template <class T_> static T_ {name}(const T_& a, const T_& b) {{ return {op}; }}")
            )
            self.shared.append(Callee(f"{name}<{type.text}>($0, $1)", type, (type, type)))
            return
        if chance < 0.4:
            self.use("template over a width")
            name, type = self.fresh("g"), self.ap_type(64)
            sign = "int" if type.signed else "uint"
            by = self.random.randrange(8)
            text = (
                f"template <int W_> static ap_{sign}<W_> {name}(ap_{sign}<W_> x, ap_uint<W_> y) "
                f"{{ return (x ^ ap_{sign}<W_>(y >> {by})) + (W_ & 3); }}"
            )
            self.globals.append(Stmt(text))
            plain = f"ap_uint<{type.bits}>"
            argument = next(v for v in (Type(plain, "ap", type.bits, False),))
            self.shared.append(Callee(f"{name}<{type.bits}>($0, $1)", type, (type, argument)))
            return
        self.use("function")
        name, result = self.fresh("g"), self.number_type()
        types = [self.number_type() for _ in range(self.random.randint(1, 3))]
        names = [self.fresh("p") for _ in types]
        self.scope.variables += [Variable(n, t) for n, t in zip(names, types, strict=True)]
        body = self.function_body(result)
        parameters = ", ".join(f"{t.text} {n}" for n, t in zip(names, types, strict=True))
        self.globals.append(Stmt(f"static {result.text} {name}({parameters}) @0", (), (body,), self.inline_pragma()))
        slots = ", ".join(f"${number}" for number in range(len(types)))
        self.shared.append(Callee(f"{name}({slots})", result, tuple(types)))

    def inline_pragma(self) -> tuple[str, ...]:
        return ("INLINE",) if self.chance(0.3) else ()

    def function_body(self, result: Type | None) -> Body:
        """Statements that may stand in a pipelined loop."""
        with self.inside(turns=40, copies=4):
            self.pipelined = True
            made = list(self.fill(self.random.randint(0, 3), 1))
            if result is not None:
                made.append(Stmt("return $0;", (self.expr(result, 3),)))
        return tuple(made)

    def define_procedure(self) -> None:
        self.new_scope()
        name = self.fresh("h")
        parameters: list[tuple[Type, tuple[int, ...], bool]] = []
        texts = []
        for _ in range(self.random.randint(1, 3)):
            parameter, type = self.fresh("p"), self.number_type()
            kind = self.random.random()
            if kind < 0.5:
                parameters.append((type, (), True))
                texts.append(f"{type.text}& {parameter}")
                self.scope.variables.append(Variable(parameter, type))
            elif kind < 0.75:
                extent = self.random.choice([4, 8])
                parameters.append((type, (extent,), True))
                texts.append(f"{type.text} (&{parameter})[{extent}]")
                self.scope.variables.append(Variable(parameter, type, (extent,)))
            else:
                parameters.append((type, (), False))
                texts.append(f"{type.text} {parameter}")
                self.scope.variables.append(Variable(parameter, type))
        body = self.function_body(None)
        self.globals.append(Stmt(f"static void {name}({', '.join(texts)}) @0", (), (body,), self.inline_pragma()))
        self.procedures.append(Procedure(name, tuple(parameters)))

    # ---- a plain top

    def stream_type(self) -> Type:
        chance = self.random.random()
        if chance < 0.7:
            return self.number_type()
        if chance < 0.85 and self.structs:
            self.use("stream of structs")
            return self.random.choice(self.structs)
        self.use("stream of packets")
        return packet(self.random.choice([8, 16, 24, 32, 64]), self.chance(0.3), self.random.choice([0, 0, 3]))

    def plain(self, name: str) -> tuple[Body, tuple[Port, ...]]:
        """A function that reads and writes as it likes, and writes at the end what it has computed."""
        self.use("plain function")
        self.new_scope()
        inputs = [Channel(f"in{n}", self.stream_type(), "in", True) for n in range(self.random.choice([1, 1, 2]))]
        outputs = [Channel(f"out{n}", self.stream_type(), "out", True) for n in range(self.random.randint(0, 1))]
        last = Channel("out", self.ap_type(64), "out", True)
        self.channels = [*inputs, *outputs, last]
        arguments, result = self.arguments() if self.chance(0.4) else ((), None)
        made: list[Stmt] = []
        made += [self.read(channel) for channel in inputs]  # none is unused
        made += self.locals()
        made += self.main_statements()
        made += [self.write(channel) for channel in outputs]
        made += self.save(last)
        if result is not None:
            made.append(Stmt("return $0;", (self.expr(result, 2),)))
        texts = [f"hls::stream<{c.type.text}>& {c.name}" for c in self.channels]
        parameters = ", ".join([text for _, text in arguments] + texts)
        pragmas = self.interface_pragmas([channel.name for channel in self.channels])
        top = Stmt(f"{result.text if result else 'void'} {name}({parameters}) @0", (), (tuple(made),), pragmas)
        ports = (
            *(port for port, _ in arguments),
            *(
                Port(c.name, "stream", c.direction, c.type, self.reads[c.name] if c.direction == "in" else 0)
                for c in self.channels
            ),
            *((Port("ap_return", "return", "out", result),) if result is not None else ()),
        )
        return (top,), ports

    def arguments(self) -> tuple[tuple[tuple[Port, str], ...], Type | None]:
        """Arguments that are no streams, each with its text in the parameter list, and the type of the result."""
        made = []
        for number in range(self.random.choice([1, 1, 2, 3])):
            type, chance = self.number_type(), self.random.random()
            if chance < 0.4:
                self.use("scalar argument")
                name = f"n{number}"
                made.append((Port(name, "value", "in", type, 1, "@[0]"), f"{type.text} {name}"))
                self.scope.variables.append(Variable(name, type))
            elif chance < 0.65:
                self.use("reference argument")
                name = f"r{number}"
                made.append((Port(name, "pointer", "inout", type, 1, "@[0]"), f"{type.text}& {name}"))
                self.scope.variables.append(Variable(name, type))
            else:
                self.use("array argument")
                name, extent = f"m{number}", self.random.choice([2, 4, 8, 11, 16])
                constant = self.chance(0.3)
                text = f"{'const ' if constant else ''}{type.text} {name}[{extent}]"
                made.append((Port(name, "array", "in" if constant else "inout", type, extent, "@"), text))
                self.scope.variables.append(Variable(name, type, (extent,), not constant))
        result = self.number_type() if self.chance(0.3) else None
        if result is not None:
            self.use("return value")
        return tuple(made), result

    def interface_pragmas(self, names: list[str]) -> tuple[str, ...]:
        pragmas = [f"INTERFACE axis port={name}" for name in names if self.chance(0.3)]
        if self.chance(0.3):
            pragmas.append("INTERFACE ap_ctrl_hs port=return")
        return tuple(pragmas)

    def locals(self) -> list[Stmt]:
        made = [self.declare() for _ in range(self.random.choice([0, 1, 1, 2]))]
        made += [self.declare_array() for _ in range(self.random.choice([0, 1, 1, 1, 2]))]
        made += [self.declare_static() for _ in range(self.random.choice([0, 0, 0, 1]))]
        return made

    def main_statements(self) -> list[Stmt]:
        made = list(self.fill(self.random.choice([0, 0, 1, 2]), 2))
        made.append(self.loop(self.random.choice([2, 2, 3])))
        made += self.fill(self.random.choice([0, 0, 1, 2]), 2)
        return made

    def save(self, channel: Channel) -> list[Stmt]:
        """Everything in scope goes out."""
        made = []
        for variable in list(self.scope.variables):
            if not variable.writable or (variable.name[0] == "i" and variable.name[1:2].isdigit()):
                continue
            count = 1
            for extent in variable.shape:
                count *= extent
            if count > _MOST_SAVED or self.chance(0.5):
                continue
            names = tuple(f"k{d}" for d in range(len(variable.shape)))
            value = self.cast(simple_index(variable, names), channel.type)
            loops = "".join(f"for (int {n} = 0; {n} < {e}; ++{n}) " for n, e in zip(names, variable.shape, strict=True))
            made.append(Stmt(f"{loops}{channel.name}.write($0);", (value,)))
        made.append(Stmt(f"{channel.name}.write($0);", (self.expr(channel.type, 2),)))
        return made

    # ---- a dataflow region

    def dataflow(self, name: str) -> tuple[Body, tuple[Port, ...]]:
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
        for number in range(count):
            if not processes[number].inputs or self.chance(0.15):
                link(None, number)
        for number in range(count):
            if not processes[number].outputs or self.chance(0.15):
                link(number, None)
        inner = [one for one in links if one.source is not None and one.target is not None]
        for one in inner:
            if extra:
                one.depth = one.words + self.random.choice([0, 0, 1, 5])
            elif self.chance(0.7):
                one.depth = self.random.choice([1, 2, 2, 3, 4, 7, 16, 40])
        made = [self.process(process, base) for process in processes]
        body: list[Stmt] = []
        for one in inner:
            if one.depth is not None and self.chance(0.2):
                body.append(Stmt(f"hls::stream<{one.type.text}, {one.depth}> {one.name};"))
                self.use("stream depth in the type")
                continue
            depth = () if one.depth is None else (f"STREAM variable={one.name} depth={one.depth}",)
            text = f'("{one.name}")' if self.chance(0.2) else ""
            body.append(Stmt(f"hls::stream<{one.type.text}> {one.name}{text};", pragmas=depth))
        for process in processes:
            names = ", ".join(one.name for one in (*process.inputs, *process.outputs))
            body.append(Stmt(f"{process.name}({names});"))
        outer = [one for one in links if one.source is None or one.target is None]
        parameters = ", ".join(f"hls::stream<{one.type.text}>& {one.name}" for one in outer)
        pragmas = ("DATAFLOW", *self.interface_pragmas([one.name for one in outer]))
        top = Stmt(f"void {name}({parameters}) @0", (), (tuple(body),), pragmas)
        ports = tuple(
            Port(one.name, "stream", "in", one.type, one.words)
            if one.source is None
            else Port(one.name, "stream", "out", one.type, 0)
            for one in outer
        )  # fmt: skip
        return (*made, top), ports

    def process(self, process: _Process, base: int) -> Stmt:
        """Reads and writes the words of its streams in a loop, or reads all and then writes all."""
        self.new_scope()
        ins = [Channel(one.name, one.type, "in", False) for one in process.inputs]
        outs = [Channel(one.name, one.type, "out", False) for one in process.outputs]
        self.channels = []
        rates = {one.name: one.words // base for one in (*process.inputs, *process.outputs)}
        made = self.locals()
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
        parameters = ", ".join(f"hls::stream<{c.type.text}>& {c.name}" for c in (*ins, *outs))
        return Stmt(f"static void {process.name}({parameters}) @0", (), (tuple(made),))

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
