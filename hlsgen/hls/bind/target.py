"""What the hardware is for."""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.schedule.delay import DelayTable


@dataclass(frozen=True, slots=True)
class Target:
    """Usable cycle time and the delays of the family."""

    clock_ns: float  # uncertainty already subtracted
    delays: DelayTable
