"""From the logs of the passes to a result: equal or not, the first difference in the terms of the C++, cycles."""

from __future__ import annotations

import bisect
import itertools
import statistics
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .call_bench import PATIENCE, Plan
from .call_log import CallLog, RawFinding
from .recording import Recording, Rows
from .stimulus import Stimulus, leaf_rows
from .stuck import CosimStuck, explain_stuck_call


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that was not as in C++. `element`: index into the argument (of a stream: of this call's
    elements), None where there is no such thing. `what`: the field or leaf, or a rule that was broken. Values are
    bits.
    """

    pass_name: str
    call: int
    argument: str
    element: int | None
    what: str
    expected: int | None
    got: int | None

    def __str__(self) -> str:
        element = "" if self.element is None else f"[{self.element}]"
        what = f" {self.what}" if self.what else ""
        values = "" if self.expected is None else f": expected {self.expected:#x}, got {self.got:#x}"
        return f"call {self.call}, {self.argument}{element}{what}{values} (pass {self.pass_name})"


@dataclass(frozen=True, slots=True)
class CallsResult:
    """What the cosimulation of recorded calls measured.

    cycles_min, _mean, _max: per call in the pass one_by_one, clock edges from ap_start to ap_done (without block
    control: to the last element out). interval: the median distance of successive ends of calls back to back, in the
    second half; None where calls do not overlap. mismatches: over all passes. fifo_most: the most words each FIFO
    held. axi: per AXI master of the pass one_by_one: bursts and beats read and written. call_cycles: of each call in
    that pass. build_seconds: 0.0 when the simulator was up to date.
    """

    equal: bool
    calls: int
    cycles_min: int
    cycles_mean: float
    cycles_max: int
    interval: int | None
    mismatches: int
    first_difference: Difference | None
    passes: tuple[str, ...]
    total_cycles: int
    fifo_most: dict[str, int]
    axi: dict[str, tuple[int, ...]]
    call_cycles: tuple[int, ...]
    seed: int
    build_seconds: float = 0.0
    waves: str | None = None

    def to_json(self) -> dict[str, Any]:
        """For the command line."""
        raw = asdict(self)
        raw["first_difference"] = None if self.first_difference is None else str(self.first_difference)
        raw["cycles_per_call"] = self.cycles_mean
        return raw


def judge(
    plan: Plan,
    recording: Recording,
    stimulus: Stimulus,
    logs: dict[str, CallLog],
    *,
    seed: int,
    max_idle: int,
    build_seconds: float,
    waves: str | None = None,
) -> CallsResult | CosimStuck:
    """The result of one design, or the error for a pass that got stuck."""
    active = {name: log for name, log in logs.items() if not log.skipped}
    for name, log in active.items():
        if log.stuck:
            facts = _stuck_facts(plan, recording, log)
            if log.findings:
                facts.append(f"before that {_located(plan, stimulus, name, log.findings[0])}")
            waited = f"nothing moved for {max_idle} cycles"
            if log.idle < max_idle:
                waited = f"it has been busy for {PATIENCE * max_idle} cycles"
            return explain_stuck_call(
                plan.interface.signature, log.as_record(), facts, pass_name=name, seed=seed, waited=waited
            )
    found = [_located(plan, stimulus, name, log.findings[0]) for name, log in active.items() if log.findings]
    count = len(recording.calls)
    mismatches = 0
    for name, log in active.items():
        mismatches += log.mismatch_count
        if log.dones != count:
            mismatches += 1
            found.append(Difference(name, min(log.dones, count), "ap_done", None, "once per call", count, log.dones))
    lost = unseen(plan, recording)
    if lost is not None:
        mismatches += 1
        found.append(lost)
    alone = active["one_by_one"]
    latencies = alone.latencies or [0]
    ends = active["back_to_back"].done_cycles if "back_to_back" in active else []
    steps = [after - before for before, after in itertools.pairwise(ends)]
    steady = steps[len(steps) // 2 :]
    signature = plan.interface.signature
    most = {
        fifo.name: max(log.fifo_most.get(index, 0) for log in active.values())
        for index, fifo in enumerate(signature.fifos)
    }
    return CallsResult(
        equal=mismatches == 0,
        calls=count,
        cycles_min=min(latencies),
        cycles_mean=round(statistics.fmean(latencies), 2),
        cycles_max=max(latencies),
        interval=statistics.median_low(steady) if steady else None,
        mismatches=mismatches,
        first_difference=found[0] if found else None,
        passes=tuple(active),
        total_cycles=sum(log.cycles for log in active.values()),
        fifo_most=most,
        call_cycles=tuple(latencies),
        axi={master.name: alone.axi.get(master.index, ()) for master in plan.masters},
        seed=seed,
        build_seconds=round(build_seconds, 3),
        waves=waves,
    )


def unseen(plan: Plan, recording: Recording) -> Difference | None:
    """The first value that a call changes in C++ and for which the design has no port or register to show it."""
    behind = {name for master in plan.masters for name in master.places}
    shown = {id(memory.leaf) for memory in plan.memories if memory.checks} | {id(each.leaf) for each in plan.outputs}
    registers = {
        r.argument for lite in plan.lites for r in lite.port.registers if r.role in ("data", "data_out", "memory")
    }
    for argument in plan.interface.parameters:
        if argument.is_stream or argument.kind == "value" or argument.name in behind:
            continue
        if argument.is_output and argument.name in registers:
            continue
        for leaf in argument.leaves:
            if id(leaf) in shown:
                continue
            for number, call in enumerate(recording.calls):
                before, after = (leaf_rows(state[argument.name], leaf) for state in (call.before, call.after))
                counts: Rows = np.full_like(after, 0xFF)
                if recording.defined:
                    counts = leaf_rows(recording.defined[number].after[argument.name], leaf)
                changed = np.flatnonzero(((before ^ after) & counts).any(axis=1))
                if len(changed):
                    first = int(changed[0])
                    words = (int.from_bytes(rows[first].tobytes(), "little") for rows in (after, before))
                    place = (leaf.elements[first] if leaf.elements else first) // leaf.count
                    return Difference(
                        "native", number, argument.name, place, f"{leaf.name} has no port to show it", *words
                    )
    return None


def _located(plan: Plan, stimulus: Stimulus, name: str, raw: RawFinding) -> Difference:
    if raw.where == "stream":
        return _in_stream(plan, stimulus, name, raw)
    if raw.where == "register":
        operation = stimulus.registers[raw.index, name == "random_stalls"][int(raw.words[0])]
        element = None if not operation.argument or operation.word else operation.element
        what = f"word {operation.word}" if operation.word else "in its register"
        return Difference(name, operation.call, operation.argument, element, what, *_hex(raw.words[1:]))
    if raw.where == "value":
        scalar = plan.outputs[raw.index]
        leaf = scalar.leaf.name if len(scalar.argument.leaves) > 1 else ""
        return Difference(name, int(raw.words[0]), scalar.argument.name, None, leaf, *_hex(raw.words[1:]))
    call = int(raw.words[0])
    if raw.where == "memory":
        memory = plan.memories[raw.index]
        argument, word = memory.argument, int(raw.words[1])
        if raw.kind == "violation":
            what = f"is written at {word}, outside its {memory.depth} words"
            return Difference(name, call, memory.name, None, what, None, None)
        if memory.leaf.elements:
            word = memory.leaf.elements[word]
        element, inner = divmod(word, memory.leaf.count)
        what = memory.leaf.name if len(argument.leaves) > 1 else ""
        if memory.leaf.count > 1:
            what += f"[{inner}]"
        return Difference(name, call, argument.name, element, what, *_hex(raw.words[2:]))
    master = plan.masters[raw.index]
    if raw.kind == "violation":
        what = f"breaks the AXI4 rule {raw.words[1]!r} at address {int(raw.words[2], 16):#x}"
        if raw.words[1] == "range":
            sizes = ", ".join(f"{name} {plan.interface.argument(name).depth}" for name in master.places)
            what += f": elements of its arguments as depth= of INTERFACE says: {sizes}"
        return Difference(name, call, master.name, None, what, None, None)
    expected, got = _hex(raw.words[2:])
    assert expected is not None and got is not None
    lowest = ((expected ^ got) & -(expected ^ got)).bit_length() - 1
    address = master.base + int(raw.words[1]) * master.data_bits // 8 + lowest // 8
    for argument in (plan.interface.argument(each) for each in master.places):
        start = master.places[argument.name]
        if start <= address < start + argument.depth * argument.stride_bytes:
            element = (address - start) // argument.stride_bytes
            first = max(
                0, 8 * (start + element * argument.stride_bytes - master.base) - int(raw.words[1]) * master.data_bits
            )
            mask = (1 << 8 * argument.stride_bytes) - 1
            return Difference(name, call, argument.name, element, "", expected >> first & mask, got >> first & mask)
    what = f"memory that belongs to no argument, at {address:#x},"
    return Difference(name, call, master.name, None, what, expected, got)


def _in_stream(plan: Plan, stimulus: Stimulus, name: str, raw: RawFinding) -> Difference:
    stream, count = plan.streams[raw.index], int(raw.words[0])
    ends = [needs[raw.index] for needs in stimulus.limits]
    call = min(bisect.bisect_right(ends, count), len(ends) - 1)
    element = count - (ends[call - 1] if call else 0)
    expected, got = _hex(raw.words[2:])
    assert expected is not None and got is not None
    kind = raw.words[1]
    if kind == "extra":
        return Difference(name, call, stream.name, element, "is one element too many", None, None)
    what = "is not stable until it is taken" if kind == "unstable" else ""
    if len(stream.fields) > 1:
        differs = next((f for f in stream.fields if (expected ^ got) >> f.lsb & (1 << f.width) - 1), None)
        if differs is not None:
            mask = (1 << differs.width) - 1
            expected, got = expected >> differs.lsb & mask, got >> differs.lsb & mask
            what = f"{differs.role} {what}".strip()
    return Difference(name, call, stream.name, element, what, expected, got)


def _hex(words: tuple[str, ...]) -> tuple[int, int]:
    return int(words[0], 16), int(words[1], 16)


def _stuck_facts(plan: Plan, recording: Recording, log: CallLog) -> list[str]:
    """Which streams wait for what."""
    facts = []
    for stream in plan.streams:
        state = log.streams[stream.index]
        if state.count >= state.need:
            continue
        port = stream.port.ports["ready" if stream.is_input else "valid"]
        level = "high" if (state.ready if stream.is_input else state.valid) else "low"
        verb = "takes" if stream.is_input else "gives"
        facts.append(f"{stream.name!r} {verb} {state.count} of {state.need} elements ({port} is {level})")
    facts.append(f"of {len(recording.calls)} calls {log.accepted} were accepted and {log.dones} done")
    return facts
