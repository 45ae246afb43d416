"""The dividers of an ECP5 PLL for a wanted clock.

The limits, and that output = input / CLKI_DIV * CLKFB_DIV with the oscillator at output * CLKOP_DIV when CLKOP is fed
back, are those of ecppll (Project Trellis).
"""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.core.errors import UserError

PHASE_DETECTOR_MIN_MHZ = 3.125
OSCILLATOR_MHZ = (400.0, 800.0)
OUTPUT_MHZ = (10.0, 400.0)
_BEST_OSCILLATOR_MHZ = 600.0
_FEEDBACK_MAX, _OUTPUT_MAX = 80, 128


@dataclass(frozen=True, slots=True)
class Pll:
    """Dividers, and the frequencies that they make. vco_mhz: the PLL's own oscillator."""

    input_mhz: float
    output_mhz: float
    vco_mhz: float
    input_divider: int
    feedback_divider: int
    output_divider: int


def find_pll(input_mhz: float, wanted_mhz: float) -> Pll:
    """The PLL whose output is nearest to `wanted_mhz` without being faster.

    Raises a `UserError` for a clock that no PLL makes.
    """
    if not OUTPUT_MHZ[0] <= wanted_mhz <= OUTPUT_MHZ[1]:
        raise UserError(
            f"a clock of {wanted_mhz:.6g} MHz",
            do=f"ask for a period of {1000 / OUTPUT_MHZ[1]:g} to {1000 / OUTPUT_MHZ[0]:g} ns: the PLL makes no other",
        )
    found: list[Pll] = []
    for divider in range(1, int(input_mhz / PHASE_DETECTOR_MIN_MHZ) + 1):
        feedback = min(_FEEDBACK_MAX, int(wanted_mhz * divider / input_mhz * (1 + 1e-9)))
        output_mhz = input_mhz / divider * feedback
        if output_mhz < OUTPUT_MHZ[0]:
            continue
        possible = [n for n in range(1, _OUTPUT_MAX + 1) if OSCILLATOR_MHZ[0] <= output_mhz * n <= OSCILLATOR_MHZ[1]]
        n = min(possible, key=lambda n: abs(output_mhz * n - _BEST_OSCILLATOR_MHZ))
        found.append(Pll(input_mhz, output_mhz, output_mhz * n, divider, feedback, n))
    return max(found, key=lambda pll: (pll.output_mhz, -pll.input_divider))
