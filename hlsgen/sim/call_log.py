"""What the bench of recorded calls left in the log of one pass; `sim/calls.sv.j2` and the modules in it name the
lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .record import FifoState, Record


@dataclass(frozen=True, slots=True)
class StreamState:
    """One stream at the end of a pass: elements moved, elements that had to, and the handshake."""

    count: int
    need: int
    valid: bool
    ready: bool


@dataclass(frozen=True, slots=True)
class RawFinding:
    """A line `mismatch` or `violation`: where (stream, memory, value, register, axi), its index there, the rest."""

    kind: str
    where: str
    index: int
    words: tuple[str, ...]


@dataclass(slots=True)
class CallLog:
    """One pass over the calls of a design. Cycles count from the end of reset; per call, where they are known.

    `fifo_most`: the most words that each FIFO held. `axi`: per master, read bursts and beats, write bursts and beats.
    """

    skipped: bool = False
    stuck: bool = False
    ended: bool = False
    cycles: int = 0
    accepted: int = 0
    dones: int = 0
    idle: int = 0  # cycles at the end in which nothing moved
    mismatch_count: int = 0
    starts: list[int] = field(default_factory=list)
    done_cycles: list[int] = field(default_factory=list)
    findings: list[RawFinding] = field(default_factory=list)
    streams: dict[int, StreamState] = field(default_factory=dict)
    fifos: dict[int, FifoState] = field(default_factory=dict)
    fifo_most: dict[int, int] = field(default_factory=dict)
    axi: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def latencies(self) -> list[int]:
        """Cycles from start to done, of each call."""
        return [done - start for start, done in zip(self.starts, self.done_cycles, strict=False)]

    def as_record(self) -> Record:
        """What `stuck` wants to know."""
        return Record(
            stuck=self.stuck, cycles=self.cycles, calls=self.accepted, dones=self.dones, ended=True, fifos=self.fifos
        )


def read_call_log(path: Path) -> CallLog:
    """Read one log; one that is cut leaves `ended` False."""
    log = CallLog()
    for line in path.read_text().splitlines():
        kind, *words = line.split()
        if kind == "start":
            log.starts.append(int(words[1]))
        elif kind == "done":
            log.done_cycles.append(int(words[1]))
        elif kind in ("mismatch", "violation"):
            log.findings.append(RawFinding(kind, words[0], int(words[1]), tuple(words[2:])))
        elif kind == "stream":
            index, count, need, valid, ready, _ = map(int, words)
            log.streams[index] = StreamState(count, need, bool(valid), bool(ready))
        elif kind == "fifo":
            index, *bits, most = map(int, words)
            log.fifos[index] = FifoState(*map(bool, bits))
            log.fifo_most[index] = most
        elif kind == "axi":
            index, *counts = map(int, words)
            log.axi[index] = tuple(counts)
        elif kind == "skipped":
            log.skipped = log.ended = True
        elif kind == "end":
            stuck, log.cycles, log.accepted, log.dones, log.idle, log.mismatch_count = map(int, words)
            log.stuck, log.ended = bool(stuck), True
    return log
