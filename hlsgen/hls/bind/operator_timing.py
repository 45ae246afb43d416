"""How long each operation takes: delay or latency, as hardware of a family and a clock.

A product that is too slow for the clock gets a latency: the registers inside the DSP block, which stand behind the
product in the Verilog and are absorbed by synthesis. Its adder comes for free: an addition to a product that nothing
else uses takes place there, if only a register lies between the two.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hlsgen.hls.cdfg.ir import Function, Kind, Op
from hlsgen.hls.schedule import Dependence

from .target import Target

_FREE = frozenset((Kind.CONST, Kind.PHI, Kind.COPY, Kind.SLICE, Kind.CONCAT, Kind.ZEXT, Kind.SEXT))
_DIVISIONS = frozenset((Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM))
_EXTENSIONS = frozenset((Kind.ZEXT, Kind.SEXT))
_WIRING = frozenset((Kind.CONCAT, Kind.SLICE, *_EXTENSIONS))
_WIRING_DEPTH = 3  # as deep as a carry that comes in, or a segment of an adder, is wrapped
_DSP_SUM_BITS = 48


@dataclass(frozen=True, slots=True)
class OperatorTiming:
    """delay_ns of a combinational operation; with a latency, what its first and its last cycle leave to others."""

    delay_ns: float = 0.0
    latency: int = 0
    in_delay_ns: float = 0.0
    out_delay_ns: float = 0.0


class OperatorTimes:
    """The timing of the pure operations of one function."""

    def __init__(self, function: Function, target: Target) -> None:
        self.function, self.target = function, target
        self.users: dict[int, list[Op]] = defaultdict(list)
        for op in function.ops.values():
            for arg in op.inputs():
                self.users[arg].append(op)

    def of(self, op: Op) -> OperatorTiming:
        if op.kind is Kind.MUL:
            return self.product(op)
        return OperatorTiming(self.delay_ns(op))

    def delay_ns(self, op: Op) -> float:
        """Without registers inside."""
        delays, ops = self.target.delays, self.function.ops
        if op.kind in _FREE:
            return 0.0
        match op.kind:
            case Kind.MUL:
                return product_ns(self.function, op, self.target)
            case Kind.ICMP:
                kind = "icmp_eq" if op.predicate in ("eq", "ne") else "icmp"
                return delays.delay_ns(kind, ops[op.args[0]].width)
            case Kind.XOR if self.merges_with_adder(op):
                return 0.0
            case Kind.ADD if self.product_of_sum(op) is not None:
                return delays.dsp.post_add_ns
            case kind if kind in _DIVISIONS:  # an array of subtractors
                return op.width * delays.delay_ns("sub", op.width)
            case _:
                return delays.delay_ns(op.kind.value, op.width)

    def product(self, op: Op, choice_ns: float = 0.0) -> OperatorTiming:
        """Of a multiplication, `choice_ns` after its operands."""
        target, dsp = self.target, self.target.delays.dsp
        free_ns = target.clock_ns - target.delays.clk_to_q_ns - target.delays.setup_ns
        plain_ns = product_ns(self.function, op, target) + choice_ns
        wished = self.function.wish(op).latency_cycles
        if wished is not None:
            return self.of_latency(op, wished, plain_ns, choice_ns)
        if not one_dsp(self.function, op, target):
            return OperatorTiming(plain_ns)
        late_ns = target.clock_ns - target.delays.setup_ns
        if self.sum_of_product(op) is not None:  # without the adder, which counts as the addition's time
            alone_ns = max(dsp.product_setup_ns, dsp.combinational_ns - dsp.post_add_ns)
            if alone_ns <= free_ns:
                return OperatorTiming(alone_ns)
            return OperatorTiming(0.0, 2, dsp.input_setup_ns, max(0.0, dsp.product_to_out_ns - dsp.post_add_ns))
        if plain_ns <= free_ns:
            return OperatorTiming(plain_ns)
        if dsp.product_setup_ns + choice_ns <= free_ns and dsp.product_to_out_ns <= late_ns:
            return OperatorTiming(0.0, 1, dsp.product_setup_ns + choice_ns, dsp.product_to_out_ns)
        if dsp.product_to_out_ns <= late_ns:
            return OperatorTiming(0.0, 2, dsp.input_setup_ns + choice_ns, dsp.product_to_out_ns)
        return OperatorTiming(0.0, 3, dsp.input_setup_ns + choice_ns, dsp.clock_to_out_ns)

    def of_latency(self, op: Op, latency: int, plain_ns: float, choice_ns: float) -> OperatorTiming:
        """A product with as many registers as the user says."""
        dsp, clk_to_q_ns = self.target.delays.dsp, self.target.delays.clk_to_q_ns
        if not latency:
            return OperatorTiming(plain_ns)
        if not one_dsp(self.function, op, self.target):
            return OperatorTiming(0.0, latency, plain_ns if latency == 1 else choice_ns, clk_to_q_ns)
        in_ns = (dsp.product_setup_ns if latency == 1 else dsp.input_setup_ns) + choice_ns
        return OperatorTiming(0.0, latency, in_ns, dsp.product_to_out_ns if latency < 3 else dsp.clock_to_out_ns)

    def lone_product(self, op: Op) -> bool:
        """A product with a DSP block of its own, whose adder it does not use, and that may take turns with others."""
        if op.kind is not Kind.MUL or self.function.wish(op).impl:
            return False
        return one_dsp(self.function, op, self.target) and self.sum_of_product(op) is None

    def merges_with_adder(self, op: Op) -> bool:
        """Inverters vanish in the table behind them; so does an inversion by one bit of what only adders use."""
        args = [self.function.ops[arg] for arg in op.args]
        if any(arg.kind is Kind.CONST for arg in args):
            return True
        one_bit = any(arg.kind is Kind.SEXT and self.function.ops[arg.args[0]].width == 1 for arg in args)
        return one_bit and all(self.adds(user, _WIRING_DEPTH) for user in self.users[op.id])

    def adds(self, op: Op, depth: int) -> bool:
        if op.kind in _WIRING and depth:
            return all(self.adds(user, depth - 1) for user in self.users[op.id])
        return op.kind is Kind.ADD

    def together(self, block: set[int]) -> list[Dependence]:
        """Products of a block stay next to their sums: one register between them, else it is not one DSP block."""
        found = []
        for id in block:
            product = self.product_of_sum(self.function.ops[id])
            if product is not None and product.id in block:
                gap = -max(1, self.product(product).latency)
                found.append(Dependence(id, product.id, gap=gap, data=False))
        return found

    def product_of_sum(self, op: Op) -> Op | None:
        """The product whose DSP block does the addition `op`."""
        if op.kind is Kind.ADD and op.width <= _DSP_SUM_BITS:
            for arg in map(self.function.ops.__getitem__, op.args):
                inner = self.function.ops[arg.args[0]] if arg.kind in _EXTENSIONS else arg
                if inner.kind is Kind.MUL and self.sum_of_product(inner) is op:
                    return inner if one_dsp(self.function, inner, self.target) else None
        return None

    def sum_of_product(self, op: Op) -> Op | None:
        """The only use of a product, when it is an addition (of its extension)."""
        users = self.users[op.id]
        if self.function.wish(op).latency_cycles is not None or self.function.multipliers is not None:
            return None
        if len(users) == 1 and users[0].kind in _EXTENSIONS:
            users = self.users[users[0].id]
        only = users[0] if len(users) == 1 else None
        return only if only is not None and only.kind is Kind.ADD and only.width <= _DSP_SUM_BITS else None


def factor_bits(function: Function, op: Op) -> tuple[int, int]:
    """Widths of the factors of a product as signed numbers."""
    widths = (function.ops[arg].width for arg in op.args)
    a, b = (
        min(width, op.width) + (not sign and width < op.width) for width, sign in zip(widths, op.signs, strict=True)
    )
    return a, b


def one_dsp(function: Function, op: Op, target: Target) -> bool:
    """Whether synthesis makes one DSP block of the product."""
    return uses_dsp(function, op, target) and target.delays.one_dsp(*factor_bits(function, op))


def uses_dsp(function: Function, op: Op, target: Target) -> bool:
    """Whether synthesis takes DSP blocks: as the user says, else by size."""
    impl = function.wish(op).impl
    a, b = (min(function.ops[arg].width, op.width) for arg in op.args)
    return impl == "dsp" if impl else target.delays.uses_dsp(a, b)


def product_ns(function: Function, op: Op, target: Target) -> float:
    """Delay of a product without registers."""
    delays = target.delays
    a, b = (min(function.ops[arg].width, op.width) for arg in op.args)
    if not uses_dsp(function, op, target):
        return delays.delay_ns("mul_lut", a, b)
    if not delays.uses_dsp(a, b):  # small, but the user wants it so
        return delays.dsp.combinational_ns
    if a == b == op.width and not delays.one_dsp(a, b):
        return delays.delay_ns("mul_low", a)
    return delays.delay_ns("mul", *factor_bits(function, op))
