"""The arguments of the top that are no streams, and the pragmas that give them their ports."""

from __future__ import annotations

from .expressions import Variable
from .procedures import Procedures
from .program import Port
from .tree import Stmt
from .types import Type, packet


class Interfaces(Procedures):
    def arguments(self) -> tuple[tuple[tuple[Port, str], ...], Type | None]:
        """Arguments that are no streams, each with its text in the parameter list, and the type of the result."""
        made = []
        for number in range(self.random.choice([1, 1, 2, 3])):
            type, chance = self.number_type(), self.random.random()
            if chance < 0.4:
                self.use("scalar argument")
                name = f"n{number}"
                made.append((Port(name, "value", "in", type, 1, "@[0]"), f"{type.text} {name}"))
                self.scope.variables.append(Variable(name, type))
            elif chance < 0.65:
                self.use("reference argument")
                name = f"r{number}"
                made.append((Port(name, "pointer", "inout", type, 1, "@[0]"), f"{type.text}& {name}"))
                self.scope.variables.append(Variable(name, type))
            else:
                self.use("array argument")
                name, extent = f"m{number}", self.random.choice([2, 4, 8, 11, 16])
                constant = self.chance(0.3)
                text = f"{'const ' if constant else ''}{type.text} {name}[{extent}]"
                made.append((Port(name, "array", "in" if constant else "inout", type, extent, "@"), text))
                self.scope.variables.append(Variable(name, type, (extent,), not constant))
        result = self.number_type() if self.chance(0.3) else None
        if result is not None:
            self.use("return value")
        return tuple(made), result

    def interface_pragmas(self, names: list[str]) -> tuple[str, ...]:
        pragmas = [f"INTERFACE axis port={name}" for name in names if self.chance(0.3)]
        if self.chance(0.3):
            pragmas.append("INTERFACE ap_ctrl_hs port=return")
        return tuple(pragmas)

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
        made += [self.declare_static() for _ in range(self.random.choice([0, 0, 0, 1]))]
        return made
