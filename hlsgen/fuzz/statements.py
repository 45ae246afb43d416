"""Random statements: declarations, assignments, conditions, loops, streams, functions, and pragmas that are true."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace

from .expressions import Callee, Expressions, Variable, simple_index
from .tree import Body, Expr, Stmt
from .types import BOOL, INT, Type, struct

_MOST_TURNS = 400  # how often the innermost body of a nest runs in a call
_MOST_COPIES = 16  # of a body by unrolling
_EXTENTS = (1, 2, 3, 4, 4, 5, 8, 8, 8, 11, 16)


@dataclass(frozen=True, slots=True)
class Channel:
    """A stream that statements may use. free: as often as they like, also under conditions. owner: the one function
    that has it, by the name there."""

    name: str
    type: Type
    direction: str
    free: bool
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """kind: value, reference (of a number, or an array), in or out (a stream). words: read from a stream in a call.
    decays: an array that is passed as a pointer."""

    name: str
    kind: str
    type: Type
    shape: tuple[int, ...] = ()
    words: int = 0
    decays: bool = False

    @property
    def is_stream(self) -> bool:
        return self.kind in ("in", "out")

    @property
    def text(self) -> str:
        if self.is_stream:
            return f"hls::stream<{self.type.text}>& {self.name}"
        if self.shape:
            name = self.name if self.decays else f"(&{self.name})"
            return f"{self.type.text} {name}{''.join(f'[{extent}]' for extent in self.shape)}"
        return f"{self.type.text}{'&' if self.kind == 'reference' else ''} {self.name}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A function called for what it does. most_turns: of the call in one call of the top; 0 for one without loops.
    once: from one place."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Type | None = None
    most_turns: int = 0
    once: bool = False


class Statements(Expressions):
    """`globals` collects what stands before the function that is being made."""

    def __init__(self, source: random.Random, features: Counter[str]) -> None:
        super().__init__(source, features)
        self.globals: list[Stmt] = []
        self.structs: list[Type] = []
        self.procedures: list[Procedure] = []
        self.channels: list[Channel] = []
        self.reads: Counter[str] = Counter()  # most words that a call takes from a stream
        self.turns = 1  # how often what is being made runs in a call
        self.copies = 1
        self.may_break = False
        self.may_continue = False
        self.pipelined = False
        self.serial = 0
        self.stateless = True

    def fresh(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.serial}"

    # ---- declarations

    def declare(self) -> Stmt:
        if self.structs and self.chance(0.2):
            return self.declare_struct()
        return self.variable_of(self.number_type())

    def variable_of(self, type: Type) -> Stmt:
        name, keyword = self.fresh("v"), ""
        value = self.expr(type, self.random.choice([1, 1, 2]))
        if self.chance(0.08):
            keyword, value = "const ", value
        writable = not keyword
        self.scope.variables.append(Variable(name, type, (), writable))
        return Stmt(f"{keyword}{type.text} {name} = $0;", (value,))

    def declare_struct(self) -> Stmt:
        type, name = self.random.choice(self.structs), self.fresh("s")
        self.use("struct")
        self.add_struct(name, type)
        values = ", ".join(self.fields_text(type))
        form = self.random.choice(["AGGREGATE", "DISAGGREGATE"]) if self.chance(0.2) else ""
        self.use(*([form] if form else []))
        return Stmt(f"{type.text} {name} = {{{values}}};", pragmas=(f"{form} variable={name}",) if form else ())

    def add_struct(self, name: str, type: Type) -> None:
        self.scope.variables += members(Variable(name, type))
        self.scope.wholes.append(Variable(name, type))

    def fields_text(self, type: Type) -> list[str]:
        parts = []
        for _, field, count in type.fields:
            one = [self.constant(field).text for _ in range(max(1, count))]
            parts.append(f"{{{', '.join(one)}}}" if count else one[0])
        return parts

    def declare_static(self) -> Stmt:
        type, name = self.number_type(), self.fresh("st")
        self.use("static variable")
        self.stateless = False
        if self.chance(0.4):
            extent = self.random.choice([2, 4, 8])
            self.scope.variables.append(Variable(name, type, (extent,)))
            if self.chance(0.5):
                return Stmt(f"static {type.text} {name}[{extent}];", pragmas=self.array_pragmas(name, (extent,), type))
            words = ", ".join(self.constant(type).text for _ in range(extent))
            pragmas = self.array_pragmas(name, (extent,), type)
            return Stmt(f"static {type.text} {name}[{extent}] = {{{words}}};", pragmas=pragmas)
        self.scope.variables.append(Variable(name, type))
        reset = (f"RESET variable={name}",) if self.chance(0.2) else ()
        self.use(*(["RESET"] if reset else []))
        return Stmt(f"static {type.text} {name} = {self.constant(type).text};", pragmas=reset)

    def declare_array(self) -> Stmt:
        chance = self.random.random()
        if chance < 0.25:
            return self.rom()
        shape = self.shape()
        name = self.fresh("a")
        slots = "".join(f"[{extent}]" for extent in shape)
        if self.structs and self.chance(0.15):
            self.use("array of structs")
            type = self.random.choice(self.structs)
            self.scope.variables += members(Variable(name, type, shape))
            one = f"{{{', '.join(self.fields_text(type))}}}"
            loops, place = _loops(shape)
            text = f"{type.text} {name}{slots}; {loops}{name}{place} = {type.text}{one};"
            return Stmt(text, pragmas=self.array_pragmas(name, shape, type))
        return self.array_of(self.number_type(), shape)

    def array_of(self, type: Type, shape: tuple[int, ...]) -> Stmt:
        name = self.fresh("a")
        slots = "".join(f"[{extent}]" for extent in shape)
        self.scope.variables.append(Variable(name, type, shape))
        self.use("local array")
        count = _product(shape)
        if self.chance(0.3) and count <= 16:
            words = ", ".join(self.constant(type).text for _ in range(count))
            text = f"{type.text} {name}{slots} = {{{words}}};"
            if len(shape) > 1:
                text = (
                    f"{type.text} {name}{slots} = {_nested([self.constant(type).text for _ in range(count)], shape)};"
                )
        else:
            loops, place = _loops(shape)
            ramp = " + ".join(f"k{d} * {self.random.randint(1, 9)}" for d in range(len(shape)))
            text = f"{type.text} {name}{slots}; {loops}{name}{place} = {_plain_cast(type, ramp)};"
        return Stmt(text, pragmas=self.array_pragmas(name, shape, type))

    def rom(self) -> Stmt:
        self.use("ROM")
        type, shape, name = self.number_type(), self.shape(), self.fresh("rom")
        slots = "".join(f"[{extent}]" for extent in shape)
        words = _nested([self.constant(type).text for _ in range(_product(shape))], shape)
        self.scope.variables.append(Variable(name, type, shape, False))
        static = self.random.choice(["static const", "const", "static const"])
        return Stmt(f"{static} {type.text} {name}{slots} = {words};", pragmas=self.array_pragmas(name, shape, type))

    def shape(self) -> tuple[int, ...]:
        dimensions = 1 if self.chance(0.65) else 2 if self.chance(0.85) else 3
        extents = tuple(self.random.choice(_EXTENTS if dimensions == 1 else (1, 2, 3, 4)) for _ in range(dimensions))
        return extents

    def array_pragmas(self, name: str, shape: tuple[int, ...], type: Type) -> tuple[str, ...]:
        pragmas = []
        if self.chance(0.4):
            kind = self.random.choice(["complete", "cyclic", "block"])
            reshape = self.chance(0.25)
            word = "ARRAY_RESHAPE" if reshape else "ARRAY_PARTITION"
            dim = self.random.randint(0 if kind == "complete" else 1, len(shape))
            extent = shape[dim - 1] if dim else 1
            factor = "" if kind == "complete" else f" factor={self.random.randint(1, extent)}"
            pragmas.append(f"{word} variable={name} {kind}{factor} dim={dim}")
            self.use(f"{word} {kind}")
        if self.chance(0.25):
            impl = self.random.choice(["bram", "lutram", "lutram", "uram"])
            kind = self.random.choice(["ram_1p", "ram_2p", "ram_s2p"])
            pragmas.append(f"BIND_STORAGE variable={name} type={kind} impl={impl}")
            self.use(f"BIND_STORAGE {impl}")
        return tuple(pragmas)

    def define_struct(self) -> None:
        name = self.fresh("S")
        fields = []
        for number in range(self.random.randint(2, 4)):
            count = self.random.choice([2, 3]) if self.chance(0.15) else 0
            fields.append((f"m{number}", self.number_type(), count))
        type = struct(name, tuple(fields))
        self.structs.append(type)
        inside = " ".join(f"{field.text} {member}{f'[{count}]' if count else ''};" for member, field, count in fields)
        self.globals.append(Stmt(f"struct {name} {{ {inside} }};"))

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

    # ---- loops

    def trip_count(self) -> int:
        most = max(1, _MOST_TURNS // self.turns)
        if self.pipelined:
            most = min(most, max(1, _MOST_COPIES // self.copies), 4)
        return self.random.choice([n for n in (1, 2, 3, 4, 5, 6, 8, 8, 12, 16, 20) if n <= most])

    def loop(self, depth: int) -> Stmt:
        """Of any form; unrolled when it stands in a pipelined one."""
        if self.turns > _MOST_TURNS // 2:
            return self.assign()
        count = self.trip_count()
        chance = self.random.random()
        if self.pipelined:
            return self.counted(count, depth, unrolled=True)
        if chance < 0.5:
            return self.counted(count, depth, pipelined=self.chance(0.6))
        if chance < 0.6 and count <= max(1, _MOST_COPIES // self.copies):
            return self.counted(count, depth, unrolled=True)
        if chance < 0.72:
            return self.variable_bound(count, depth)
        if chance < 0.9:
            return self.while_loop(count, depth)
        return self.nest(depth)

    def counted(self, count: int, depth: int, pipelined: bool = False, unrolled: bool = False) -> Stmt:
        self.use("for")
        header, name = self.header(count)
        pragmas: tuple[str, ...] = ()
        with self.inside(count, count if unrolled else 1):
            self.may_break = self.may_continue = not unrolled
            if pipelined:
                pragmas = self.pipeline_pragmas()
                self.may_break = False
                self.pipelined = True
            elif unrolled:
                if not self.pipelined or self.chance(0.5):
                    pragmas = ("UNROLL",)
                self.use("UNROLL")
                self.may_break = self.may_continue = False
            elif self.chance(0.15):
                pragmas = (f"UNROLL factor={self.random.choice([2, 3, 4])}",)
                self.use("UNROLL factor")
                self.may_break = False
            elif self.chance(0.1):
                pragmas = ("PIPELINE off",)
                self.use("PIPELINE off")
            if name:
                self.scope.variables.append(Variable(name, INT, (), False))
            body = self.fill(self.random.randint(1, 3), depth - 1 if not pipelined else min(depth - 1, 1))
        label = f"{self.fresh('L')}: " if self.chance(0.15) else ""
        return Stmt(f"{label}{header} @0", (), (body,), pragmas, f"const int {name} = 0;" if name else "")

    def header(self, count: int) -> tuple[str, str]:
        """The `for (...)` of `count` iterations, its counter ("" when it is not an int), whose name tells its range."""
        self.serial += 1
        chance = self.random.random()
        if chance < 0.6:
            name = f"i{count}_{self.serial}"
            compare = self.random.choice(["<", "<", "!="])
            return f"for (int {name} = 0; {name} {compare} {count}; ++{name})", name
        if chance < 0.7:
            name = f"i{count}_{self.serial}"
            return f"for (int {name} = {count - 1}; {name} >= 0; --{name})", name
        if chance < 0.8:
            step = self.random.choice([2, 3])
            extent = (count - 1) * step + 1
            name = f"i{extent}_{self.serial}"
            return f"for (int {name} = 0; {name} < {extent}; {name} += {step})", name
        if chance < 0.9:
            name = f"u{self.serial}"
            return f"for (unsigned {name} = 0; {name} <= {count - 1}u; {name}++)", ""
        name = f"c{self.serial}"
        bits = count.bit_length() + self.random.randint(0, 3)
        self.use("loop counter of ap_uint")
        return f"for (ap_uint<{bits}> {name} = 0; {name} < {count}; {name}++)", ""

    def pipeline_pragmas(self) -> tuple[str, ...]:
        ii = self.random.choice([1, 1, 1, 2, 2, 3, 5])
        words = ["PIPELINE", *([f"II={ii}"] if self.chance(0.8) else []), *(["rewind"] if self.chance(0.1) else [])]
        self.use(" ".join(words[:2]), *words[2:])
        return (" ".join(words),)

    def variable_bound(self, count: int, depth: int) -> Stmt:
        self.use("variable bound")
        bound = self.index(count + 1, 1)
        self.serial += 1
        name = f"i{count}_{self.serial}" if count > 1 else f"i1_{self.serial}"
        pragmas: tuple[str, ...] = (f"LOOP_TRIPCOUNT min=0 max={count}",) if self.chance(0.2) else ()
        with self.inside(count):
            self.may_break = self.may_continue = True
            if self.chance(0.4):
                pragmas = (*pragmas, *self.pipeline_pragmas())
                self.pipelined, self.may_break = True, False
            self.scope.variables.append(Variable(name, INT, (), False))
            body = self.fill(self.random.randint(1, 3), depth - 1 if not self.pipelined else min(depth - 1, 1))
        if self.chance(0.6):  # a bound of its own, that the loop does not change
            limit = self.fresh("n")
            text = f"{{ const int {limit} = $0; for (int {name} = 0; {name} < {limit}; ++{name}) @0 }}"
        else:
            text = f"for (int {name} = 0; {name} < $0; ++{name}) @0"
        return Stmt(text, (bound,), (body,), pragmas, f"const int {name} = 0;")

    def while_loop(self, count: int, depth: int) -> Stmt:
        bound, test = self.index(count, 1), self.expr(BOOL, 1)
        self.serial += 1
        name = f"i{count}_{self.serial}"
        with self.inside(count):
            self.may_break = self.may_continue = True
            self.scope.variables.append(Variable(name, INT, (), False))
            pragmas: tuple[str, ...] = ()
            if self.chance(0.25):
                pragmas = self.pipeline_pragmas()
                self.pipelined, self.may_break = True, False
            body = self.fill(self.random.randint(1, 3), depth - 1 if not self.pipelined else min(depth - 1, 1))
        instead = f"const int {name} = 0;"
        if self.chance(0.6):
            self.use("while")
            condition = f"{name}-- > 0 && $1" if self.chance(0.7) else f"{name}-- > 0"
            exprs = (bound, test) if "$1" in condition else (bound,)
            return Stmt(f"{{ int {name} = $0; while ({condition}) @0 }}", exprs, (body,), pragmas, instead)
        self.use("do while")
        return Stmt(
            f"{{ int {name} = $0; do @0 while (--{name} > 0 && $1); }}",
            (bound, test), (body,), pragmas, instead,
        )  # fmt: skip

    def nest(self, depth: int) -> Stmt:
        """Loops in loops with nothing between them."""
        self.use("perfect nest")
        a, b = self.random.choice([2, 3, 4]), self.random.choice([2, 3, 4, 5])
        if self.turns * a * b > _MOST_TURNS:
            return self.assign()
        outer, name = self.header(a)
        with self.inside(a):
            if name:
                self.scope.variables.append(Variable(name, INT, (), False))
            inner = self.counted(b, depth, pipelined=True)
        if self.chance(0.5):
            flatten = self.random.choice(["LOOP_FLATTEN", "LOOP_FLATTEN off"])
            self.use(flatten)
            inner = replace(inner, pragmas=(*inner.pragmas, flatten))
        return Stmt(f"{outer} @0", (), ((inner,),), (), f"const int {name} = 0;" if name else "")

    def dependence_loop(self) -> Stmt:
        """A pipelined loop with a DEPENDENCE that is true."""
        extent = self.random.choice([8, 12, 16])
        if self.turns * extent > _MOST_TURNS:
            return self.assign()
        type, name = self.number_type(), self.fresh("d")
        self.serial += 1
        array = Variable(name, type, (extent,))
        loops, place = _loops((extent,))
        self.serial += 1
        counter = f"i{extent}_{self.serial}"
        ii = self.pipeline_pragmas()
        self.use("DEPENDENCE")
        with self.inside(extent):
            self.pipelined = True
            self.scope.variables.append(Variable(counter, INT, (), False))
            start = self.fill(self.random.randint(0, 2), 0)
            if self.chance(0.5):
                own = simple_index(array, (counter,))
                first, pragma = 0, f"DEPENDENCE variable={name} inter false"
            else:
                distance = self.random.randint(1, 4)
                own = simple_index(array, (f"{counter} - {distance}",))
                first, pragma = distance, f"DEPENDENCE variable={name} inter distance={distance} true"
            old = self.fresh("o")
            self.scope.variables.append(Variable(old, type, (), False))
            inside = (*start, Stmt(f"const {type.text} {old} = $0;", (own,)),
                      Stmt("$0 = $1;", (simple_index(array, (counter,)), self.expr(type, 2))))  # fmt: skip
        self.scope.variables.append(array)
        declare = f"{type.text} {name}[{extent}]; {loops}{name}{place} = {_plain_cast(type, 'k0 * 3 + 1')};"
        header = f"for (int {counter} = {first}; {counter} < {extent}; ++{counter})"
        return Stmt(f"{declare} {header} @0", (), (inside,), (*ii, pragma))

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
            and (parameter.decays or not v.shape or not v.name.startswith(("bus", "m")))  # those are pointers
        ]  # fmt: skip


def members(variable: Variable) -> list[Variable]:
    """The parts of a struct, or of an array of structs."""
    found = []
    for member, type, count in variable.type.fields:
        if count and variable.shape:
            continue  # an array in an array of structs is left alone
        if count:
            part = Variable(f"{variable.name}.{member}", type, (count,))
        else:
            part = Variable(variable.name, type, variable.shape, variable.writable, f".{member}")
        found.append(part)
    return found


def _loops(shape: tuple[int, ...]) -> tuple[str, str]:
    loops = "".join(f"for (int k{d} = 0; k{d} < {extent}; ++k{d}) " for d, extent in enumerate(shape))
    return loops, "".join(f"[k{d}]" for d in range(len(shape)))


def _nested(words: list[str], shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{{{', '.join(words)}}}"
    step = len(words) // shape[0]
    return "{" + ", ".join(_nested(words[at * step : (at + 1) * step], shape[1:]) for at in range(shape[0])) + "}"


def _plain_cast(type: Type, text: str) -> str:
    return f"({type.text})({text})" if type.kind == "native" else f"{type.text}({text})"


def _product(shape: tuple[int, ...]) -> int:
    total = 1
    for extent in shape:
        total *= extent
    return total
