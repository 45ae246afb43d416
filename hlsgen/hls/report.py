"""What the compiler reports: every loop's interval and what bound it, memories, multipliers, pragmas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from hlsgen.hls.bind.memory_kinds import in_registers, memory_kind
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.target import CLOCK_UNCERTAINTY
from hlsgen.hls.cdfg.ir import Kind
from hlsgen.hls.dataflow import Region
from hlsgen.hls.frontend.compile import Chosen
from hlsgen.hls.honour import review_pragmas
from hlsgen.hls.latency import Cycles, Latency, latency_of
from hlsgen.hls.llvm.ir import FrontEnd
from hlsgen.hls.rtl.memory_ports import assign_ports, copies_of


@dataclass(frozen=True, slots=True)
class LoopReport:
    """One pipelined loop. bound_by: "" when the interval asked was reached. What the compiler chose to pipeline asks
    for the interval that it reached. latency: in cycles, from entering to leaving, None where a trip count is not
    known."""

    function: str
    line: int
    label: str
    ii_asked: int
    ii_reached: int
    bound_by: str
    depth: int
    trip_count: int | None
    latency_min: int
    latency_max: int | None


@dataclass(frozen=True, slots=True)
class PlainLoopReport:
    """One loop that is not pipelined. iteration: cycles of its body, with what is in it."""

    function: str
    line: int
    label: str
    trip_count: int | None
    iteration_min: int
    iteration_max: int | None
    latency_min: int
    latency_max: int | None


@dataclass(frozen=True, slots=True)
class FunctionReport:
    """Cycles of one call, streams never waiting. latency_max is None when a trip count is not known, or of a dataflow
    region, which takes as long as its slowest process at least. interval: between calls, one behind the other."""

    name: str
    instances: int
    latency_min: int
    latency_max: int | None
    interval_cycles: int | None


@dataclass(frozen=True, slots=True)
class MemoryReport:
    function: str
    name: str
    width_bits: int
    depth_words: int
    kind: str  # bram, lutram, uram, registers
    rom: bool
    copies: int  # of a ROM, for more reads at once


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """What lies between two processes. kind: fifo, pipo (two banks), buffer (one bank, of one process)."""

    function: str
    name: str
    kind: str
    width_bits: int
    depth_words: int
    producer: str
    consumer: str


@dataclass(frozen=True, slots=True)
class HlsReport:
    """estimated_ns: the longest way through operations in one cycle. uncertainty_ns: kept free for routing."""

    top: str
    clock_ns: float
    estimated_ns: float
    uncertainty_ns: float
    family: str
    loops: tuple[LoopReport, ...]
    plain_loops: tuple[PlainLoopReport, ...]
    functions: tuple[FunctionReport, ...]
    memories: tuple[MemoryReport, ...]
    channels: tuple[ChannelReport, ...]
    multipliers: int  # products of two variables, instances counted
    constant_multipliers: int
    pragmas: tuple[dict[str, object], ...]
    slow_operations: tuple[str, ...]  # operations that do not fit into the clock, with their overshoot
    chosen: tuple[dict[str, object], ...] = ()  # pragmas that the compiler chose itself, by line
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict:
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{self.top}: {self.clock_ns} ns, {self.family}, {self.multipliers} multipliers"]
        for loop in self.loops:
            why = f"  ({loop.bound_by})" if loop.bound_by else ""
            lines.append(
                f"  {loop.function}:{loop.line} {loop.label or 'loop'}: II {loop.ii_reached} of {loop.ii_asked}, "
                f"depth {loop.depth}, trip count {loop.trip_count or '?'}{why}"
            )
        lines += [
            f"  {p['file']}:{p['line']}: {p['text']}: not honoured: {p['reason']}"
            for p in self.pragmas
            if not p["honoured"]
        ]
        lines += [f"  {c['file']}:{c['line']}: chosen: #pragma {c['text']}" for c in self.chosen]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  too slow for the clock: {text}" for text in self.slow_operations]
        return "\n".join(lines)


def make_report(
    top: str,
    clock_ns: float,
    family: str,
    front: FrontEnd,
    regions: dict[str, Region],
    functions: dict[str, ScheduledFunction],
    chosen: tuple[Chosen, ...] = (),
    notes: tuple[str, ...] = (),
) -> HlsReport:
    """The report of a compiled design. regions: callees first, by function."""
    counts = _instances(front.top, regions, functions)
    calls = _latencies(regions, functions)
    loops, memories, slow = [], [], []
    plain_loops: list[PlainLoopReport] = []
    variable = constant = 0
    estimated_ns = 0.0
    for name, scheduled in functions.items():
        function = scheduled.function
        latency = latency_of(scheduled, calls)
        plain_loops += _plain_loops(scheduled, latency)
        for block in scheduled.blocks.values():
            spare_ns = min(block.schedule.slack_ns().values(), default=block.schedule.problem.clock_ns)
            estimated_ns = max(estimated_ns, block.schedule.problem.clock_ns - spare_ns)
            slow += [
                f"{function.name}: {operation.label}: {-slack_ns:.2f} ns over"
                for operation, slack_ns in block.schedule.overshoots()
            ]
            if block.loop is not None:
                loops.append(
                    LoopReport(
                        function=function.name,
                        line=block.loop.loc.line,
                        label=block.loop.label,
                        ii_asked=block.ii if block.loop.chosen else block.loop.ii or 1,
                        ii_reached=block.ii,
                        bound_by=block.bound_by,
                        depth=block.depth,
                        trip_count=block.loop.trip_count,
                        latency_min=latency.loops[block.loop.header].least,
                        latency_max=latency.loops[block.loop.header].most,
                    )
                )
        ports = assign_ports(scheduled)
        for memory in function.memories.values():
            if memory.external and not memory.shared:
                continue
            kind = "registers" if in_registers(memory) else memory_kind(memory)
            reads = {*ports[memory.name].loads.values()} if memory.name in ports else ()
            size = memory.width, memory.depth_words
            copies = copies_of(memory, len(reads))
            memories.append(MemoryReport(function.name, memory.name, *size, kind, memory.rom, copies))
        shared = {id for unit in scheduled.shared for id in unit.users}
        alone = [(op.id,) for op in function.ops.values() if op.kind is Kind.MUL and op.id not in shared]
        for users in (*alone, *(unit.users for unit in scheduled.shared)):
            products = [function.ops[id] for id in users]
            fixed = all(any(function.ops[arg].kind is Kind.CONST for arg in op.args) for op in products)
            constant += counts[name] * fixed
            variable += counts[name] * (not fixed)
    return HlsReport(
        top=top,
        clock_ns=clock_ns,
        estimated_ns=round(estimated_ns, 3),
        uncertainty_ns=round(clock_ns * CLOCK_UNCERTAINTY, 3),
        family=family,
        loops=tuple(loops),
        plain_loops=tuple(plain_loops),
        functions=(
            *(_function_report(f, calls[name], counts[name]) for name, f in functions.items()),
            *(
                _region_report(_pretty(front, name), region, functions, calls, counts[name])
                for name, region in regions.items()
                if name not in functions
            ),
        ),
        memories=tuple(memories),
        channels=tuple(_channels(front, regions)),
        multipliers=variable,
        constant_multipliers=constant,
        pragmas=tuple(
            {"line": p.loc.line, "file": p.loc.file, "text": p.text, "honoured": p.honoured, "reason": p.reason}
            for p in review_pragmas(front, functions)
        ),
        slow_operations=tuple(slow),
        chosen=_chosen(chosen, front),
        notes=notes,
    )


def _plain_loops(scheduled: ScheduledFunction, latency: Latency) -> Iterator[PlainLoopReport]:
    for header, loop in scheduled.function.loops.items():
        if scheduled.blocks[header].loop is None:
            once, all = latency.iterations.get(header, latency.loops[header]), latency.loops[header]
            yield PlainLoopReport(
                scheduled.function.name, loop.loc.line, loop.label, loop.trip_count, once.least, once.most, all.least,
                all.most,
            )  # fmt: skip


def _pretty(front: FrontEnd, name: str) -> str:
    function = front.module.functions.get(name)
    return function.pretty if function is not None else name


def _channels(front: FrontEnd, regions: dict[str, Region]) -> Iterator[ChannelReport]:
    for name, region in regions.items():
        for fifo in region.fifos:
            yield ChannelReport(
                _pretty(front, name), fifo.name, "fifo", fifo.width_bits, fifo.depth_words, fifo.producer, fifo.consumer
            )
        for array in region.buffers:
            kind = "pipo" if array.consumer else "buffer"
            yield ChannelReport(
                _pretty(front, name), array.name, kind, array.width_bits, array.depth_words, array.producer,
                array.consumer,
            )  # fmt: skip


def _chosen(chosen: Sequence[Chosen], front: FrontEnd) -> tuple[dict[str, object], ...]:
    """Once each: a loop of the source may have become several, which have the same pragma."""
    places = {loop.number: loop.loc for loop in front.loops if loop.number >= 0}
    found: list[dict[str, object]] = []
    for each in chosen:
        loc = places.get(each.loop) or front.module.functions[each.function or front.top].loc
        pragma: dict[str, object] = {"line": loc.line, "file": loc.file, "text": each.text}
        found += [pragma] if pragma not in found else []
    return tuple(found)


def _instances(top: str, regions: dict[str, Region], functions: dict[str, ScheduledFunction]) -> dict[str, int]:
    """How many modules there are of each function."""
    below = {name: [p.function for p in region.processes if p.function != name] for name, region in regions.items()}
    for name, scheduled in functions.items():
        below.setdefault(name, []).extend(unit.function for unit in scheduled.function.units)
    counts: dict[str, int] = {}

    def count(name: str) -> int:
        if name not in counts:
            callers = (count(caller) * called.count(name) for caller, called in below.items() if name in called)
            counts[name] = 1 if name == top else sum(callers)
        return counts[name]

    return {name: count(name) for name in below}


def _latencies(regions: dict[str, Region], functions: dict[str, ScheduledFunction]) -> dict[str, Cycles]:
    """Cycles of a call of each function. A region takes no less than its slowest process."""
    found: dict[str, Cycles] = {}

    def cycles(name: str) -> Cycles:
        if name not in found and name in functions:
            called = {unit.function: cycles(unit.function) for unit in functions[name].function.units}
            found[name] = latency_of(functions[name], called).call
        elif name not in found:
            processes = regions[name].called or regions[name].processes
            found[name] = Cycles(max(cycles(process.function).least for process in processes), None)
        return found[name]

    return {name: cycles(name) for name in (*functions, *regions)}


def _region_report(
    name: str, region: Region, functions: dict[str, ScheduledFunction], calls: dict[str, Cycles], instances: int
) -> FunctionReport:
    """Calls that overlap follow each other as fast as the slowest process takes them."""
    intervals: list[int | None] = [None]
    processes = region.called or region.processes
    if (region.overlaps or region.numbers_go_along) and all(process.function in functions for process in processes):
        each = {process.function for process in processes}
        intervals = [_function_report(functions[f], calls[f], 1).interval_cycles for f in each]
    least = calls[region.function].least
    known = [interval for interval in intervals if interval is not None]
    return FunctionReport(name, instances, least, None, max(known) if len(known) == len(intervals) else None)


def _function_report(scheduled: ScheduledFunction, call: Cycles, instances: int) -> FunctionReport:
    only = scheduled.perpetual
    interval = None if call.most is None else call.most + 1
    if only is not None:
        block = scheduled.blocks[only]
        assert block.loop is not None
        trip = block.loop.trip_count
        interval = None if trip is None else trip * block.ii
        call = Cycles(block.depth - 1, block.depth - 1) if block.loop.of_calls else latency_of(scheduled).loops[only]
    return FunctionReport(scheduled.function.name, instances, call.least, call.most, interval)
