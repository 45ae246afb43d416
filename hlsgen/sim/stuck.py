"""Why nothing moves: the state of ports and FIFOs at the end of a stuck pass, in words."""

from __future__ import annotations

import itertools

from ..core.errors import UserError
from .record import Record
from .signature import Signature
from .vectors import Vectors

_MOST_FIFOS = 8  # named in one message


class CosimStuck(UserError):
    """The RTL stopped before all beats moved. `record` holds the state of every port and FIFO."""

    def __init__(self, what: str, *, where: str, do: str, record: Record) -> None:
        super().__init__(what, where=where, do=do)
        self.record = record


def explain_stuck(
    signature: Signature, vectors: Vectors, record: Record, *, pass_name: str, samples: int, seed: int, idle_cycles: int
) -> CosimStuck:
    """The error for a stuck pass: which port waits, which FIFO is full or empty, which process waits for which."""
    facts = _ports(signature, vectors, record, samples)
    if record.mismatch_count:
        facts.append(f"before that {record.mismatch_count} beats were wrong")
    if signature.control == "ap_ctrl_hs" and min(record.calls, record.dones) < samples:
        facts.append(f"of {samples} calls {record.calls} were accepted (ap_ready) and {record.dones} done (ap_done)")
    return _conclusion(
        signature, record, facts, f"no beat moved for {idle_cycles} cycles in the pass {pass_name} (seed {seed})"
    )


def explain_stuck_call(
    signature: Signature, record: Record, facts: list[str], *, pass_name: str, seed: int, waited: str
) -> CosimStuck:
    """The error for a pass over recorded calls that got stuck; `facts`: what the ports wait for, `waited`: how long it
    was waited for what, in words.
    """
    what = f"call {record.dones} does not end: {waited} in the pass {pass_name} (seed {seed})"
    return _conclusion(signature, record, facts, what)


def _conclusion(signature: Signature, record: Record, facts: list[str], what: str) -> CosimStuck:
    """`what` happened, the facts, which FIFO is full or empty, which process waits for which."""
    waits, fifo_facts = _fifos(signature, record)
    facts = [*facts, *fifo_facts]
    cycle = _cycle(waits)
    do = "look at the waves (--waves) of the port that waits"
    if cycle:
        facts.append(f"deadlock: {' waits for '.join(cycle)}")
        full = full_in_cycle(signature, record)
        if full:
            variable = next(fifo.variable or full for fifo in signature.fifos if fifo.name == full)
            do = f"give the stream {full!r} more depth (#pragma HLS STREAM variable={variable} depth=...)"
    return CosimStuck(f"{what}: {'; '.join(facts)}", where=signature.top, do=do, record=record)


def full_in_cycle(signature: Signature, record: Record) -> str | None:
    """The first FIFO that is full in a closed chain of waiting processes."""
    waits, _ = _fifos(signature, record)
    cycle, full = _cycle(waits), _full(signature, record)
    return next((waits[pair] for pair in itertools.pairwise(cycle) if waits[pair] in full), None)


def _ports(signature: Signature, vectors: Vectors, record: Record, samples: int) -> list[str]:
    facts = []
    for index, stream in enumerate(signature.streams):
        state, beats = record.ports[index], vectors.ports[stream.name].beats_per_sample
        if state.beats >= samples * beats:
            continue
        at = f"beat {state.beats % beats} of sample {state.beats // beats}"
        if stream.is_input:
            facts.append(f"input {stream.name!r} does not take {at} ({_signal(stream.ports['ready'], state.ready)})")
        else:
            facts.append(f"output {stream.name!r} does not give {at} ({_signal(stream.ports['valid'], state.valid)})")
    return facts


def _signal(port: str, value: bool) -> str:
    return f"{port} is {'high' if value else 'low'}"


def _full(signature: Signature, record: Record) -> set[str]:
    return {fifo.name for index, fifo in enumerate(signature.fifos) if not record.fifos[index].wr_ready}


def _fifos(signature: Signature, record: Record) -> tuple[dict[tuple[str, str], str], list[str]]:
    """Who waits for whom through which FIFO, and the same in words; those with a pending request come first."""
    waits: dict[tuple[str, str], str] = {}
    facts: list[tuple[bool, str]] = []
    for index, fifo in enumerate(signature.fifos):
        state = record.fifos[index]
        # A FIFO at a port has no process of ours on the other side; the bench never waits for good.
        inner = bool(fifo.producer and fifo.consumer)
        if not state.wr_ready:
            if inner:
                waits.setdefault((fifo.producer, fifo.consumer), fifo.name)
            facts.append(
                (
                    not state.wr_valid,
                    f"FIFO {fifo.name!r} is full ({fifo.depth}): {fifo.producer or 'the bench'} waits to write",
                )
            )
        elif not state.rd_valid:
            if inner:
                waits.setdefault((fifo.consumer, fifo.producer), fifo.name)
            facts.append(
                (not state.rd_ready, f"FIFO {fifo.name!r} is empty: {fifo.consumer or 'the bench'} waits to read")
            )
    facts.sort(key=lambda fact: fact[0])
    words = [fact for _, fact in facts[:_MOST_FIFOS]]
    if len(facts) > _MOST_FIFOS:
        words.append(f"and {len(facts) - _MOST_FIFOS} more FIFOs full or empty")
    return waits, words


def _cycle(waits: dict[tuple[str, str], str]) -> list[str]:
    """A closed chain of waiting processes, first name repeated at the end; empty when there is none."""
    following: dict[str, list[str]] = {}
    for waiting, awaited in waits:
        following.setdefault(waiting, []).append(awaited)
    done: set[str] = set()
    for first in following:
        path: list[str] = []
        stack = [iter([first])]
        while stack:
            process = next(stack[-1], None)
            if process is None:
                stack.pop()
                if path:
                    done.add(path.pop())
            elif process in path:
                return [*path[path.index(process) :], process]
            elif process not in done:
                path.append(process)
                stack.append(iter(following.get(process, ())))
    return []
