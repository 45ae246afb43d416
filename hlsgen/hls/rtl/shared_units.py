"""A multiplier that several products share: the operands of whose turn it is, one product, the registers of a DSP."""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.bind.scheduled import SharedUnit

from .netlist import Expr, Lit, Module, Net, Register, Value, choose, lor


@dataclass(frozen=True, slots=True)
class Turn:
    """One user. present: its token is where the product begins; moves: the token leaves that stage, and each of the
    following ones in which the unit has a register."""

    present: Value
    factors: tuple[Value, Value]
    signs: tuple[bool, bool]
    moves: tuple[Value, ...]


def declare_unit(module: Module, unit: SharedUnit, number: int) -> Net:
    """The complete signed product, driven by `drive_unit`."""
    return module.declare(f"product{number}", sum(unit.widths))


def drive_unit(module: Module, unit: SharedUnit, result: Net, turns: list[Turn]) -> None:
    """What `result` is. turns: of the users, in the unit's order."""
    factors: list[Value] = []
    for side in (0, 1):
        options = []
        for turn, swapped in zip(turns, unit.swapped, strict=True):
            number = side ^ swapped
            options.append((turn.present, _signed(turn.factors[number], turn.signs[number], unit.widths[side])))
        factors.append(module.wire(f"{result.name}_{'ab'[side]}", choose(options)))
    stage = 0

    def register(value: Value, name: str) -> Net:
        nonlocal stage
        net = Net(module.unique(name), value.width)
        module.registers.append(Register(net, value, lor(*(turn.moves[stage] for turn in turns))))
        return net

    if unit.latency > 1:
        factors = [register(value, f"{result.name}_{side}_r1") for value, side in zip(factors, "ab", strict=True)]
        stage = 1
    value: Value = Expr("mul", (factors[0], factors[1]), result.width, signs=(True, True))
    while stage < unit.latency:
        value = register(module.wire(f"{result.name}_m{stage}", value), f"{result.name}_r{stage + 1}")
        stage += 1
    module.output(result, value)


def part_of(result: Net, width: int) -> Value:
    """The product of one user."""
    if width == result.width:
        return result
    return Expr("slice", (result,), width) if width < result.width else Expr("sext", (result,), width)


def _signed(value: Value, sign: bool, width: int) -> Value:
    if isinstance(value, Lit):
        number = value.value - (1 << value.width) if sign and value.value >> (value.width - 1) else value.value
        return Lit(number & ((1 << width) - 1), width)
    if value.width >= width:
        return value if value.width == width else Expr("slice", (value,), width)
    return Expr("sext" if sign else "zext", (value,), width)
