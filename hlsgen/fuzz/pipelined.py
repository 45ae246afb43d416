"""Functions with PIPELINE whose calls overlap: numbers, divided arrays and streams go along with their call."""

from __future__ import annotations

import random

from .channels import Channel
from .declarations import plain_cast
from .program import Port
from .regions import Regions
from .tree import Body, Stmt
from .types import BOOL, Type

_SHARE = 0.1  # of all programs


class Pipelined(Regions):
    """Its random numbers are its own, so that other programs are what they were before there was such a thing."""

    @property
    def is_pipelined(self) -> bool:
        return random.Random(f"whether {self.seed} is pipelined").random() < _SHARE

    def pipelined_function(self, name: str) -> tuple[Body, tuple[Port, ...]]:
        others, self.random = self.random, random.Random(f"pipelined function of {self.seed}")
        found = self._function(name)
        self.random = others
        return found

    def _function(self, name: str) -> tuple[Body, tuple[Port, ...]]:
        self.use("pipelined function")
        self.new_scope()
        streams = []
        if self.chance(0.35):
            self.use("pipelined function with streams")
            streams = [Channel("in", self.stream_type(), "in", True), Channel("out", self.number_type(), "out", True)]
        self.channels = streams
        for number in range(self.random.choice([1, 2, 2, 3])):
            if self.chance(0.65):
                self.scalar(f"n{number}")
            else:
                self.divided(f"m{number}")
        if self.chance(0.1):
            self.use("pipelined function, one call at a time")
            self.reference("r")
        result = self.number_type() if self.chance(0.5) or not streams else None
        with self.inside(turns=40):
            self.pipelined = True
            made = [self.read(channel) for channel in streams if channel.direction == "in"]
            made += self.locals()
            made += self.fill(self.random.randint(1, 4), 2)
            for number in range(self.random.choice([0, 1, 1, 2])):
                made += self.outgoing(f"o{number}") if self.chance(0.6) else self.outgoing_array(f"o{number}")
            made += [Stmt(f"{v.name} = $0;{then}", (self.expr(v.type, 2),)) for v, then in self.written]
            made += [self.write(channel) for channel in streams if channel.direction == "out"]
            if result is not None:
                made.append(Stmt("return $0;", (self.expr(result, 3),)))
        pragmas = self.interface_pragmas([channel.name for channel in streams], may_run_free=False)
        pragmas = (*pragmas, f"PIPELINE II={self.random.choice([1, 1, 1, 2, 3])}")
        parameters = [text for _, text in self.made]
        parameters += [f"hls::stream<{channel.type.text}>& {channel.name}" for channel in streams]
        head = f"{result.text if result else 'void'} {name}({', '.join(parameters)}) @0"
        words = {channel.name: self.reads[channel.name] if channel.direction == "in" else 0 for channel in streams}
        ports = (
            *(port for port, _ in self.made),
            *(Port(each.name, "stream", each.direction, each.type, words[each.name]) for each in streams),
            *((Port("ap_return", "return", "out", result),) if result is not None else ()),
        )
        return (Stmt(head, (), (tuple(made),), pragmas),), ports

    def divided(self, name: str) -> None:
        """An array of which every element is a number of its own."""
        self.use("divided array argument")
        type, extent = self.number_type(), self.random.choice([2, 3, 4, 8])
        self.made.append((Port(name, "array", "in", type, extent, "@"), f"const {type.text} {name}[{extent}]"))
        self.add(name, type, (extent,), False)
        self.port_pragmas.append(f"{self.division()} variable={name} complete")

    def division(self) -> str:
        return "ARRAY_PARTITION" if self.chance(0.7) else "ARRAY_RESHAPE"

    def outgoing(self, name: str) -> list[Stmt]:
        """A number by reference, set in every call, and perhaps again."""
        type = self.number_type()
        self.made.append((Port(name, "pointer", "out", type, 1, "@[0]"), f"{type.text}& {name}"))
        self.mode(name, ("", "", "ap_none", "ap_vld", "ap_hs", "s_axilite"))
        return [Stmt(f"{name} = $0;", (self.expr(type, 2),)), *self.perhaps_again(name, type)]

    def outgoing_array(self, name: str) -> list[Stmt]:
        self.use("divided array argument, written")
        type, extent = self.number_type(), self.random.choice([2, 3, 4])
        self.made.append((Port(name, "array", "out", type, extent, "@"), f"{type.text} {name}[{extent}]"))
        self.port_pragmas.append(f"{self.division()} variable={name} complete")
        each = plain_cast(type, f"$0 {'^' if type.kind == 'native' else '+'} k0")
        loop = f"for (int k0 = 0; k0 < {extent}; ++k0) {name}[k0] = {each};"
        again = self.perhaps_again(f"{name}[{self.random.randrange(extent)}]", type)
        return [Stmt(loop, (self.expr(type, 2),)), *again]

    def perhaps_again(self, place: str, type: Type) -> list[Stmt]:
        if not self.chance(0.4):
            return []
        self.use("number that goes out, set again under a condition")
        return [Stmt(f"if ($0) {place} = $1;", (self.expr(BOOL, 2), self.expr(type, 2)))]
