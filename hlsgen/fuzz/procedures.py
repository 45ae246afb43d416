"""What stands before the top: tables, functions, templates, classes, and functions that become modules of their own."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from .channels import Channel, Parameter, Procedure
from .expressions import Callee, Variable
from .objects import Objects
from .tree import Body, Stmt
from .types import Type

_MODULE_TURNS = 8  # how often a module may be called in a call of the top, so to say: its own loops are shorter


class Procedures(Objects):
    def __init__(self, source: random.Random, features: Counter[str]) -> None:
        super().__init__(source, features)
        self.called: set[str] = set()  # modules

    def global_rom(self) -> None:
        self.new_scope()
        if self.chance(0.3):
            self.constexpr_table()
        else:
            self.globals.append(replace(self.rom(), pragmas=()))  # pragmas stand in functions
        self.shared_roms += self.scope.variables[len(self.shared_roms) :]

    # ---- functions that return a number

    def define_function(self) -> None:
        self.new_scope()
        chance = self.random.random()
        if chance < 0.15:
            self.template_over_a_type()
        elif chance < 0.3:
            self.template_over_a_width()
        elif chance < 0.4:
            self.recursive_template()
        else:
            self.plain_function()

    def template_over_a_type(self) -> None:
        self.use("template over a type")
        name, type = self.fresh("g"), self.number_type()
        op = self.random.choice(["a < b ? b : a", "a > b ? b : a", "a == b ? a : b"])
        self.globals.append(Stmt(f"template <class T_> static T_ {name}(const T_& a, const T_& b) {{ return {op}; }}"))
        self.shared.append(Callee(f"{name}<{type.text}>($0, $1)", type, (type, type)))

    def template_over_a_width(self) -> None:
        self.use("template over a width")
        name, type = self.fresh("g"), self.ap_type(64)
        sign = "int" if type.signed else "uint"
        by = self.random.randrange(8)
        text = (
            f"template <int W_> static ap_{sign}<W_> {name}(ap_{sign}<W_> x, ap_uint<W_> y) "
            f"{{ return (x ^ ap_{sign}<W_>(y >> {by})) + (W_ & 3); }}"
        )
        self.globals.append(Stmt(text))
        argument = Type(f"ap_uint<{type.bits}>", "ap", type.bits, False)
        self.shared.append(Callee(f"{name}<{type.bits}>($0, $1)", type, (type, argument)))

    def recursive_template(self) -> None:
        self.use("template that calls itself")
        name, type = self.fresh("G"), self.ap_type(64)
        text = (
            f"template <int N_> struct {name} {{ static {type.text} of({type.text} x) "
            f"{{ return {name}<N_ - 1>::of({type.text}(x * {self.random.choice([3, 5, 7])} + N_)); }} }}; "
            f"template <> struct {name}<0> {{ static {type.text} of({type.text} x) {{ return x; }} }};"
        )
        self.globals.append(Stmt(text))
        self.shared.append(Callee(f"{name}<{self.random.choice([1, 2, 4])}>::of($0)", type, (type,)))

    def plain_function(self) -> None:
        self.use("function")
        name, result = self.fresh("g"), self.number_type()
        types = [self.number_type() for _ in range(self.random.randint(1, 3))]
        names = [self.fresh("p") for _ in types]
        self.scope.variables += [Variable(n, t) for n, t in zip(names, types, strict=True)]
        body = self.function_body(result)
        parameters = ", ".join(f"{t.text} {n}" for n, t in zip(names, types, strict=True))
        pragmas = self.inline_pragma()
        if not pragmas and self.chance(0.3):
            self.use("INLINE off")
            pragmas = ("INLINE off",)
        elif self.chance(0.1):
            self.use("FUNCTION_INSTANTIATE")
            pragmas = (*pragmas, f"FUNCTION_INSTANTIATE variable={names[0]}")
        self.globals.append(Stmt(f"static {result.text} {name}({parameters}) @0", (), (body,), pragmas))
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

    # ---- functions that are called for what they do

    def define_procedure(self) -> None:
        """Inlined, and without loops that stay."""
        self.new_scope()
        name = self.fresh("h")
        parameters = [self.parameter() for _ in range(self.random.randint(1, 3))]
        body = self.function_body(None)
        text = f"static void {name}({', '.join(each.text for each in parameters)}) @0"
        self.globals.append(Stmt(text, (), (body,), self.inline_pragma()))
        self.procedures.append(Procedure(name, tuple(parameters)))

    def parameter(self) -> Parameter:
        name, type, chance = self.fresh("p"), self.number_type(), self.random.random()
        if chance < 0.5:
            self.scope.variables.append(Variable(name, type))
            return Parameter(name, "reference", type)
        if chance < 0.75:
            extent = self.random.choice([4, 8])
            decays = self.chance(0.5)
            self.scope.variables.append(Variable(name, type, (extent,), is_pointer=decays))
            return Parameter(name, "reference", type, (extent,), decays=decays)
        self.scope.variables.append(Variable(name, type))
        return Parameter(name, "value", type)

    def define_module(self) -> None:
        """A function with INLINE off, loops, perhaps streams and state: a module of its own."""
        self.use("INLINE off module")
        self.new_scope()
        name = self.fresh("w")
        parameters = [self.parameter() for _ in range(self.random.randint(1, 3))]
        self.channels = []
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            self.use("INLINE off module with streams")
            direction = self.random.choice(["in", "out"])
            parameter = Parameter(self.fresh("q"), direction, self.number_type())
            parameters.append(parameter)
            self.channels.append(Channel(parameter.name, parameter.type, direction, True))
        result = self.number_type() if self.chance(0.3) else None
        with self.inside(turns=_MODULE_TURNS):
            made = [self.read(c) if c.direction == "in" else self.write(c) for c in self.channels]
            state = [self.declare_static() for _ in range(self.random.choice([0, 0, 1]))]
            made += state
            if self.chance(0.4):
                made.append(self.declare_array())
            made += self.fill(self.random.choice([0, 1]), 1)
            made.append(self.loop(2))
            made += self.fill(self.random.choice([0, 1]), 1)
            if result is not None:
                made.append(Stmt("return $0;", (self.expr(result, 2),)))
        self.channels = []
        text = f"static {result.text if result else 'void'} {name}({', '.join(each.text for each in parameters)}) @0"
        self.globals.append(Stmt(text, (), (tuple(made),), ("INLINE off", *self.function_pragmas())))
        words = tuple(
            replace(each, words=self.reads.pop(each.name, 0) // _MODULE_TURNS) if each.is_stream else each
            for each in parameters
        )
        self.procedures.append(Procedure(name, words, result, most_turns=_MODULE_TURNS, once=bool(state)))

    def module_calls(self) -> list[Stmt]:
        """One of every module whose streams are here, with variables that fit."""
        made = []
        called = self.called
        here = {channel.owner for channel in self.channels}
        for procedure in self.procedures:
            streams = {each.name for each in procedure.parameters if each.is_stream}
            if not procedure.most_turns or not streams <= here or (procedure.once and procedure.name in called):
                continue
            while (call := self.procedure_call(procedure)) is None:
                for each in procedure.parameters:
                    if each.kind == "reference":
                        made.append(self.array_of(each.type, each.shape) if each.shape else self.variable_of(each.type))
            made.append(call)
            called.add(procedure.name)
        return made
