"""What a function is scheduled for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hlsgen.hls.schedule.delay import DelayTable

CLOCK_UNCERTAINTY = 0.12  # of the period, kept for what synthesis and routing add; Vitis HLS keeps 27 %


@dataclass(frozen=True, slots=True)
class Target:
    """Usable cycle time and the delays of the family. schedule_seed: with it every block gets a random one of the legal
    schedules instead of the best, for tests: nothing that follows may rely on more. bus_bits: AXI master -> width of
    its data.
    """

    clock_ns: float  # uncertainty already subtracted
    delays: DelayTable
    schedule_seed: int | None = None
    bus_bits: Mapping[str, int] = field(default_factory=dict)
