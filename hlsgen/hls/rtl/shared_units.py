"""A multiplier that several products share: the operands of whose turn it is, one product or several of their limbs,
the registers of a DSP, the sum."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.bind.limbs import Tile, place
from hlsgen.hls.bind.operator_timing import DSP_REGISTERS
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
    """The signed product, as far as a user needs it, driven by `drive_unit`."""
    return module.declare(f"product{number}", unit.result_bits)


def drive_unit(module: Module, unit: SharedUnit, result: Net, turns: list[Turn]) -> None:
    """What `result` is. turns: of the users, in the unit's order."""

    def register(value: Value, stage: int, name: str) -> Net:
        net = Net(module.unique(f"{result.name}{name}_r{stage + 1}"), value.width)
        module.registers.append(Register(net, value, lor(*(turn.moves[stage] for turn in turns))))
        return net

    factors: list[Value] = []
    for side in (0, 1):
        options = []
        for turn, swapped in zip(turns, unit.swapped, strict=True):
            number = side ^ swapped
            options.append((turn.present, _signed(turn.factors[number], turn.signs[number], unit.widths[side])))
        factors.append(module.wire(f"{result.name}_{'ab'[side]}", choose(options)))
    first = int(unit.latency > 1)
    if first:
        factors = [register(value, 0, f"_{side}") for value, side in zip(factors, "ab", strict=True)]
    if len(unit.tiles) == 1 or not unit.latency:
        value: Value = Expr("mul", (factors[0], factors[1]), result.width, signs=(True, True))
        for stage in range(first, unit.latency):
            value = register(module.wire(f"{result.name}_m{stage}", value), stage, "")
        module.output(result, value)
        return
    products: list[Value] = []
    for number, tile in enumerate(unit.tiles):
        value = _part(factors, tile)
        for stage in range(first, min(unit.latency, DSP_REGISTERS)):
            value = register(module.wire(f"{result.name}_t{number}_m{stage}", value), stage, f"_t{number}")
        products.append(value)
    terms = [
        _Term(product, place(tile), tile[0].signed or tile[1].signed)
        for tile, product in zip(unit.tiles, products, strict=True)
    ]
    if terms[1].at == terms[0].value.width:
        terms[:2] = [_sum(module, result, terms[0], terms[1])]
    stage = DSP_REGISTERS
    while len(terms) > 1:
        pairs = [_sum(module, result, low, high) for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[2 * len(pairs) :]
        if stage < unit.latency:
            terms = [replace(term, value=register(term.value, stage, "_s")) for term in terms]
            stage += 1
    module.output(result, _fit(terms[0].value, result.width, sign=terms[0].signed))


def _part(factors: list[Value], tile: Tile) -> Value:
    """A partial product, complete."""
    args = tuple(
        factor if limb.width == factor.width else Expr("slice", (factor,), limb.width, lsb=limb.lsb)
        for factor, limb in zip(factors, tile, strict=True)
    )
    return Expr("mul", args, tile[0].width + tile[1].width, signs=(tile[0].signed, tile[1].signed))


@dataclass(frozen=True, slots=True)
class _Term:
    """A summand in its place; signed: its highest bit goes on above it."""

    value: Value
    at: int
    signed: bool


def _sum(module: Module, result: Net, low: _Term, high: _Term) -> _Term:
    """`low` begins no higher than `high` does. Bits above the result are dropped."""
    distance = high.at - low.at
    value = low.value
    if value.width <= distance:
        value = module.wire(f"{result.name}_w", _fit(value, distance + low.signed, sign=low.signed))
    limit, signed = result.width - high.at, low.signed or high.signed
    upper = high.value
    if value.width > distance:
        above = Expr("slice", (value,), value.width - distance, lsb=distance)
        terms = (above, low.signed), (high.value, high.signed)
        room = min(limit, max(term.width + (signed and not sign) for term, sign in terms) + 1)
        upper = Expr("add", tuple(_fit(term, room, sign=sign) for term, sign in terms), room)
    upper = _fit(upper, min(upper.width, limit), sign=False)
    parts = (upper, _fit(value, distance, sign=False)) if distance else (upper,)
    whole = Expr("concat", parts, upper.width + distance) if distance else upper
    return _Term(module.wire(f"{result.name}_s", whole), low.at, signed)


def part_of(result: Net, width: int) -> Value:
    """The product of one user."""
    return _fit(result, width, sign=True)


def _fit(value: Value, width: int, *, sign: bool) -> Value:
    """The value in so many bits."""
    if width == value.width:
        return value
    if width < value.width:
        inner = isinstance(value, Expr) and value.operator == "slice"  # Verilog has no slices of slices
        return replace(value, width=width) if inner else Expr("slice", (value,), width)
    return Expr("sext" if sign else "zext", (value,), width)


def _signed(value: Value, sign: bool, width: int) -> Value:
    if isinstance(value, Lit):
        number = value.value - (1 << value.width) if sign and value.value >> (value.width - 1) else value.value
        return Lit(number & ((1 << width) - 1), width)
    return _fit(value, width, sign=sign)
