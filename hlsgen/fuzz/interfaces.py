"""The arguments of the top that are no streams, and the pragmas that give them their ports."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence

from .declarations import members
from .expressions import Variable
from .procedures import Procedures
from .program import Port
from .tree import Stmt
from .types import INT, Type, packet

_MASTER_OPTIONS = {
    "max_read_burst_length": (2, 4, 16, 64),
    "max_write_burst_length": (2, 4, 16, 64),
    "num_read_outstanding": (1, 2, 8),
    "num_write_outstanding": (1, 2, 8),
    "latency": (0, 5, 40),
    "max_widen_bitwidth": (64, 128),
}


class Interfaces(Procedures):
    seed: int

    def __init__(self, source: random.Random, features: Counter[str]) -> None:
        super().__init__(source, features)
        self.made: list[tuple[Port, str]] = []  # arguments, each with its text in the parameter list
        self.port_pragmas: list[str] = []
        self.written: list[tuple[Variable, str]] = []  # in every call, at the end; with a statement that follows
        self.bursts: list[tuple[str, Type, int, bool]] = []  # name, element, extent, whether it may be written

    def mode(self, name: str, modes: Sequence[str]) -> str:
        """Give an argument one of the modes, "" for the one that it has without a pragma."""
        mode = self.random.choice(modes)
        if mode == "s_axilite" and self.chance(0.3):
            mode += f" bundle=regs{self.random.randrange(2)}"
        if mode:
            self.use(f"{mode.split()[0]} {'array' if name[0] == 'm' else 'scalar'}")
            self.port_pragmas.append(f"INTERFACE {mode.split()[0]} port={name} {' '.join(mode.split()[1:])}".rstrip())
        return mode

    def arguments(self) -> Type | None:
        """Arguments that are no streams, into `made`; the type of the result."""
        for number in range(self.random.choice([1, 1, 2, 3])):
            chance = self.random.random()
            if chance < 0.3:
                self.scalar(f"n{number}")
            elif chance < 0.5:
                self.reference(f"r{number}")
            elif chance < 0.72:
                self.array(f"m{number}")
            else:
                self.master(f"bus{number}")
        result = self.number_type() if self.chance(0.3) else None
        if result is not None:
            self.use("return value")
        return result

    def argument_type(self) -> Type:
        if self.structs and self.chance(0.2):
            self.use("struct argument")
            return self.random.choice(self.structs)
        return self.number_type()

    def add(self, name: str, type: Type, shape: tuple[int, ...] = (), writable: bool = True) -> None:
        variable = Variable(name, type, shape, writable)
        self.scope.variables += members(variable) if type.kind == "struct" else [variable]

    def scalar(self, name: str) -> None:
        self.use("scalar argument")
        type = self.argument_type()
        self.made.append((Port(name, "value", "in", type, 1, "@[0]"), f"{type.text} {name}"))
        whole, stable = type.kind != "struct", self.chance(0.2)
        self.add(name, type, (), not stable)
        if whole and stable:
            self.use("STABLE")
            self.port_pragmas.append(f"STABLE variable={name}")
        self.mode(name, ("", "ap_none", "ap_vld", "ap_hs", "ap_ack", "s_axilite", "s_axilite") if whole else ("",))

    def reference(self, name: str) -> None:
        self.use("reference argument")
        type = self.argument_type()
        self.made.append((Port(name, "pointer", "inout", type, 1, "@[0]"), f"{type.text}& {name}"))
        self.add(name, type)
        if type.kind != "struct":
            mode = self.mode(name, ("", "ap_ovld", "ap_hs", "ap_ack", "s_axilite", "s_axilite"))
            flip = f" {name} ^= 1;" if type.kind == "native" else f" {name}[0] = !{name}[0];"
            # what it is set to may be what it is anyway, and only what is written has ap_ovld
            self.written.append((Variable(name, type), flip if mode == "ap_ovld" else ""))

    def array(self, name: str) -> None:
        self.use("array argument")
        type = self.argument_type()
        shape = (self.random.choice([2, 4, 8, 11, 16]),) if self.chance(0.75) else self.random.choice([(2, 4), (3, 4)])
        constant = self.chance(0.3)
        slots = "".join(f"[{extent}]" for extent in shape)
        inner = "".join(f"[{extent}]" for extent in shape[1:])
        cast = f"({type.text} (*){inner})@" if inner else "@"
        words = math.prod(shape)
        port = Port(name, "array", "in" if constant else "inout", type, words, cast)
        self.made.append((port, f"{'const ' if constant else ''}{type.text} {name}{slots}"))
        self.add(name, type, shape, not constant)
        if type.kind != "struct" and len(shape) == 1 and self.chance(0.3):
            self.mode(name, ("s_axilite",))
        elif self.chance(0.4):
            self.use("array argument with pragmas")
            self.port_pragmas += [p for p in self.array_pragmas(name, shape, type) if not p.startswith("BIND_STORAGE")]

    def master(self, name: str) -> None:
        """A pointer behind an AXI master."""
        self.use("m_axi")
        type, extent = self.argument_type(), self.random.choice([4, 8, 16, 16, 33, 64])
        constant, pointer = self.chance(0.3), self.chance(0.6)
        text = f"* {name}" if pointer else f" {name}[{extent}]"
        port = Port(name, "array", "in" if constant else "inout", type, extent, "@")
        self.made.append((port, f"{'const ' if constant else ''}{type.text}{text}"))
        self.add(name, type, (extent,), not constant)
        offset = self.random.choice(["slave", "slave", "direct"])
        words = [f"INTERFACE m_axi port={name} depth={extent} offset={offset} bundle=gmem{self.random.randrange(2)}"]
        for option, values in _MASTER_OPTIONS.items():
            if self.chance(0.15):
                self.use(option)
                words.append(f"{option}={self.random.choice(values)}")
        self.port_pragmas.append(" ".join(words))
        if type.kind != "struct":
            self.bursts.append((name, type, extent, not constant))

    def burst(self) -> Stmt:
        """Words one behind the other, from or to the memory behind an AXI master."""
        name, type, extent, writable = self.random.choice(self.bursts)
        self.use("burst")
        count = self.random.choice([n for n in (2, 4, 5, 8, 16, 33) if n <= extent])
        at = self.random.randint(0, extent - count)
        variable = (self.index(count + 1, 1), self.fresh("n")) if self.chance(0.3) else None
        pragmas = self.pipeline_pragmas() if self.chance(0.8) else ()
        counter = f"i{count}_{self.fresh('')}"
        limit = str(count) if variable is None else variable[1]
        target = Variable(self.fresh("a"), type, (count,))
        loop = f"for (int {counter} = 0; {counter} < {limit}; ++{counter}) @0"
        if variable is not None:
            self.use("burst of unknown length")
            loop = f"{{ const int {limit} = $0; {loop} }}"
        exprs = () if variable is None else (variable[0],)
        if writable and self.chance(0.5):
            with self.inside(count):
                self.pipelined = True
                self.scope.variables.append(Variable(counter, INT, (), False))
                self.scope.variables = [v for v in self.scope.variables if not v.name.startswith("bus")]
                value = self.expr(type, 2)
            return Stmt(loop, exprs, ((Stmt(f"{name}[{counter} + {at}] = $0;", (value,)),),), pragmas)
        self.scope.variables.append(target)
        declaration = f"{type.text} {target.name}[{count}];"
        if variable is None and type.kind == "native" and self.chance(0.3):
            self.use("memcpy")
            copy = f"memcpy({target.name}, {name} + {at}, {count} * sizeof({type.text}));"
            return Stmt(f"{declaration} {copy}")
        clear = f"for (int k0 = 0; k0 < {count}; ++k0) {target.name}[k0] = ({type.text})(0);"
        inside = Stmt(f"{target.name}[{counter}] = {name}[{counter} + {at}];")
        return Stmt(f"{declaration} {clear} {loop}", exprs, ((inside,),), pragmas)

    def control(self, may_run_free: bool) -> None:
        """How the top is started."""
        modes = ["ap_ctrl_chain", "ap_ctrl_hs", "ap_ctrl_hs", "s_axilite", "s_axilite", "", "", "", "", ""]
        mode = self.random.choice([*modes, "ap_ctrl_none"] if may_run_free else modes)
        if mode:
            self.use(mode if mode != "s_axilite" else "control by s_axilite")
            self.port_pragmas.append(f"INTERFACE {mode} port=return")

    def interface_pragmas(self, names: list[str], may_run_free: bool) -> tuple[str, ...]:
        on_axis = [name for name in names if self.chance(0.3)]
        self.control(may_run_free)
        fifos = self.fifo_pragmas([name for name in names if name not in on_axis])
        return (*(f"INTERFACE axis port={name}" for name in on_axis), *fifos, *self.port_pragmas)

    def fifo_pragmas(self, names: list[str]) -> tuple[str, ...]:
        """Some of the streams that no pragma speaks of, as ports of FIFOs outside. Its random numbers are its own."""
        source = random.Random(f"FIFOs of {self.seed}")
        found = tuple(f"INTERFACE ap_fifo port={name}" for name in names if source.random() < 0.15)
        if found:
            self.use("ap_fifo")
        return found

    def stream_type(self) -> Type:
        chance = self.random.random()
        if chance < 0.7:
            return self.number_type()
        if chance < 0.85 and self.structs:
            self.use("stream of structs")
            return self.random.choice(self.structs)
        self.use("stream of packets")
        return packet(self.random.choice([8, 16, 24, 32, 64]), self.chance(0.3), self.random.choice([0, 0, 3]))

    def locals(self) -> list[Stmt]:
        made = [self.declare() for _ in range(self.random.choice([0, 1, 1, 2]))]
        made += [self.declare_array() for _ in range(self.random.choice([0, 1, 1, 1, 2]))]
        made += [self.declare_object()] if self.classes and self.chance(0.6) else []
        made += [self.declare_static() for _ in range(self.random.choice([0, 0, 0, 1]))]
        return made
