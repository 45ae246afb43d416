"""Timing of the ECP5 cells for which Yosys' library has none, in its place: registers, memories, the multiplier.

Figures of nextpnr-ecp5 (Project Trellis, speed grade 6), in ps: TRELLIS_FF 525 out, DP16KD 5830 out, MULT18X18D 3927
through, TRELLIS_DPR16X4 236 through; as `characterise_ecp5` finds them. nextpnr has no setup for TRELLIS_FF.
"""

from __future__ import annotations


def _multiplier() -> str:
    inputs = [f"{port}{bit}" for port in "AB" for bit in range(18)]
    return "\n".join(f"({pin} => P{bit}) = 3927;" for pin in inputs for bit in range(36))


def _block_ram() -> str:
    return "\n".join(
        line
        for side in "AB"
        for bit in range(18)
        for line in (
            f"(posedge CLK{side} => (DO{side}{bit} : 1'bx)) = 5830;",
            f"$setup(DI{side}{bit}, posedge CLK{side}, 0);",
            *([f"$setup(AD{side}{bit}, posedge CLK{side}, 0);"] if bit < 14 else []),
        )
    )


def _register() -> str:
    pins = "\n".join(f"$setup({pin}, posedge CLK, 0);" for pin in ("DI", "M", "CE", "LSR"))
    return f"(posedge CLK => (Q : 1'bx)) = 525;\n{pins}"


ARCS = {
    "TRELLIS_FF": _register(),
    "DP16KD": _block_ram(),
    "MULT18X18D": _multiplier(),
    "TRELLIS_DPR16X4": "(RAD *> DO) = 236;\n$setup(DI, posedge WCK, 0);\n$setup(WAD, posedge WCK, 0);",
}
