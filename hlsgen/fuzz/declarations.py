"""Random declarations: numbers, structs, arrays, tables, and the pragmas on arrays."""

from __future__ import annotations

import random
from collections import Counter

from .channels import Channel, Procedure
from .expressions import Expressions, Variable
from .tree import Stmt
from .types import Type, struct

_EXTENTS = (1, 2, 3, 4, 4, 5, 8, 8, 8, 11, 16)


class Declarations(Expressions):
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
            loops, place = loops_over(shape)
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
            loops, place = loops_over(shape)
            ramp = " + ".join(f"k{d} * {self.random.randint(1, 9)}" for d in range(len(shape)))
            text = f"{type.text} {name}{slots}; {loops}{name}{place} = {plain_cast(type, ramp)};"
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


def loops_over(shape: tuple[int, ...]) -> tuple[str, str]:
    loops = "".join(f"for (int k{d} = 0; k{d} < {extent}; ++k{d}) " for d, extent in enumerate(shape))
    return loops, "".join(f"[k{d}]" for d in range(len(shape)))


def _nested(words: list[str], shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{{{', '.join(words)}}}"
    step = len(words) // shape[0]
    return "{" + ", ".join(_nested(words[at * step : (at + 1) * step], shape[1:]) for at in range(shape[0])) + "}"


def plain_cast(type: Type, text: str) -> str:
    return f"({type.text})({text})" if type.kind == "native" else f"{type.text}({text})"


def _product(shape: tuple[int, ...]) -> int:
    total = 1
    for extent in shape:
        total *= extent
    return total
