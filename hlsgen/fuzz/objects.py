"""Random objects: classes with a state and a method, vectors; tables made by constexpr; pragmas on how, not what."""

from __future__ import annotations

import random
from collections import Counter

from .expressions import Callee, Scope, Variable
from .loops import Loops
from .tree import Stmt
from .types import Type, native

_VECTOR_NATIVES = ("unsigned", "unsigned long long")  # no overflow is undefined


class Objects(Loops):
    def __init__(self, source: random.Random, features: Counter[str]) -> None:
        super().__init__(source, features)
        self.classes: list[tuple[str, Type]] = []  # name, type of argument and result of its method
        self.shared: list[Callee] = []
        self.shared_roms: list[Variable] = []

    def new_scope(self) -> None:
        """With what every function can name."""
        self.scope = Scope(list(self.shared_roms), list(self.shared))

    def statement(self, depth: int) -> Stmt:
        if self.scope.objects and self.chance(0.12):
            return self.step()
        if self.scope.vectors and self.chance(0.15):
            return self.vector_statement()
        return super().statement(depth)

    def declare(self) -> Stmt:
        chance = self.random.random()
        if chance < 0.05:
            return self.declare_vector()
        if chance < 0.12 and self.classes:
            return self.declare_object()
        return super().declare()

    def variable_of(self, type: Type) -> Stmt:
        made = super().variable_of(type)
        if self.chance(0.06):
            impl, latency = self.random.choice(["dsp", "fabric"]), self.random.choice([1, 2, 3])
            self.use("BIND_OP")
            pragma = f"BIND_OP variable={self.scope.variables[-1].name} op=mul impl={impl} latency={latency}"
            return Stmt(made.text, made.exprs, pragmas=(pragma,))
        return made

    # ---- classes

    def define_class(self) -> None:
        """Globals: a class with a private state, which its method changes."""
        self.new_scope()
        name, type, state = self.fresh("C"), self.number_type(), self.fresh("k")
        self.use("class with state")
        with self.inside(turns=40, copies=4):
            self.pipelined = True
            self.scope.variables += [Variable("x", type), Variable(state, type)]
            body = (
                *self.fill(self.random.choice([0, 1]), 1),
                Stmt(f"{state} = $0;", (self.expr(type, 2),)),
                Stmt("return $0;", (self.expr(type, 2),)),
            )
        first = self.constant(type).text
        head = f"class {name} {{ {type.text} {state}; public: {name}() : {state}({first}) {{}}"
        self.globals.append(Stmt(f"{head} {type.text} step({type.text} x) @0 }};", (), (body,)))
        self.classes.append((name, type))

    def declare_object(self) -> Stmt:
        (kind, type), name = self.random.choice(self.classes), self.fresh("k")
        self.scope.objects.append(Variable(name, type))
        return Stmt(f"{kind} {name};")

    def step(self) -> Stmt:
        """A call of its own: in an expression, it would not be said what is computed first."""
        self.use("call of a method")
        found, name = self.random.choice(self.scope.objects), self.fresh("v")
        made = Stmt(f"{found.type.text} {name} = {found.name}.step($0);", (self.expr(found.type, 2),))
        self.scope.variables.append(Variable(name, found.type))
        return made

    # ---- vectors

    def declare_vector(self) -> Stmt:
        self.use("hls::vector")
        type = self.ap_type(64) if self.chance(0.6) else native(self.random.choice(_VECTOR_NATIVES))
        extent, name = self.random.choice([2, 4, 8]), self.fresh("y")
        vector = Variable(name, type, (extent,))
        self.scope.variables.append(vector)
        self.scope.vectors.append(vector)
        ramp = f"k0 * {self.random.randint(1, 9)}"
        value = f"{type.text}({ramp})" if type.kind == "ap" else f"({type.text})({ramp})"
        fill = f"for (int k0 = 0; k0 < {extent}; ++k0) {name}[k0] = {value};"
        return Stmt(f"hls::vector<{type.text}, {extent}> {name}; {fill}")

    def vector_statement(self) -> Stmt:
        """Element by element."""
        self.use("hls::vector by elements")
        target = self.random.choice(self.scope.vectors)
        same = [v.name for v in self.scope.vectors if (v.type, v.shape) == (target.type, target.shape)]
        op, a, b = self.random.choice("+-*&|^"), self.random.choice(same), self.random.choice(same)
        if self.chance(0.3):
            return Stmt(f"{target.name} {op}= {a};")
        return Stmt(f"{target.name} = {a} {op} {b};")

    # ---- tables and pragmas

    def constexpr_table(self) -> None:
        """Globals: a table that the compiler computes."""
        self.use("constexpr table")
        kind, name, extent = self.fresh("T"), self.fresh("rom"), self.random.choice([4, 8, 16])
        type = native(self.random.choice(["unsigned char", "unsigned short", "unsigned"]))
        a, b = self.random.randint(1, 99), self.random.randint(0, 99)
        fill = f"for (int i = 0; i < {extent}; ++i) w[i] = ({type.text})(i * i * {a} + {b});"
        text = f"struct {kind} {{ {type.text} w[{extent}]; constexpr {kind}() : w() {{ {fill} }} }};"
        self.globals.append(Stmt(f"{text} static constexpr {kind} {name};"))
        self.scope.variables.append(Variable(f"{name}.w", type, (extent,), False))

    def function_pragmas(self) -> tuple[str, ...]:
        """Of a function with a schedule of its own."""
        wishes = {
            "ALLOCATION": f"operation instances=mul limit={self.random.choice([1, 1, 2, 3])}",
            "EXPRESSION_BALANCE": "off",
            "LOOP_MERGE": "",
            "LATENCY": f"min={self.random.choice([0, 4])} max={self.random.choice([8, 100])}",
        }
        chosen = [name for name in wishes if self.chance(0.07)]
        self.use(*chosen)
        return tuple(f"{name} {wishes[name]}".strip() for name in chosen)
