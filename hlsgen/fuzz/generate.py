"""Whole random programs: a function with streams, a pipelined one, or a DATAFLOW region, with what they call."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

from .expressions import simple_index
from .pipelined import Pipelined
from .program import Port, Program
from .statements import Channel
from .tree import Body, Expr, Stmt, without_pragmas
from .types import BOOL

_CLOCKS_NS = (1.5, 2.0, 3.0, 4.0, 5.0, 5.0, 7.0, 10.0, 10.0, 20.0, 50.0)
_FAMILIES = ("xc7", "xcup")
_LATER = ("1]", "2]", "3]")  # streams of an array that is in the parameter list already
_LOOP = re.compile(r"\b(for|while|do)\b")
_MOST_SAVED = 24  # words of an array that are written out at the end


def make_program(seed: int) -> tuple[Program, Counter[str]]:
    """The program of a seed, and how often it uses each feature."""
    return _Maker(seed).program()


class _Maker(Pipelined):
    def __init__(self, seed: int) -> None:
        self.seed = seed
        super().__init__(random.Random(seed), Counter())

    def program(self) -> tuple[Program, Counter[str]]:
        name = f"t{self.seed}"
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.define_struct()
        if self.chance(0.25):
            self.global_rom()
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.define_function()
        if self.chance(0.15):
            self.define_class()
        if self.chance(0.3):
            self.define_procedure()
        for _ in range(self.random.choice([0, 0, 0, 0, 1, 1, 2])):
            self.define_module()
        if self.is_pipelined:
            top, ports = self.pipelined_function(name)
        else:
            top, ports = self.region(name) if self.chance(0.3) else self.plain(name)
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
            if self.chance(0.6):
                self.use("automatic pipelining, plain loops and arrays")
                made = replace(made, body=without_pragmas(made.body, _decides))
        if made.schedule_seed is not None:
            self.use("random legal schedule")
        return made, self.features

    # ---- a plain top

    def plain(self, name: str) -> tuple[Body, tuple[Port, ...]]:
        """A function that reads and writes as it likes, and writes at the end what it has computed."""
        self.use("plain function")
        self.new_scope()
        inputs = [Channel(f"in{n}", self.stream_type(), "in", True) for n in range(self.random.choice([1, 1, 2]))]
        outputs = [Channel(f"out{n}", self.stream_type(), "out", True) for n in range(self.random.randint(0, 1))]
        if self.chance(0.15):
            self.use("array of streams")
            type, count = self.number_type(), self.random.choice([2, 3, 4])
            inputs += [Channel(f"ins[{n}]", type, "in", True) for n in range(count)]
        if self.chance(0.15):
            self.use("array of streams")
            type, count = self.number_type(), self.random.choice([2, 3, 4])
            outputs += [Channel(f"outs[{n}]", type, "out", True) for n in range(count)]
        passed = []
        streams = [p for each in self.procedures for p in each.parameters if p.is_stream]
        for n, each in enumerate(streams):
            passed.append(Channel(f"{each.kind}w{n}", each.type, each.kind, False, each.name))
        last = Channel("out", self.ap_type(64), "out", True)
        self.channels = [*inputs, *outputs, *passed, last]
        result = self.arguments() if self.chance(0.5) else None
        made: list[Stmt] = []
        made += [self.read(channel) for channel in inputs]  # none is unused
        made += self.locals()
        made += self.module_calls()
        made += self.main_statements()
        made += [self.write(channel) for channel in outputs]
        made += [Stmt(f"{v.name} = $0;{then}", (self.expr(v.type, 2),)) for v, then in self.written]
        made += self.one_of_two([channel for channel in inputs if "[" in channel.name], last)
        made += self.pass_elements()
        made += self.save(last)
        if result is not None:
            made.append(Stmt("return $0;", (self.expr(result, 2),)))
        counts = Counter(c.name.split("[")[0] for c in self.channels)
        firsts = [c for c in self.channels if c.name[-2:] not in _LATER]
        texts = [_stream_text(c, counts[c.name.split("[")[0]]) for c in firsts]
        parameters = ", ".join([text for _, text in self.made] + texts)
        pragmas = self.interface_pragmas([c.name for c in self.channels if "[" not in c.name], not self.made)
        pragmas += self.function_pragmas()
        top = Stmt(f"{result.text if result else 'void'} {name}({parameters}) @0", (), (tuple(made),), pragmas)
        ports = (
            *(port for port, _ in self.made),
            *(_stream_port(c, self.reads[c.name] if c.direction == "in" else 0) for c in self.channels),
            *((Port("ap_return", "return", "out", result),) if result is not None else ()),
        )
        return (top,), ports

    def main_statements(self) -> list[Stmt]:
        made = [self.burst() for _ in range(2) if self.bursts and self.chance(0.6)]
        made += self.fill(self.random.choice([0, 0, 1, 2]), 2)
        made.append(self.loop(self.random.choice([2, 2, 3])))
        made += self.fill(self.random.choice([0, 0, 1, 2]), 2)
        return made

    def one_of_two(self, streams: list[Channel], channel: Channel) -> list[Stmt]:
        """Words of two streams of an array, each time of the one that a condition says. Its random numbers are its own,
        so that programs without it are what they were before there was such a thing."""
        others, self.random = self.random, random.Random(f"one of two streams of {self.seed}")
        made: list[Stmt] = []
        if streams and self.chance(0.6):
            self.use("one of two streams")
            chosen, turns = self.random.sample(streams, 2), self.random.choice([1, 2, 5])
            for each in chosen:
                self.reads[each.name] += turns
            name = self.fresh("x")
            with self.inside(turns):
                test = self.expr(BOOL, 2)
                words = [f"{each.name}.read()" for each in chosen]
                if self.chance(0.5):
                    text = f"const {chosen[0].type.text} {name} = $0 ? {words[0]} : {words[1]};"
                else:
                    text = f"{chosen[0].type.text} {name}; if ($0) {name} = {words[0]}; else {name} = {words[1]};"
                value = self.cast(Expr(name, chosen[0].type), channel.type)
            pragmas = self.pipeline_pragmas() if self.chance(0.5) else ()
            body = (Stmt(text, (test,)), Stmt(f"{channel.name}.write($0);", (value,)))
            made.append(Stmt(f"for (int k0 = 0; k0 < {turns}; ++k0) @0", (), (body,), pragmas))
        self.random = others
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


def _stream_text(channel: Channel, count: int) -> str:
    name = channel.name.split("[")[0]
    if name == channel.name:
        return f"hls::stream<{channel.type.text}>& {name}"
    return f"hls::stream<{channel.type.text}> {name}[{count}]"


def _stream_port(channel: Channel, words: int) -> Port:
    name = channel.name.replace("[", "_").replace("]", "")
    place = "" if name == channel.name else channel.name
    return Port(name, "stream", channel.direction, channel.type, words, place)


def _decides(stmt: Stmt, pragma: str) -> bool:
    """The user has chosen whether to pipeline a loop, or what a local array is made of."""
    if stmt.bodies:
        return pragma.startswith("PIPELINE") and _LOOP.search(stmt.text) is not None
    return pragma.startswith(("ARRAY_PARTITION", "BIND_STORAGE"))
