"""Arrays that are streams: arguments in modes axis and ap_fifo, whose elements pass in order."""

from __future__ import annotations

import random

from .declarations import members
from .expressions import Variable
from .interfaces import Interfaces
from .program import Port
from .tree import Stmt
from .types import BOOL, INT, Type

_SHAPES = ((4,), (8,), (11,), (16,), (2, 4), (3, 5))


class Elements(Interfaces):
    """Its random numbers are its own, so that programs without such arrays are what they were before."""

    def pass_elements(self) -> list[Stmt]:
        others, self.random = self.random, random.Random(f"elements of {self.seed}")
        made: list[Stmt] = []
        if self.chance(0.3):
            for number in range(self.random.choice([1, 1, 2])):
                made += self.passing(number)
        self.random = others
        return made

    def passing(self, number: int) -> list[Stmt]:
        """Every element of an array read, and one of another written; or first those that a condition chooses."""
        self.use("array that is a stream")
        shape = self.random.choice(_SHAPES)
        source, target = self.argument_type(), self.number_type()
        into, out = (
            self.streamed(f"taken{number}", "in", source, shape),
            self.streamed(f"given{number}", "out", target, shape),
        )
        counters = [f"i{extent}_{self.fresh('')}" for extent in shape]
        at = "".join(f"[{counter}]" for counter in counters)
        counted = len(shape) == 1 and self.chance(0.4)
        count, x = self.fresh("n"), self.fresh("x")
        pragmas = self.pipeline_pragmas() if self.chance(0.6) else ()
        unrolled = not pragmas and shape[-1] % 2 == 0 and self.chance(0.3)
        turns = shape[0] * shape[-1] if len(shape) > 1 else shape[0]
        with self.inside(turns, 2 if unrolled else 1):
            self.pipelined = bool(pragmas)
            read = Variable(x, source, (), False)
            self.scope.variables += members(read) if source.kind == "struct" else [read]
            self.scope.variables += [Variable(counter, INT, (), False) for counter in counters]
            fixed = "" if source.kind == "struct" else "const "  # elements of arrays in a struct may be set
            body = [Stmt(f"{fixed}{source.text} {x} = {into}{at};"), *self.fill(self.random.choice([0, 0, 1]), 1)]
            body += self.given(f"{out}[{count}++]" if counted else f"{out}{at}", target, counted)
        pragmas = ("UNROLL factor=2",) if unrolled else pragmas  # one that divides, or the order is not proved
        loop = Stmt(_header(counters[-1], shape[-1]), (), (tuple(body),), pragmas)
        if len(shape) > 1:
            loop = Stmt(_header(counters[0], shape[0]), (), ((loop,),))
        if not counted:
            return [loop]
        rest = f"for (; {count} < {shape[0]}; ++{count}) {out}[{count}] = ({target.text})(0);"
        return [Stmt(f"int {count} = 0;"), loop, Stmt(rest)]

    def given(self, place: str, type: Type, may_skip: bool) -> list[Stmt]:
        """The next element set to something: always, in both arms of an if, or under a condition."""
        chance = self.random.random()
        set_ = Stmt(f"{place} = $0;", (self.expr(type, 2),))
        if chance < 0.5:
            return [set_]
        test = self.expr(BOOL, 2)
        if chance < 0.75 and may_skip:
            self.use("elements under a condition")
            return [Stmt("if ($0) @0", (test,), ((set_,),))]
        return [Stmt("if ($0) @0 else @1", (test,), ((set_,), (Stmt(f"{place} = $0;", (self.expr(type, 2),)),)))]

    def streamed(self, name: str, direction: str, type: Type, shape: tuple[int, ...]) -> str:
        inner = "".join(f"[{extent}]" for extent in shape[1:])
        words = shape[0] * (shape[1] if inner else 1)
        port = Port(name, "elements", direction, type, words, f"({type.text} (*){inner})@" if inner else "@")
        self.made.append((port, f"{'const ' if direction == 'in' else ''}{type.text} {name}[{shape[0]}]{inner}"))
        self.port_pragmas.append(f"INTERFACE {self.random.choice(['axis', 'axis', 'ap_fifo'])} port={name}")
        return name


def _header(counter: str, count: int) -> str:
    return f"for (int {counter} = 0; {counter} < {count}; ++{counter}) @0"
