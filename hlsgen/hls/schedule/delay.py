"""Delays of operators: measured figures read from `boards/<family>/delay.json`, and a unit table for tests.

Every figure covers the operator's cells and the routing to its inputs, so figures add up along a chain. Routing is an
allowance (`net_factor` times 0.3 ns for each hop), see the file. `hlsgen.synth.characterise` writes the files.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ...core.errors import InternalError, UserError
from ...core.paths import data_dir

_Curve = tuple[tuple[int, float], ...]  # (size, ns), sizes rising


@dataclass(frozen=True, slots=True)
class MemoryTiming:
    """One memory kind: what goes into `in_delay_ns` and `out_delay_ns` of its reads and writes.

    A BRAM registers its address; lutram and rom are read before the register that makes their latency 1, so their
    setup contains the read and grows with the depth.
    """

    address_setup_ns: float
    data_setup_ns: float
    clock_to_out_ns: float
    clock_to_out_registered_ns: float


@dataclass(frozen=True, slots=True)
class DspTiming:
    """One DSP multiplier. Setups include the routing to its inputs; "product" is the register behind the multiplier.

    combinational: input to output without registers. product_setup: input to the product register.
    product_to_out: from there to the output. input_to_out: from input registers to the output. out_setup: input to
    the output register. clock_to_out: output register. post_add: what the adder behind the multiplier adds to.
    """

    combinational_ns: float
    input_setup_ns: float
    product_setup_ns: float
    product_to_out_ns: float
    input_to_out_ns: float
    out_setup_ns: float
    clock_to_out_ns: float
    post_add_ns: float


@dataclass(frozen=True, slots=True)
class DelayTable:
    """Delays of one family. Read with `load`, or `unit` for tests."""

    family: str
    clk_to_q_ns: float
    setup_ns: float
    net_factor: float
    dsp: DspTiming
    free: frozenset[str]
    least_operand_bits: int
    least_result_bits: int
    large_port_bits: int  # of a DSP multiplier's inputs, as signed numbers
    small_port_bits: int
    curves: Mapping[str, _Curve] = field(repr=False)
    products: tuple[tuple[int, int, float], ...] = field(repr=False)  # (bits, bits, ns) in DSP blocks
    bram: MemoryTiming
    lutram_read: _Curve = field(repr=False)  # by depth
    lutram_data_setup_ns: float
    rom_read: _Curve = field(repr=False)  # by depth

    @classmethod
    def load(cls, family: str) -> DelayTable:
        """The table of `boards/<family>/delay.json`. `UserError` if there is none."""
        folder = data_dir("boards")
        path = folder / family / "delay.json"
        if not family.isidentifier() or not path.is_file():
            known = ", ".join(sorted(p.parent.name for p in folder.glob("*/delay.json")))
            raise UserError(
                f"no delay table for the device family {family!r}",
                do=f"use one of {known}, or measure it with python -m hlsgen.synth.characterise",
            )
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def from_json(cls, content: dict) -> DelayTable:
        """The table that a `delay.json` describes."""
        hop_ns = content["net"]["hop_ns"] * content["net"]["factor"]

        def ns(point: dict) -> float:
            return point["cell_ns"] + hop_ns * point["hops"]

        def curve(points: list[dict], size: str) -> _Curve:
            return tuple(sorted((p[size], ns(p)) for p in points))

        operators = content["operators"]
        curves = {
            kind: curve(entry["points"], "ways" if "ways" in entry["points"][0] else "width_bits")
            for kind, entry in operators.items()
            if kind != "mul"
        }
        products = tuple((p["width_bits"], p["width2_bits"], ns(p)) for p in operators["mul"]["points"])
        memory = content["memory"]
        bram = memory["bram"]
        into_dsp = {"combinational_ns", "input_setup_ns", "product_setup_ns", "out_setup_ns", "post_add_ns"}
        dsp = {key: value for key, value in content["dsp"].items() if key != "source"}
        return cls(
            family=content["family"],
            clk_to_q_ns=content["register"]["clk_to_q_ns"],
            setup_ns=content["register"]["setup_ns"],
            net_factor=content["net"]["factor"],
            dsp=DspTiming(**{key: value + hop_ns * (key in into_dsp) for key, value in dsp.items()}),
            free=frozenset(content["free"]["kinds"]),
            least_operand_bits=content["dsp_rule"]["least_operand_bits"],
            least_result_bits=content["dsp_rule"]["least_result_bits"],
            large_port_bits=content["dsp_rule"]["large_port_bits"],
            small_port_bits=content["dsp_rule"]["small_port_bits"],
            curves=curves,
            products=products,
            bram=MemoryTiming(
                address_setup_ns=bram["address_setup_ns"] + hop_ns,
                data_setup_ns=bram["data_setup_ns"] + hop_ns,
                clock_to_out_ns=bram["clock_to_out_ns"],
                clock_to_out_registered_ns=bram["clock_to_out_registered_ns"],
            ),
            lutram_read=curve(memory["lutram"]["points"], "depth"),
            lutram_data_setup_ns=memory["lutram"]["data_setup_ns"] + hop_ns,
            rom_read=curve(memory["rom"]["points"], "depth"),
        )

    def delay_ns(self, kind: str, width_bits: int, width2_bits: int = 0) -> float:
        """Delay of a combinational operator.

        kind: add, sub, icmp, icmp_eq, and, or, xor, select, shl, lshr, ashr (by a variable), reduce (one bit out of
        width_bits), leading_one; mux and select_chain (width2_bits inputs or stages); mul (both operand widths; in DSP
        blocks or in logic as `uses_dsp` says), mul_low (as wide as its operands) and mul_lut; not and wiring (0).
        `InternalError` for any other.
        """
        if kind in self.free:
            return 0.0
        if kind == "mul":
            if self.uses_dsp(width_bits, width2_bits or width_bits):
                return self._product_ns(width_bits, width2_bits or width_bits)
            kind = "mul_lut"
        if kind not in self.curves:
            raise InternalError(f"the delay table of {self.family} has no operator {kind!r}")
        if kind == "mul_lut":
            size = (width_bits + (width2_bits or width_bits)) / 2
        else:
            size = width2_bits if kind in ("mux", "select_chain") else width_bits
        return _on(self.curves[kind], size)

    def uses_dsp(self, width_bits: int, width2_bits: int) -> bool:
        """Whether the synthesis flow maps a product of these operand widths to DSP blocks."""
        enough = min(width_bits, width2_bits) >= self.least_operand_bits
        return enough and width_bits + width2_bits >= self.least_result_bits

    def one_dsp(self, width_bits: int, width2_bits: int) -> bool:
        """Whether one DSP block multiplies signed numbers of these widths."""
        small, large = sorted((width_bits, width2_bits))
        return small <= self.small_port_bits and large <= self.large_port_bits

    def memory(self, kind: str, depth: int) -> MemoryTiming:
        """Timing of a memory of kind bram, lutram or rom with `depth` words, read with latency 1."""
        if kind == "bram":
            return self.bram
        if kind not in ("lutram", "rom"):
            raise InternalError(f"the delay table of {self.family} has no memory {kind!r}")
        read_ns = _on(self.lutram_read if kind == "lutram" else self.rom_read, depth) + self.setup_ns
        data_setup_ns = self.lutram_data_setup_ns if kind == "lutram" else 0.0
        return MemoryTiming(read_ns, data_setup_ns, self.clk_to_q_ns, self.clk_to_q_ns)

    def _product_ns(self, a: int, b: int) -> float:
        """The quickest measured product that is at least as large; beyond all, a line over the largest two."""
        large, small = max(a, b), min(a, b)
        covering = [ns for x, y, ns in self.products if x >= large and y >= small]
        if covering:
            return min(covering)
        diagonal = sorted({(x, ns) for x, y, ns in self.products if x == y})
        return _on(tuple(diagonal), large)


def _on(curve: _Curve, size: float) -> float:
    """Linear between measured sizes and beyond the last; the first figure below the first."""
    sizes = [s for s, _ in curve]
    if size <= sizes[0] or len(curve) == 1:
        return curve[0][1]
    k = min(max(bisect_right(sizes, size) - 1, 0), len(curve) - 2)
    (s0, d0), (s1, d1) = list(pairwise(curve))[k]
    return max(d0 + (d1 - d0) * (size - s0) / (s1 - s0), 0.0)


def unit() -> DelayTable:
    """A table for tests: every operator takes 1 ns, registers and memories nothing, wiring is free."""
    one: _Curve = ((1, 1.0),)
    kinds = "add sub icmp icmp_eq and or xor select shl lshr ashr reduce mux select_chain leading_one".split()
    return DelayTable(
        family="unit",
        clk_to_q_ns=0.0,
        setup_ns=0.0,
        net_factor=0.0,
        dsp=DspTiming(1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0),
        free=frozenset({"wiring", "not"}),
        least_operand_bits=2,
        least_result_bits=9,
        large_port_bits=25,
        small_port_bits=18,
        curves=dict.fromkeys((*kinds, "mul_low", "mul_lut"), one),
        products=((1 << 20, 1 << 20, 1.0),),
        bram=MemoryTiming(0.0, 0.0, 0.0, 0.0),
        lutram_read=((1, 0.0),),
        lutram_data_setup_ns=0.0,
        rom_read=((1, 0.0),),
    )
