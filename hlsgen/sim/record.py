"""What one pass of the bench left in its log. Written by `sim/axis_sink.sv` and `sim/tb.sv.j2`, which name the lines.

Shared by the cocotb tests, which check it, and by `cosim`, which reports it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PortState:
    """One stream at the end of a pass. `first_cycle` (inputs only): when the first beat was taken."""

    beats: int
    valid: bool
    ready: bool
    first_cycle: int = 0
    mismatches: int = 0


@dataclass(frozen=True, slots=True)
class FifoState:
    """The handshake of one FIFO at the end of a pass."""

    wr_valid: bool
    wr_ready: bool
    rd_valid: bool
    rd_ready: bool


@dataclass(frozen=True, slots=True)
class RawMismatch:
    """A beat that was not as expected; `beat` counts from the start of the pass. Values are {TLAST, TDATA}."""

    port: int
    beat: int
    kind: str  # beat, keep, extra, unstable
    expected: int
    got: int


@dataclass(slots=True)
class Record:
    """One pass. Ports and FIFOs are numbered as in the signature; cycles count from the end of reset."""

    stuck: bool = False
    cycles: int = 0
    calls: int = 0
    dones: int = 0
    ended: bool = False  # the log is whole
    ports: dict[int, PortState] = field(default_factory=dict)
    fifos: dict[int, FifoState] = field(default_factory=dict)
    sample_ends: dict[int, list[int]] = field(default_factory=dict)  # per output: cycle of each sample's last beat
    mismatches: list[RawMismatch] = field(default_factory=list)

    @property
    def mismatch_count(self) -> int:
        return sum(port.mismatches for port in self.ports.values())

    @property
    def completed_cycle(self) -> list[int]:
        """Per sample, the cycle in which its last beat over all outputs was taken."""
        return [max(ends) for ends in zip(*self.sample_ends.values(), strict=False)]


def read_record(path: Path) -> Record:
    """Read one log; a line that is cut or unknown leaves `ended` False."""
    record = Record()
    for line in path.read_text().splitlines():
        kind, *words = line.split()
        if kind == "sample":
            port, _, cycle = map(int, words)
            record.sample_ends.setdefault(port, []).append(cycle)
        elif kind == "mismatch":
            output, beat, what, expected, got = words
            record.mismatches.append(RawMismatch(int(output), int(beat), what, int(expected, 16), int(got, 16)))
        elif kind in ("in", "out"):
            port, beats, valid, ready, extra = map(int, words)
            state = {"first_cycle" if kind == "in" else "mismatches": extra}
            record.ports[port] = PortState(beats, bool(valid), bool(ready), **state)
        elif kind == "fifo":
            index, *bits = map(int, words)
            record.fifos[index] = FifoState(*map(bool, bits))
        elif kind == "end":
            stuck, record.cycles, record.calls, record.dones = map(int, words)
            record.stuck, record.ended = bool(stuck), True
    return record
