"""Random statements: assignments, streams, conditions, calls; and which comes next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager

from .channels import Channel, Parameter, Procedure
from .declarations import Declarations
from .expressions import Callee, Variable
from .tree import Body, Expr, Stmt
from .types import BOOL


class Statements(Declarations, ABC):
    # ---- simple statements

    def target(self) -> Variable | None:
        choice = [v for v in self.scope.variables if v.writable and not v.name.startswith("i")]
        return self.random.choice(choice) if choice else None

    def assign(self) -> Stmt:
        variable = self.target()
        if variable is None:
            return self.declare()
        type, place = variable.type, self.place(variable, 2)
        chance = self.random.random()
        if type.kind == "ap" and chance < 0.3:
            return self.assign_bits(place)
        if chance < 0.45 and (type.kind in ("ap", "fixed") or (not type.signed and type.bits >= 32)):
            self.use("compound assignment")
            if self.chance(0.15) and not type.is_bool:
                return Stmt(self.random.choice(["++$0;", "$0++;", "--$0;", "$0--;"]), (place,))
            op = self.random.choice(["+=", "-=", "*=", *(["^=", "|=", "&="] if type.kind != "fixed" else [])])
            return Stmt(f"$0 {op} $1;", (place, self.expr(type, 2)))
        return Stmt("$0 = $1;", (place, self.expr(type, self.random.choice([1, 2, 2, 3]))))

    def assign_bits(self, place: Expr) -> Stmt:
        bits = place.type.bits
        if self.chance(0.5):
            self.use("assignment to a bit")
            return Stmt("$0[$1] = $2;", (place, self.index(bits, 1), self.expr(BOOL, 2)))
        self.use("assignment to a range")
        low = self.random.randrange(bits)
        high = self.random.randrange(low, bits)
        value = self.expr(self.ap_type(64), 2)
        if self.chance(0.7):
            return Stmt(f"$0.range({high}, {low}) = $1;", (place, value))
        length = self.random.randint(1, bits)
        at = self.index(bits - length + 1, 1)
        return Stmt(f"$0.range($1 + {length - 1}, $1) = $2;", (place, at, value))

    def read(self, channel: Channel, into: Variable | None = None) -> Stmt:
        self.reads[channel.name] += self.turns
        if channel.type.kind in ("struct", "packet"):
            name = self.fresh("s")
            self.add_struct(name, channel.type)
            how = self.random.choice(["= {c}.read();", "; {c}.read({n});", "; {c} >> {n};"])
            return Stmt(f"{channel.type.text} {name} {how.format(c=channel.name, n=name)}")
        same = [v for v in self.scope.variables if v.type == channel.type and v.writable and v.name[0] != "i"]
        if same and self.chance(0.4):
            return Stmt(f"$0 = {channel.name}.read();", (self.place(self.random.choice(same), 1),))
        name = self.fresh("x")
        self.scope.variables.append(Variable(name, channel.type))
        if not self.pipelined and self.copies == 1 and self.chance(0.15):
            self.use("non-blocking read")
            wait = f"while (!{channel.name}.read_nb({name})) {{}}"
            if self.chance(0.3):
                wait = f"while ({channel.name}.empty()) {{}} {name} = {channel.name}.read();"
            return Stmt(f"{channel.type.text} {name}; {wait}")
        how = self.random.choice(["= {c}.read();", "= {c}.read();", "; {c}.read({n});", "; {c} >> {n};"])
        return Stmt(f"{channel.type.text} {name} {how.format(c=channel.name, n=name)}")

    def write(self, channel: Channel) -> Stmt:
        if channel.type.kind in ("struct", "packet"):
            whole = [variable.name for variable in self.scope.wholes if variable.type == channel.type]
            if whole and self.chance(0.5):
                return Stmt(f"{channel.name}.write({self.random.choice(whole)});")
            name, fields = self.fresh("s"), [f for f in channel.type.fields if not f[2]][:9]
            values = tuple(self.expr(field, 1) for _, field, _ in fields)
            parts = " ".join(f"{name}.{member} = ${number};" for number, (member, _, _) in enumerate(fields))
            blank = "" if channel.type.kind == "packet" else f" = {{{', '.join(self.fields_text(channel.type))}}}"
            return Stmt(f"{{ {channel.type.text} {name}{blank}; {parts} {channel.name}.write({name}); }}", values)
        value = self.expr(channel.type, self.random.choice([1, 2, 2, 3]))
        if not self.pipelined and self.copies == 1 and self.chance(0.1):
            self.use("non-blocking write")
            name = self.fresh("x")
            wait = self.random.choice(
                [f"while (!{channel.name}.write_nb({name})) {{}}",
                 f"while ({channel.name}.full()) {{}} {channel.name}.write({name});"]
            )  # fmt: skip
            return Stmt(f"{{ const {channel.type.text} {name} = $0; {wait} }}", (value,))
        how = self.random.choice([".write($0);", ".write($0);", " << $0;"])
        return Stmt(f"{channel.name}{how}", (value,))

    # ---- control

    @contextmanager
    def inside(self, turns: int = 1, copies: int = 1):
        """A scope of its own that runs `turns` times as often."""
        kept = self.scope, self.turns, self.copies, self.may_break, self.may_continue, self.pipelined
        self.scope = self.scope.inner()
        self.turns *= turns
        self.copies *= copies
        try:
            yield
        finally:
            self.scope, self.turns, self.copies, self.may_break, self.may_continue, self.pipelined = kept

    def fill(self, count: int, depth: int) -> Body:
        return tuple(self.statement(depth) for _ in range(count))

    def block(self, depth: int, turns: int = 1, most: int = 2) -> Body:
        with self.inside(turns):
            return self.fill(self.random.randint(1, most), depth - 1)

    def statement(self, depth: int) -> Stmt:
        chance = self.random.random()
        free = [channel for channel in self.channels if channel.free]
        if depth > 0:
            if chance < 0.14:
                return self.condition_statement(depth)
            if chance < 0.18:
                return self.switch(depth)
            if chance < 0.32:
                return self.loop(depth)
            if chance < 0.36 and any(not each.once for each in self.procedures):
                call = self.procedure_call(self.random.choice([p for p in self.procedures if not p.once]))
                if call is not None:
                    return call
            if chance < 0.38:
                return self.lambda_()
            if chance < 0.4 and not self.pipelined:
                return self.dependence_loop()
        if chance > 0.97 and (self.may_break or self.may_continue):
            choice = [*(["break"] if self.may_break else []), *(["continue"] if self.may_continue else [])]
            word = self.random.choice(choice)
            self.use(word)
            return Stmt(f"if ($0) {word};", (self.expr(BOOL, 2),))
        if free and chance > 0.84 and self.turns * self.copies <= 300:
            channel = self.random.choice(free)
            return self.read(channel) if channel.direction == "in" else self.write(channel)
        if chance > 0.74:
            return self.declare()
        return self.assign()

    def condition_statement(self, depth: int) -> Stmt:
        self.use("if")
        test = self.expr(BOOL, 2)
        if self.chance(0.5):
            return Stmt("if ($0) @0", (test,), (self.block(depth),), instead="")
        if self.chance(0.2):
            other = self.expr(BOOL, 2)
            bodies = (self.block(depth), self.block(depth), self.block(depth))
            return Stmt("if ($0) @0 else if ($1) @1 else @2", (test, other), bodies, instead="")
        return Stmt("if ($0) @0 else @1", (test,), (self.block(depth), self.block(depth)), instead="")

    def switch(self, depth: int) -> Stmt:
        self.use("switch")
        bits = self.random.choice([1, 2, 3])
        value = self.any(1)
        numbers = self.random.sample(range(1 << bits), self.random.randint(1, min(4, 1 << bits)))
        kept = self.may_break
        self.may_break = False  # it would leave the switch only
        bodies = tuple(self.block(depth, most=2) for _ in range(len(numbers) + 1))
        self.may_break = kept
        ends = [" break;" if self.chance(0.8) else "" for _ in numbers]
        cases = "".join(
            f" case {number}: @{at}{end}" for at, (number, end) in enumerate(zip(numbers, ends, strict=True))
        )
        text = f"switch (((unsigned)($0)) & {(1 << bits) - 1}) {{{cases} default: @{len(numbers)} }}"
        return Stmt(text, (value,), bodies, instead="")

    @abstractmethod
    def loop(self, depth: int) -> Stmt: ...

    @abstractmethod
    def dependence_loop(self) -> Stmt: ...

    # ---- functions

    def lambda_(self) -> Stmt:
        self.use("lambda")
        result, name = self.number_type(), self.fresh("f")
        arguments = tuple(self.number_type() for _ in range(self.random.randint(1, 2)))
        with self.inside():
            names = [self.fresh("p") for _ in arguments]
            for argument, type in zip(names, arguments, strict=True):
                self.scope.variables.append(Variable(argument, type, (), False))
            value = self.expr(result, 2)
        parameters = ", ".join(f"{type.text} {argument}" for argument, type in zip(names, arguments, strict=True))
        slots = ", ".join(f"${number}" for number in range(len(arguments)))
        self.scope.callees.append(Callee(f"{name}({slots})", result, arguments))
        return Stmt(f"auto {name} = [&]({parameters}) -> {result.text} {{ return $0; }};", (value,))

    def procedure_call(self, procedure: Procedure) -> Stmt | None:
        if procedure.most_turns and (self.pipelined or self.turns * self.copies > procedure.most_turns):
            return None
        arguments: list[Expr] = []
        taken: set[str] = set()
        streams: list[tuple[str, int]] = []
        for each in procedure.parameters:
            if each.kind == "value":
                arguments.append(self.expr(each.type, 2))
                continue
            fitting = self.fitting(each, taken)
            if not fitting:
                return None
            found = self.random.choice(fitting)
            taken.add(found)
            arguments.append(Expr(found, each.type))
            streams.append((found, each.words * self.turns))
        self.reads.update(dict(streams))
        self.use("call of a module" if procedure.most_turns else "function with reference parameters")
        slots = ", ".join(f"${number}" for number in range(len(arguments)))
        call = f"{procedure.name}({slots})"
        if procedure.result is None:
            return Stmt(f"{call};", tuple(arguments))
        name = self.fresh("v")
        self.scope.variables.append(Variable(name, procedure.result))
        return Stmt(f"{procedure.result.text} {name} = {call};", tuple(arguments))

    def fitting(self, parameter: Parameter, taken: set[str]) -> list[str]:
        """What may be passed for a parameter by reference."""
        if parameter.is_stream:
            return [c.name for c in self.channels if c.owner == parameter.name]
        return [
            v.name
            for v in self.scope.variables
            if (v.type, v.shape) == (parameter.type, parameter.shape)
            and v.writable and v.name not in taken and v.name[0] not in "iy" and not v.member
            and (parameter.decays or not v.shape or not (v.is_pointer or v.name.startswith(("bus", "m"))))
        ]  # fmt: skip
