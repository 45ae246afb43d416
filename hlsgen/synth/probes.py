"""The modules that `characterise` measures: one operator of one size each, combinational."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probe:
    """One module to measure. size: the figures that the table is indexed by, e.g. {"width_bits": 8}."""

    operator: str
    size: dict[str, int]
    ports: str
    body: str

    @property
    def module(self) -> str:
        return "_".join([self.operator, *map(str, self.size.values())])

    @property
    def source(self) -> str:
        """The module in Verilog."""
        return f"module {self.module}({self.ports});\n{self.body}\nendmodule\n"


def binary(operator: str, expression: str, widths: Iterable[int], result: str = "[{w}-1:0] ") -> list[Probe]:
    """Probes of `expression` over operands a and b of w bits."""
    return [
        Probe(
            operator,
            {"width_bits": w},
            f"input signed [{w}-1:0] a, b, input s, output signed {result.format(w=w)}y",
            f"assign y = {expression};",
        )
        for w in widths
    ]


def shifts(operator: str, symbol: str, widths: Iterable[int]) -> list[Probe]:
    """Shifts by a variable amount below the width."""
    return [
        Probe(
            operator,
            {"width_bits": w},
            f"input signed [{w}-1:0] a, input [{(w - 1).bit_length()}-1:0] n, output signed [{w}-1:0] y",
            f"assign y = a {symbol} n;",
        )
        for w in widths
    ]


def low_products(widths: Iterable[int]) -> list[Probe]:
    """Multiplications whose result is as wide as the operands."""
    return binary("mul_low", "a * b", widths)


def products(operator: str, sizes: Iterable[tuple[int, int]]) -> list[Probe]:
    """Signed multiplications with a full result."""
    return [
        Probe(
            operator,
            {"width_bits": a, "width2_bits": b},
            f"input signed [{a}-1:0] a, input signed [{b}-1:0] b, output signed [{a + b}-1:0] y",
            "assign y = a * b;",
        )
        for a, b in sizes
    ]


def muxes(ways: Iterable[int]) -> list[Probe]:
    """Selection of one of `ways` bytes by a binary index."""
    return [
        Probe(
            "mux",
            {"ways": n},
            f"input [{8 * n}-1:0] a, input [{(n - 1).bit_length()}-1:0] s, output [7:0] y",
            "assign y = a[8*s +: 8];",
        )
        for n in ways
    ]


def select_chains(stages: Iterable[int]) -> list[Probe]:
    """Bytes chosen by a priority chain of selects, each with a condition of its own."""

    def chain(n: int) -> str:
        text = f"a[{8 * n} +: 8]"
        for k in reversed(range(n)):
            text = f"s[{k}] ? a[{8 * k} +: 8] : ({text})"
        return f"assign y = {text};"

    return [
        Probe("select_chain", {"ways": n}, f"input [{8 * n + 7}:0] a, input [{n}-1:0] s, output [7:0] y", chain(n))
        for n in stages
    ]


def leading_ones(widths: Iterable[int]) -> list[Probe]:
    """Index of the highest bit set."""
    return [
        Probe(
            "leading_one",
            {"width_bits": w},
            f"input [{w}-1:0] a, output reg [{(w - 1).bit_length()}-1:0] y",
            f"integer i; always @* begin y = 0; for (i = 0; i < {w}; i = i + 1) if (a[i]) y = i; end",
        )
        for w in widths
    ]


def memories(depths: Iterable[int]) -> list[Probe]:
    """Asynchronous reads of LUT memory, one byte wide."""
    return [
        Probe(
            "lutram",
            {"depth": d},
            f"input clk, we, input [{(d - 1).bit_length()}-1:0] w, a, input [7:0] d, output [7:0] y",
            f'(* ram_style = "distributed" *) reg [7:0] m [0:{d - 1}];\n'
            "always @(posedge clk) if (we) m[w] <= d;\nassign y = m[a];",
        )
        for d in depths
    ]


def roms(depths: Iterable[int]) -> list[Probe]:
    """Reads of constant bytes without structure, in logic."""

    def cases(d: int) -> str:
        state, lines = 12345, []
        for k in range(d):
            state = (1103515245 * state + 12345) % 2**31
            lines.append(f"{k}: y = {state >> 16 & 255};")
        return "always @* case (a)\n" + "\n".join(lines) + "\ndefault: y = 0; endcase"

    return [
        Probe("rom", {"depth": d}, f"input [{(d - 1).bit_length()}-1:0] a, output reg [7:0] y", cases(d))
        for d in depths
    ]


WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
WITH_BLOCKS: list[Probe] = [
    *binary("add", "a + b", WIDTHS),
    *binary("sub", "a - b", WIDTHS),
    *binary("icmp", "a < b", WIDTHS, result=""),
    *binary("icmp_eq", "a == b", WIDTHS, result=""),
    *binary("and", "a & b", (1, 64)),
    *binary("or", "a | b", (1, 64)),
    *binary("xor", "a ^ b", (1, 64)),
    *binary("and_not", "a & ~b", (1, 64)),
    *binary("select", "s ? a : b", (1, 64)),
    *binary("reduce", "^a", (2, 4, 8, 16, 32, 64), result=""),
    *shifts("shl", "<<", (4, 8, 16, 32, 64, 128, 256)),
    *shifts("lshr", ">>", (4, 8, 16, 32, 64, 128, 256)),
    *shifts("ashr", ">>>", (4, 8, 16, 32, 64, 128, 256)),
    *muxes((2, 4, 8, 16, 32, 64)),
    *select_chains((2, 4, 8, 16)),
    *leading_ones((4, 8, 16, 32, 64)),
    *products("mul", ((18, 18), (25, 18), (32, 18), (48, 18), (64, 18), (32, 32), (48, 48), (64, 64))),
    *low_products((18, 24, 32, 48, 64)),
]
WITHOUT_BLOCKS: list[Probe] = [
    *products("mul_lut", ((2, 2), (4, 4), (8, 8), (12, 12), (16, 16), (24, 24))),
    *memories((32, 64, 128, 256)),
    *roms((16, 64, 256, 1024)),
]


def wrapper(probes: list[Probe]) -> str:
    """A module that instantiates all probes with inputs and outputs of its own, so that nothing is optimised away."""
    ports, instances = [], []
    for p in probes:
        connections = []
        kind = ""
        for text in p.ports.split(","):
            *_, name = text.split()
            if text.split()[0] in ("input", "output"):
                kind = text.rsplit(None, 1)[0].replace("output reg", "output")
            ports.append(f"{kind} {p.module}_{name}")
            connections.append(f".{name}({p.module}_{name})")
        instances.append(f"{p.module} u_{p.module}({', '.join(connections)});")
    return f"module probes({', '.join(ports)});\n" + "\n".join(instances) + "\nendmodule\n"
