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

from .limbs import Tile, adder_tree, signed_tiles
from .target import Target

_FREE = frozenset((Kind.CONST, Kind.PHI, Kind.COPY, Kind.SLICE, Kind.CONCAT, Kind.ZEXT, Kind.SEXT))
_DIVISIONS = frozenset((Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM))
_EXTENSIONS = frozenset((Kind.ZEXT, Kind.SEXT))
_WIRING = frozenset((Kind.CONCAT, Kind.SLICE, *_EXTENSIONS))
_WIRING_DEPTH = 3  # as deep as a carry that comes in, or a segment of an adder, is wrapped
_DSP_SUM_BITS = 48
DSP_REGISTERS = 3  # in front of the multiplier, behind it, behind the adder
_MOST_TILES = 8  # of a multiplier for which products wait


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
        in_turn = function.products_in_turn & function.blocks.keys()
        self.in_turn = {id for label in in_turn for id in function.blocks[label].ops}
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
        tiles = self.tiles(op)
        waits = choice_ns > 0 or op.id in self.in_turn
        if not tiles or (len(tiles) > 1 and not (waits and self.turns(op))):
            return OperatorTiming(plain_ns)
        late_ns = target.clock_ns - target.delays.setup_ns
        tree = adder_tree(tiles, op.width, target.delays)
        sum_ns = tree.levels * tree.level_ns
        if self.sum_of_product(op) is not None:  # without the adder, which counts as the addition's time
            alone_ns = max(dsp.product_setup_ns, dsp.combinational_ns - dsp.post_add_ns)
            if alone_ns <= free_ns:
                return OperatorTiming(alone_ns)
            return OperatorTiming(0.0, 2, dsp.input_setup_ns, max(0.0, dsp.product_to_out_ns - dsp.post_add_ns))
        if plain_ns <= free_ns:
            return OperatorTiming(plain_ns)
        product_to_out_ns = dsp.product_to_out_ns + sum_ns
        if dsp.product_setup_ns + choice_ns <= free_ns and product_to_out_ns <= late_ns:
            return OperatorTiming(0.0, 1, dsp.product_setup_ns + choice_ns, product_to_out_ns)
        if product_to_out_ns <= late_ns:
            return OperatorTiming(0.0, 2, dsp.input_setup_ns + choice_ns, product_to_out_ns)
        if tree.levels < 2 or dsp.clock_to_out_ns + sum_ns <= late_ns:
            return OperatorTiming(0.0, 3, dsp.input_setup_ns + choice_ns, dsp.clock_to_out_ns + sum_ns)
        out_ns = target.delays.clk_to_q_ns + tree.level_ns
        return OperatorTiming(0.0, DSP_REGISTERS + tree.levels - 1, dsp.input_setup_ns + choice_ns, out_ns)

    def of_latency(self, op: Op, latency: int, plain_ns: float, choice_ns: float) -> OperatorTiming:
        """A product with as many registers as the user says."""
        dsp, clk_to_q_ns = self.target.delays.dsp, self.target.delays.clk_to_q_ns
        if not latency:
            return OperatorTiming(plain_ns)
        if not one_dsp(self.function, op, self.target):
            return OperatorTiming(0.0, latency, plain_ns if latency == 1 else choice_ns, clk_to_q_ns)
        in_ns = (dsp.product_setup_ns if latency == 1 else dsp.input_setup_ns) + choice_ns
        return OperatorTiming(0.0, latency, in_ns, dsp.product_to_out_ns if latency < 3 else dsp.clock_to_out_ns)

    def turns(self, op: Op) -> int:
        """Of a product that may take turns with others at a multiplier, the DSP blocks of that; else 0. Not one that
        uses the adder in its block, nor one by a constant that needs several: synthesis finds less for that."""
        if op.kind is not Kind.MUL or self.function.wish(op).impl:
            return 0
        tiles = self.tiles(op)
        if len(tiles) == 1:
            return int(self.sum_of_product(op) is None)
        wished = self.function.wish(op).latency_cycles is not None
        return 0 if wished or any(self.function.ops[arg].kind is Kind.CONST for arg in op.args) else len(tiles)

    def tiles(self, op: Op) -> list[Tile]:
        """The partial products of a product in DSP blocks: one, or some if an adder fits into a cycle; else none."""
        function, target = self.function, self.target
        if not uses_dsp(function, op, target):
            return []
        tiles = signed_tiles(factor_bits(function, op), op.width, target.delays)
        late_ns = target.clock_ns - target.delays.setup_ns
        from_ns = max(target.delays.dsp.clock_to_out_ns, target.delays.clk_to_q_ns)
        fast = len(tiles) == 1 or from_ns + adder_tree(tiles, op.width, target.delays).level_ns <= late_ns
        return tiles if len(tiles) <= _MOST_TILES and fast else []

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
        wished = self.function.wish(op).latency_cycles is not None or self.function.multipliers is not None
        if wished or op.id in self.in_turn:
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
