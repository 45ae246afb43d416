"""Timing of the ECP5 cells for which Yosys' library has none, in its place: registers, memories, the multiplier.

The figures are those of nextpnr-ecp5 (Project Trellis, speed grade 6), which `characterise_ecp5` looks up and compares.
nextpnr has no setup for TRELLIS_FF, and none was found for the memories.
"""

from __future__ import annotations

REGISTER_PS = 525  # clock to output
BLOCK_RAM_PS = 5830  # clock to output, without its output register
LUT_RAM_PS = 236  # address to output
MULTIPLIER_PS = 3927  # input to output, without registers


def _multiplier() -> str:
    inputs = [f"{port}{bit}" for port in "AB" for bit in range(18)]
    return "\n".join(f"({pin} => P{bit}) = {MULTIPLIER_PS};" for pin in inputs for bit in range(36))


def _block_ram() -> str:
    return "\n".join(
        line
        for side in "AB"
        for bit in range(18)
        for line in (
            f"(posedge CLK{side} => (DO{side}{bit} : 1'bx)) = {BLOCK_RAM_PS};",
            f"$setup(DI{side}{bit}, posedge CLK{side}, 0);",
            *([f"$setup(AD{side}{bit}, posedge CLK{side}, 0);"] if bit < 14 else []),
        )
    )


def _register() -> str:
    pins = "\n".join(f"$setup({pin}, posedge CLK, 0);" for pin in ("DI", "M", "CE", "LSR"))
    return f"(posedge CLK => (Q : 1'bx)) = {REGISTER_PS};\n{pins}"


ARCS = {
    "TRELLIS_FF": _register(),
    "DP16KD": _block_ram(),
    "MULT18X18D": _multiplier(),
    "TRELLIS_DPR16X4": f"(RAD *> DO) = {LUT_RAM_PS};\n$setup(DI, posedge WCK, 0);\n$setup(WAD, posedge WCK, 0);",
}
