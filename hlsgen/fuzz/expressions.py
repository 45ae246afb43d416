"""Random expressions, defined for all values of what they are made of.

Native arithmetic that could overflow goes through unsigned types, amounts of shifts and indices are masked, divisors
are odd. Integers and fixed-point numbers of the headers are exact, and are fitted where they are assigned.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from .tree import Expr
from .types import BOOL, INT, Type, ap, literal, native, random_ap, random_fixed, random_native, sum_type

_COMPARES = ("==", "!=", "<", "<=", ">", ">=")
_WIDEST_PRODUCT = 256  # bits of an intermediate result
_WIDEST_DIVISION = 13  # bits; a divider is an array of subtractors in one cycle


@dataclass(frozen=True, slots=True)
class Variable:
    """Something with a value: a scalar, an array of `shape`, or (by `member`) a part of such structs. is_pointer: an
    array that came as one."""

    name: str
    type: Type
    shape: tuple[int, ...] = ()
    writable: bool = True
    member: str = ""
    is_pointer: bool = False


@dataclass(frozen=True, slots=True)
class Callee:
    """A function or lambda that returns a number. `text` is the call with `$0`... for its arguments."""

    text: str
    result: Type
    arguments: tuple[Type, ...]


@dataclass(slots=True)
class Scope:
    """What can be named at a place."""

    variables: list[Variable] = field(default_factory=list)
    callees: list[Callee] = field(default_factory=list)
    wholes: list[Variable] = field(default_factory=list)  # structs and packets
    objects: list[Variable] = field(default_factory=list)  # with a method; the type is that of its argument
    vectors: list[Variable] = field(default_factory=list)

    def inner(self) -> Scope:
        lists = (self.variables, self.callees, self.wholes, self.objects, self.vectors)
        return Scope(*map(list, lists))  # type: ignore[arg-type]


class Expressions:
    """Makes expressions from the variables in `scope`; counts in `features` what it used."""

    def __init__(self, source: random.Random, features: Counter[str]) -> None:
        self.random, self.features = source, features
        self.scope = Scope()
        # Few types in a program: every pair of them is another instance of the headers' templates.
        self.integers = [random_ap(source) for _ in range(source.choice([1, 2, 2, 3]))]
        self.fixeds = [random_fixed(source) for _ in range(source.choice([0, 0, 1, 1, 2]))]
        self.natives = [random_native(source) for _ in range(source.choice([1, 2, 3]))]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def use(self, *features: str) -> None:
        self.features.update(features)

    # ---- types

    def ap_type(self, most: int = 4096) -> Type:
        near = [type for type in self.integers if type.bits <= most]
        return self.random.choice(near) if near and self.chance(0.93) else random_ap(self.random, min(most, 200))

    def native_type(self) -> Type:
        return self.random.choice(self.natives) if self.chance(0.9) else random_native(self.random)

    def fixed_type(self) -> Type:
        return self.random.choice(self.fixeds)

    def number_type(self) -> Type:
        chance = self.random.random()
        if chance < 0.25 and self.fixeds:
            return self.fixed_type()
        return self.native_type() if chance < 0.6 else self.ap_type()

    # ---- leaves

    def constant(self, type: Type) -> Expr:
        top = 1 << type.bits
        some = (0, 1, 2, 3, 5, top - 1, top // 2 - 1, top // 2, self.random.getrandbits(type.bits))
        return Expr(literal(type, self.random.choice(some)), type)

    def number(self, type: Type, value: int) -> Expr:
        return Expr(literal(type, value), type)

    def place(self, variable: Variable, depth: int = 0) -> Expr:
        """A variable, or an element of it at indices in range."""
        if not variable.shape:
            return Expr(variable.name + variable.member, variable.type)
        indices = tuple(self.index(extent, depth) for extent in variable.shape)
        slots = "".join(f"[${number}]" for number in range(len(indices)))
        self.use(f"array of {len(indices)} dimensions")
        return Expr(f"{variable.name}{slots}{variable.member}", variable.type, indices)

    def index(self, extent: int, depth: int = 0) -> Expr:
        """0 to extent - 1; the last is as likely as the first."""
        if extent == 1 or self.chance(0.15):
            return self.number(INT, self.random.randrange(extent))
        counters = [v for v in self.scope.variables if v.name.startswith(f"i{extent}_")]
        if counters and self.chance(0.6):
            return Expr(self.random.choice(counters).name, INT)
        bits = extent.bit_length() - 1
        offset = self.random.choice([0, extent - (1 << bits)])
        shift = f" + {offset}" if offset else ""
        inner = self.any(depth - 1)
        if inner.type.kind == "ap" and inner.type.bits <= 64 and self.chance(0.3):
            return Expr(f"int(ap_uint<{max(bits, 1)}>($0){shift})" if bits else f"{offset}", INT, (inner,))
        return Expr(f"int((((unsigned)($0)) & {(1 << bits) - 1}){shift})", INT, (inner,))

    def any(self, depth: int = 0) -> Expr:
        """Any number."""
        if depth > 0:
            return self.expr(self.number_type(), depth)
        near = [variable for variable in self.scope.variables if depth > -2 or not variable.shape]
        return self.place(self.random.choice(near), depth) if near else self.constant(self.number_type())

    def leaf(self, type: Type) -> Expr:
        same = [variable for variable in self.scope.variables if variable.type == type]
        if same and self.chance(0.7):
            return self.place(self.random.choice(same))
        if self.chance(0.25) or not self.scope.variables:
            return self.constant(type)
        return self.cast(self.any(), type)

    def cast(self, value: Expr, type: Type) -> Expr:
        if value.type == type:
            return value
        if type.is_bool:
            return Expr("($0 != 0)", type, (value,))
        if type.kind == "native":
            return Expr(f"(({type.text})($0))", type, (value,))  # bracketed: `(T(U(x))) - y` is a cast of `-y`
        return Expr(f"{type.text}($0)", type, (value,))

    # ---- by type

    def expr(self, type: Type, depth: int) -> Expr:
        if type.kind == "struct":
            raise ValueError("no expression is a struct")
        if depth <= 0 or self.chance(0.12):
            return self.leaf(type)
        if self.chance(0.08):
            self.use("?:")
            return Expr("($0 ? $1 : $2)", type, (self.expr(BOOL, depth - 1), *self.pair(type, depth)))
        if self.chance(0.12) and self.scope.callees:
            callee = self.random.choice(self.scope.callees)
            arguments = tuple(self.expr(argument, depth - 2) for argument in callee.arguments)
            self.use("call in an expression")
            return self.cast(Expr(callee.text, callee.result, arguments), type)
        if self.chance(0.1):
            return self.cast(self.expr(self.number_type(), depth - 1), type)
        if type.is_bool:
            return self.condition(depth)
        return {"native": self.native, "ap": self.integer, "fixed": self.fixed}[type.kind](type, depth)

    def pair(self, type: Type, depth: int) -> tuple[Expr, Expr]:
        return self.expr(type, depth - 1), self.expr(type, depth - 1)

    def condition(self, depth: int) -> Expr:
        chance = self.random.random()
        if chance < 0.55:
            a = self.any(depth - 1)
            b = self.constant(a.type) if self.chance(0.35) else self.any(depth - 1)
            if a.type.kind == b.type.kind == "native" and a.type.signed != b.type.signed and self.chance(0.5):
                b = self.cast(b, a.type)
            return Expr(f"($0 {self.random.choice(_COMPARES)} $1)", BOOL, (a, b))
        if chance < 0.8:
            self.use("logical operators")
            if self.chance(0.25):
                return Expr("(!$0)", BOOL, (self.expr(BOOL, depth - 1),))
            return Expr(f"($0 {self.random.choice(['&&', '||'])} $1)", BOOL, self.pair(BOOL, depth))
        value = self.expr(self.ap_type(64), depth - 1)
        if chance < 0.9:
            self.use("reduction")
            reduce = self.random.choice(["and", "or", "xor", "nand", "nor", "xnor"])
            return Expr(f"$0.{reduce}_reduce()", BOOL, (value,))
        self.use("bit")
        return Expr("bool($0[$1])", BOOL, (value, self.index(value.type.bits, depth - 1)))

    def native(self, type: Type, depth: int) -> Expr:
        wide = "unsigned long long" if type.bits == 64 else "unsigned"
        a, b = self.pair(type, depth)
        chance, text = self.random.random(), type.text
        if chance < 0.4:
            op = self.random.choice(["+", "-", "*", "&", "|", "^"])
            return Expr(f"({text})(({wide})$0 {op} ({wide})$1)", type, (a, b))
        if chance < 0.52:  # cannot overflow; Clang knows
            self.use("signed arithmetic")
            small = self.random.choice([native(name) for name in ("signed char", "short", "unsigned char", "bool")])
            op = self.random.choice(["+", "-", "*"])
            return self.cast(Expr(f"($0 {op} $1)", INT, self.pair(small, depth)), type)
        if chance < 0.7:
            amount = self.shift_amount(type.bits, depth)
            if self.chance(0.5):
                return Expr(f"({text})(({wide})$0 << $1)", type, (a, amount))
            return Expr(f"({text})($0 >> $1)", type, (a, amount))
        if chance < 0.74:
            self.use("division")
            narrow = self.random.choice([native(name) for name in ("signed char", "unsigned char", "short")])
            x, y = self.pair(narrow, depth)
            if self.chance(0.5):
                y = self.number(narrow, self.random.choice([1, 2, 3, 5, 7, 10, 16, 100, (1 << narrow.bits) - 3]))
            op = self.random.choice(["/", "%"])
            return self.cast(Expr(f"($0 {op} ($1 | 1))", INT, (x, y)), type)
        if chance < 0.9:
            self.use("minimum or maximum")
            return Expr(f"({text})($0 {self.random.choice(['<', '>'])} $1 ? $0 : $1)", type, (a, b))
        if chance < 0.95:
            return Expr(f"({text})(~$0)", type, (a,))
        return Expr(f"({text})(0 - ({wide})$0)", type, (a,))

    def shift_amount(self, bits: int, depth: int) -> Expr:
        if self.chance(0.5):
            return self.number(INT, self.random.randrange(bits))
        return self.index(bits, depth - 1)

    def integer(self, type: Type, depth: int) -> Expr:
        """A number of the headers in type `type`."""
        text = type.text
        a = self.operand(depth)
        chance = self.random.random()
        if chance < 0.42:
            b, op = self.operand(depth), self.random.choice("+-*&|^+-")
            if a.type.bits + b.type.bits > _WIDEST_PRODUCT and op == "*":
                op = "+"
            if self.chance(0.3):
                c = self.operand(depth)
                return Expr(f"{text}($0 {op} $1 {self.random.choice('+-^')} $2)", type, (a, b, c))
            return Expr(f"{text}($0 {op} $1)", type, (a, b))
        if chance < 0.56:
            self.use("shift of ap_int")
            if self.chance(0.4):
                amount = self.number(INT, self.random.choice([0, 1, 2, 5, a.type.bits - 1, a.type.bits, -1]))
            else:
                amount = self.expr(self.ap_type(6), depth - 2)
            return Expr(f"{text}($0 {self.random.choice(['<<', '>>'])} $1)", type, (a, amount))
        if chance < 0.585:
            self.use("division of ap_int")
            small = self.ap_type(_WIDEST_DIVISION)
            x, y = self.pair(small, depth)
            return Expr(f"{text}($0 {self.random.choice('/%')} {small.text}($1 | 1))", type, (x, y))
        if chance < 0.7:
            self.use("unary of ap_int")
            return Expr(f"{text}({self.random.choice('-~')}$0)", type, (a,))
        if chance < 0.8:
            self.use("range")
            return self.range_of(type, a, depth)
        if chance < 0.88:
            self.use("concatenation")
            b = self.operand(depth)
            return Expr(f"{text}(($0, $1))", type, (a, b))
        if chance < 0.92:
            self.use("leading zeros")
            return Expr(f"{text}($0.countLeadingZeros())", type, (a,))
        if chance < 0.96:
            self.use("rotation")
            bits = a.type.bits
            by = self.random.randint(0, bits - 1)
            plain = ap(bits, False).text
            return Expr(f"{text}({plain}($0) << {by} | {plain}($0) >> {bits - by})", type, (a,))
        self.use("minimum or maximum")
        x, y = self.pair(type, depth)
        return Expr(f"($0 {self.random.choice('<>')} $1 ? $0 : $1)", type, (x, y))

    def operand(self, depth: int) -> Expr:
        """A number of the headers, or what arithmetic on it gives before it is fitted."""
        value = self.expr(self.ap_type(), depth - 1)
        if depth > 1 and value.type.bits < 100 and self.chance(0.15):
            other = self.expr(self.ap_type(64), depth - 2)
            return Expr("($0 + $1)", sum_type(value.type, other.type), (value, other))
        return value

    def range_of(self, type: Type, value: Expr, depth: int) -> Expr:
        bits = value.type.bits
        if value.text.startswith("("):  # the result of `+` is of no type that can be named: give it one
            value = Expr(f"{value.type.text}($0)", value.type, (value,))
        if self.chance(0.7):
            low = self.random.randrange(bits)
            high = self.random.randrange(low, bits)
            if self.chance(0.1):
                low, high = high, low
                self.use("range reversed")
            return Expr(f"{type.text}($0.range({high}, {low}))", type, (value,))
        self.use("range at run time")
        length = self.random.randint(1, bits)
        low_at = self.index(bits - length + 1, depth - 2)
        return Expr(f"{type.text}($0.range($1 + {length - 1}, $1))", type, (value, low_at))

    def fixed(self, type: Type, depth: int) -> Expr:
        text = type.text
        self.use(*text[text.index("<") + 1 : -1].split(", ")[2:])
        a = self.fixed_operand(depth)
        chance = self.random.random()
        if chance < 0.65:
            b = self.fixed_operand(depth) if self.chance(0.7) else self.expr(self.ap_type(20), depth - 1)
            if self.chance(0.25):
                c = self.fixed_operand(depth)
                return Expr(f"{text}($0 * $1 {self.random.choice('+-')} $2)", type, (a, b, c))
            return Expr(f"{text}($0 {self.random.choice('+-**')} $1)", type, (a, b))
        if chance < 0.75:
            by = self.random.choice([0, 1, 2, 5, 7])
            return Expr(f"{text}($0 {self.random.choice(['<<', '>>'])} {by})", type, (a,))
        if chance < 0.8:
            self.use("division of ap_fixed")
            divisor = self.expr(ap(self.random.choice([3, 5, 8]), self.chance(0.5)), depth - 1)
            return Expr(f"{text}($0 / {divisor.type.text}($1 | 1))", type, (a, divisor))
        if chance < 0.9:
            return Expr(f"{text}(-$0)", type, (a,))
        return self.cast(a, type)

    def fixed_operand(self, depth: int) -> Expr:
        return self.expr(self.fixed_type(), depth - 1)


def simple_index(variable: Variable, names: tuple[str, ...]) -> Expr:
    """The element of an array at counters by name."""
    return Expr(variable.name + "".join(f"[{name}]" for name in names) + variable.member, variable.type)
