"""The planner of the pattern `swat`: window attention row by row, a core per slot of the window (arXiv 2405.17025).

In: a graph that is one window attention, a budget of multipliers. Out: an `AttentionPlan`. Slots are random keys, the
ring of the window, pinned keys, in this order; slot s is on core s % cores in fold s // cores. A core multiplies `simd`
features a step, so a row takes folds * features / simd steps of `initiation_interval` cycles in both stages that
multiply; every other stage is given as many lanes as it needs to be no slower.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from typing import Any, ClassVar, Self

from hlsgen.core.boards import Board
from hlsgen.core.digest import digest_value
from hlsgen.core.errors import UserError
from hlsgen.model import Graph, node_cost

from .attention import Attention, read_attention
from .pipeline import Pipeline, Timing
from .plan import port_width_bits
from .table import table
from .units import Input, Output

_VERSION = 1
_PORT_BITS = 64  # of a stream, unless one word of the cores is wider
_MAX_PORT_BITS = 1024
# Depths of the stages at 5 ns, until the schedule is known: read from the reports of hlsgen.hls.
_PLANNED_DEPTH = {"scores": 8, "scale": 8, "weights": 8, "values": 8, "divide": 16}
_TRANSFER_DEPTH = 6  # ports and adapters on the way in and out


@dataclass(frozen=True, slots=True)
class AttentionStage:
    """One process: `steps` of a sample, `row_steps` of them for a query, `lanes` things at a time."""

    name: str
    kind: str
    lanes: int
    row_steps: int
    steps: int
    multipliers: int
    on_chip_bits: int

    @property
    def folding(self) -> str:
        return f"{self.lanes} lanes, {self.row_steps} steps a row"


@dataclass(frozen=True, slots=True)
class AttentionPlan:
    """An accelerator for one window attention. cycles and interval: as those of `Plan`, of a sample of all its heads.

    pipelines: of all stages, each with ports of its own and an equal share of the heads; figures of stages are those of
    one. lanes: scores that leave the cores in a step. times: rows of a head, from the first that arrives to the last
    query.
    """

    pattern: ClassVar[str] = "swat"

    design: str
    board: str
    part: str
    family: str
    clock_ns: float
    budget: int
    macs_per_sample: int
    heads: int
    tokens: int
    features: int
    slots: int
    cores: int
    folds: int
    simd: int
    lanes: int
    initiation_interval: int
    pipelines: int
    times: int
    stages: tuple[AttentionStage, ...]
    ports: tuple[Input | Output, ...]
    cycles_per_sample: int = 0
    interval_cycles: int = 0

    @property
    def units(self) -> tuple[AttentionStage, ...]:
        return self.stages

    @property
    def row_words(self) -> int:
        """Words of a row of features."""
        return self.features // self.simd

    @property
    def groups(self) -> int:
        """Words of the scores of all cores."""
        return -(-self.cores // self.lanes)

    @property
    def row_cycles(self) -> int:
        """Cycles from query to query in the steady state: the longest stage."""
        return max(stage.row_steps * self.interval_of(stage.kind) for stage in self.stages)

    def interval_of(self, kind: str) -> int:
        """Cycles of a step of the stage."""
        return self.initiation_interval if kind in ("scores", "values") else 1

    @property
    def multipliers(self) -> int:
        return self.pipelines * sum(stage.multipliers for stage in self.stages)

    @property
    def roofline_cycles(self) -> Fraction:
        """Cycles between samples if the cores only ever multiplied what counts."""
        return Fraction(self.macs_per_sample, 2 * self.cores * self.simd * self.pipelines)

    @property
    def mac_utilisation(self) -> float:
        return float(self.roofline_cycles / self.interval_cycles)

    @property
    def off_chip_bytes(self) -> int:
        return sum(port.beats * port_width_bits(port.lanes, port.element_bits) // 8 for port in self.ports)

    @property
    def on_chip_bits(self) -> int:
        return self.pipelines * sum(stage.on_chip_bits for stage in self.stages)

    @property
    def digest(self) -> str:
        return digest_value(self.to_json())[:12]

    def timing(self, loops: Mapping[str, Pipeline]) -> Timing:
        """The cycles with the pipelines that the loops of the processes (by their names) got, or are planned to get.

        The last query: its scores leave the cores, all its logarithms precede its first weight, the weights of a fold
        come in one fold ahead, then all folds are summed and divided.
        """
        depth, interval = self.pipelines_of(loops)
        rows = self.heads // self.pipelines * self.times * self.folds * self.row_words
        last = rows * interval["scores"] + self.groups
        last += (1 + self.folds) * self.row_words * interval["values"]
        cycles = max(stage.steps * interval[stage.kind] for stage in self.stages)
        return Timing(last + sum(depth.values()) + _TRANSFER_DEPTH, cycles)

    def pipelines_of(self, loops: Mapping[str, Pipeline]) -> tuple[dict[str, int], dict[str, int]]:
        """Depth and initiation interval by kind of stage: those of `loops`, or planned."""
        depth = dict(_PLANNED_DEPTH)
        interval = {stage.kind: self.interval_of(stage.kind) for stage in self.stages}
        for stage in self.stages:
            if stage.name in loops:
                depth[stage.kind], interval[stage.kind] = loops[stage.name].depth, loops[stage.name].interval
        return depth, interval

    def timed(self) -> Self:
        """With the cycles that are planned."""
        timing = self.timing({})
        return replace(self, cycles_per_sample=timing.latency, interval_cycles=timing.interval)

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal plan."""
        document = {field.name: getattr(self, field.name) for field in fields(self)}
        document["stages"] = [asdict(stage) for stage in self.stages]
        document["ports"] = [{"kind": port.kind, **asdict(port)} for port in self.ports]
        return {"version": _VERSION, "pattern": self.pattern, **json.loads(json.dumps(document))}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """The plan that `to_json` wrote. Raises `UserError` for anything else."""
        try:
            values = dict(document)
            if (values.pop("version"), values.pop("pattern")) != (_VERSION, cls.pattern):
                raise ValueError(f"version {document['version']}")
            stages = tuple(AttentionStage(**stage) for stage in values.pop("stages"))
            kinds = {"input": Input, "output": Output}
            ports = tuple(kinds[port.pop("kind")](**port) for port in map(dict, values.pop("ports")))
            return cls(stages=stages, ports=ports, **values)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError(f"not a plan of hlsgen: {error}", where="plan", do="run hlsgen plan again") from error

    def __str__(self) -> str:
        head = (
            f"{self.design}: {self.pattern} on {self.board}, {self.slots} slots on {self.cores} cores x {self.simd} "
            f"in {self.folds} folds, {_times(self.pipelines)}{self.multipliers} multipliers of {self.budget}, "
            f"a query every {self.row_cycles} cycles, {self.cycles_per_sample} cycles per sample, "
            f"one every {self.interval_cycles} "
            f"(MAC utilisation {self.mac_utilisation:.2f}), {self.off_chip_bytes} bytes off chip, "
            f"{self.on_chip_bits} bits on chip"
        )
        rows = [["stage", "lanes", "steps a row", "cycles a row", "multipliers", "on-chip bits"]]
        for stage in self.stages:
            figures = (stage.lanes, stage.row_steps, stage.row_steps * self.interval_of(stage.kind))
            rows.append([stage.name, *map(str, (*figures, stage.multipliers, stage.on_chip_bits))])
        return f"{head}\n\n{table(rows)}"


def plan_swat(
    graph: Graph, board: Board, multipliers: int | None, pipelines: int = 1, initiation_interval: int = 1
) -> AttentionPlan:
    """multipliers: the budget, by default the DSPs of the board, and then no more than one feature a step.

    pipelines: heads that are at work at the same time.
    initiation_interval: cycles of a step of the cores; 3 stands for an accumulator that takes three cycles.
    """
    attention = read_attention(graph)
    budget = board.dsp if multipliers is None else multipliers
    if attention.heads % pipelines:
        raise UserError(
            f"{pipelines} pipelines for {attention.heads} heads",
            where=f"layer {attention.name}",
            do="use a number that divides the heads",
        )
    cores, simd = _fold(attention, budget // pipelines, at_most=1 if multipliers is None else attention.features)
    slots = attention.mask.keys
    folds = -(-slots // cores)
    row_words = attention.features // simd
    lanes = -(-cores // row_words)
    mask = attention.mask
    first = len(mask.preloaded) + mask.ahead
    times = first + attention.tokens
    stages = _stages(
        attention,
        graph,
        cores=cores,
        folds=folds,
        simd=simd,
        lanes=lanes,
        times=times,
        heads=attention.heads // pipelines,
    )
    (node,) = graph.nodes
    plan = AttentionPlan(
        design=graph.name,
        board=board.name,
        part=board.part,
        family=board.family,
        clock_ns=board.clock_ns,
        budget=budget,
        macs_per_sample=node_cost(graph, node).macs,
        heads=attention.heads,
        tokens=attention.tokens,
        features=attention.features,
        slots=slots,
        cores=cores,
        folds=folds,
        simd=simd,
        lanes=lanes,
        initiation_interval=initiation_interval,
        pipelines=pipelines,
        times=times,
        stages=stages,
        ports=tuple(_ports(attention, simd, pipelines)),
    )
    return plan.timed()


def _fold(attention: Attention, budget: int, at_most: int) -> tuple[int, int]:
    """Cores and features of a core in a step; each multiplies a key and, in another stage, a value."""
    slots, features = attention.mask.keys, attention.features
    half = budget // 2
    if half < max(1, attention.mask.random_count):
        raise UserError(
            f"a budget of {budget} multipliers",
            where=f"layer {attention.name}",
            do=f"use at least {2 * max(1, attention.mask.random_count)}",
        )
    if half < slots:
        folds = -(-slots // half)
        return max(-(-slots // folds), attention.mask.random_count), 1
    fitting = (n for n in range(1, features + 1) if features % n == 0 and n <= at_most and n * slots <= half)
    return slots, max(fitting)


def _stages(
    attention: Attention, graph: Graph, *, cores: int, folds: int, simd: int, lanes: int, times: int, heads: int
) -> tuple[AttentionStage, ...]:
    (node,) = graph.nodes
    row_words, groups = attention.features // simd, -(-cores // lanes)
    name, rows = attention.name, heads * attention.tokens
    periods = heads * times * folds
    weight_bits, log_bits = node.attributes["weight_bits"] + 1, node.attributes["score_bits"]
    held = cores * folds * attention.features
    words = folds * groups

    def stage(kind: str, lanes: int, row_steps: int, steps: int, multipliers: int, bits: int) -> AttentionStage:
        return AttentionStage(f"{name}_{kind}", kind, lanes, row_steps, steps, multipliers, bits)

    fold_words = folds * row_words
    return (
        stage(
            "scores",
            cores,
            fold_words,
            periods * row_words + groups,
            cores * simd,
            held * attention.k.element.width_bits,
        ),
        stage("scale", lanes, words, rows * words, lanes, words * lanes * (1 + log_bits)),
        stage("weights", lanes, words, rows * words, lanes, 0),
        stage(
            "values",
            cores,
            fold_words,
            (periods + 1) * row_words,
            cores * simd,
            held * attention.v.element.width_bits + 2 * groups * lanes * weight_bits,
        ),
        stage("divide", simd, row_words, rows * row_words, 0, 0),
    )


def _times(pipelines: int) -> str:
    return f"{pipelines} times, " if pipelines > 1 else ""


def suffixes(pipelines: int) -> tuple[str, ...]:
    """What the names of each pipeline end with."""
    return tuple(f"_{number}" for number in range(pipelines)) if pipelines > 1 else ("",)


def _ports(attention: Attention, simd: int, pipelines: int) -> list[Input | Output]:
    """Those of every pipeline, the inputs first."""
    one = _ports_of_one(attention, simd, attention.heads // pipelines)
    return [
        replace(port, port=f"{port.port}{suffix}")
        for kind in (Input, Output)
        for suffix in suffixes(pipelines)
        for port in one
        if type(port) is kind
    ]


def _ports_of_one(attention: Attention, simd: int, heads: int) -> list[Input | Output]:
    ports: list[Input | Output] = []
    rows = {"q": attention.tokens, "k": len(attention.arrivals), "v": len(attention.arrivals)}
    for role, tensor in (("q", attention.q), ("k", attention.k), ("v", attention.v)):
        bits = tensor.element.width_bits
        lanes = _port_lanes(attention.features, simd, bits)
        beats = heads * rows[role] * attention.features // lanes
        ports.append(Input(f"{role}_input", f"{role}_stream", tensor.name, beats, lanes, bits))
    count = attention.mask.random_count
    for role, tensor in (("k", attention.k), ("v", attention.v)) if count else ():
        bits = tensor.element.width_bits
        if count * simd * bits > _MAX_PORT_BITS:
            raise UserError(
                f"{count} random keys of {simd * bits} bits in a step",
                where=f"layer {attention.name}",
                do=f"use fewer random tokens or multipliers: a port has at most {_MAX_PORT_BITS} bits",
            )
        beats = heads * attention.tokens * attention.features // simd
        ports.append(Input(f"{role}_random_input", f"{role}_random_stream", tensor.name, beats, count * simd, bits))
    bits = attention.y.element.width_bits
    lanes = _port_lanes(attention.features, simd, bits)
    beats = heads * attention.tokens * attention.features // lanes
    return [*ports, Output("out_output", "out_stream", attention.y.name, beats, lanes, bits)]


def _port_lanes(features: int, simd: int, bits: int) -> int:
    """The most elements of a beat that make whole words of the cores and keep the port narrow."""
    return max(
        n for n in range(simd, features + 1, simd) if features % n == 0 and (n == simd or n * bits <= _PORT_BITS)
    )
