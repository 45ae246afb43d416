"""A small typed netlist: expressions with widths, and the things a module is made of.

Widths are part of every expression and checked when it is made; signs belong to operators ("slt", "ashr", "mul"
with its `signs`). `verilog.py` prints it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hlsgen.core.errors import InternalError
from hlsgen.core.naming import RESERVED

# ---- expressions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lit:
    value: int
    width: int


@dataclass(frozen=True, slots=True)
class Net:
    """A named wire, register or port of the module."""

    name: str
    width: int


@dataclass(frozen=True, slots=True)
class Expr:
    """operator: add sub mul and or xor not neg shl lshr ashr mux slice concat sext zext, a compare (eq ne ult ule
    ugt uge slt sle sgt sge), udiv sdiv urem srem. lsb: of a slice. signs: of the factors of a product."""

    operator: str
    args: tuple[Value, ...]
    width: int
    lsb: int = 0
    signs: tuple[bool, bool] = (False, False)


Value = Lit | Net | Expr

TRUE, FALSE = Lit(1, 1), Lit(0, 1)
_LONGEST_CHAIN = 16


def land(*terms: Value) -> Value:
    """Conjunction of one-bit values, without the constants."""
    kept = list(dict.fromkeys(term for term in terms if term != TRUE))
    if FALSE in kept:
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Expr("and", tuple(kept), 1)


def lor(*terms: Value) -> Value:
    """Disjunction of one-bit values, without the constants."""
    kept = list(dict.fromkeys(term for term in terms if term != FALSE))
    if TRUE in kept:
        return TRUE
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Expr("or", tuple(kept), 1)


def lnot(term: Value) -> Value:
    if isinstance(term, Lit):
        return Lit(1 - term.value, 1)
    if isinstance(term, Expr) and term.operator == "not":
        return term.args[0]
    return Expr("not", (term,), 1)


def mux(condition: Value, one: Value, zero: Value) -> Value:
    if one.width != zero.width or condition.width != 1:
        raise InternalError(f"mux of widths {condition.width}, {one.width}, {zero.width}")
    if isinstance(condition, Lit):
        return one if condition.value else zero
    return one if one == zero else Expr("mux", (condition, one, zero), one.width)


def choose(options: list[tuple[Value, Value]]) -> Value:
    """The value of the first (condition, value) whose condition holds; the last is the default."""
    if len(options) > _LONGEST_CHAIN:  # a tree of chains, as deep as the logarithm
        first, rest = options[: len(options) // 2], options[len(options) // 2 :]
        return mux(lor(*(condition for condition, _ in first)), choose(first), choose(rest))
    value = options[-1][1]
    for condition, other in reversed(options[:-1]):
        value = mux(condition, other, value)
    return value


# ---- what a module holds --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Port:
    name: str
    width: int
    direction: str  # "input", "output"


@dataclass(frozen=True, slots=True)
class Wire:
    net: Net
    value: Value
    comment: str = ""
    attribute: str = ""  # for synthesis


@dataclass(frozen=True, slots=True)
class Register:
    """On the clock's rising edge: `reset` when the reset is active (None: no reset), else `value` when `enable`.

    With `clear`, that condition is the reset, and there is no other.
    """

    net: Net
    value: Value
    enable: Value = TRUE
    reset: int | None = None
    clear: Value = FALSE


@dataclass(frozen=True, slots=True)
class ReadPort:
    net: Net  # the registered output
    address: Value
    enable: Value


@dataclass(frozen=True, slots=True)
class WritePort:
    address: Value
    value: Value
    enable: Value


@dataclass(frozen=True, slots=True)
class MemoryCell:
    """Synchronous reads that see what was there before a write of the same edge. style: bram, lutram, uram."""

    name: str
    width: int
    depth: int
    style: str
    reads: tuple[ReadPort, ...]
    writes: tuple[WritePort, ...] = ()
    init: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """connections: port -> net or expression (inputs), net (outputs; None: not connected), in the order of printing."""

    module: str
    name: str
    connections: tuple[tuple[str, Value | None], ...]
    parameters: tuple[tuple[str, int], ...] = ()


@dataclass
class Module:
    """Under construction: the generators append, the printer reads."""

    name: str
    comment: str = ""
    ports: list[Port] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    declared: list[Net] = field(default_factory=list)  # driven by instances
    registers: list[Register] = field(default_factory=list)
    memories: list[MemoryCell] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    names: set[str] = field(default_factory=lambda: set(RESERVED))

    def port(self, name: str, width: int, direction: str) -> Net:
        if name in self.names:
            raise InternalError(f"module {self.name} has two things called {name!r}")
        self.names.add(name)
        self.ports.append(Port(name, width, direction))
        return Net(name, width)

    def unique(self, wanted: str) -> str:
        """`wanted` as an identifier, with a number behind it when it is taken."""
        name = wanted = re.sub(r"\W", "_", wanted)  # parts of what Clang returns have dots in their names
        number = 1
        while name in self.names:
            number += 1
            name = f"{wanted}_{number}"
        self.names.add(name)
        return name

    def wire(self, name: str, value: Value, comment: str = "", attribute: str = "") -> Net:
        net = Net(self.unique(name), value.width)
        self.wires.append(Wire(net, value, comment, attribute))
        return net

    def output(self, net: Net, value: Value) -> None:
        """Drive an output port or a declared net."""
        self.wires.append(Wire(net, value))

    def declare(self, name: str, width: int) -> Net:
        net = Net(self.unique(name), width)
        self.declared.append(net)
        return net

    def counter(self, name: str, width: int, up: Value, down: Value) -> Net:
        """Counts events `up` not yet matched by events `down`."""
        net, one = Net(self.unique(name), width), Lit(1, width)
        step = mux(up, Expr("add", (net, one), width), Expr("sub", (net, one), width))
        self.registers.append(Register(net, step, Expr("xor", (up, down), 1), reset=0))
        return net
