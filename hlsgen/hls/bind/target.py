"""What a function is scheduled for."""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.schedule.delay import DelayTable

CLOCK_UNCERTAINTY = 0.12  # of the period, kept for what synthesis and routing add; Vitis HLS keeps 27 %


@dataclass(frozen=True, slots=True)
class Target:
    """Usable cycle time and the delays of the family. schedule_seed: with it every block gets a random one of the legal
    schedules instead of the best, for tests: nothing that follows may rely on more."""

    clock_ns: float  # uncertainty already subtracted
    delays: DelayTable
    schedule_seed: int | None = None
