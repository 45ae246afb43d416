"""The contexts of a window-attention project, for the templates in `templates/swat`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hlsgen.arch import Adapter, Attention, AttentionPlan, AttentionStage, Input, Output, read_attention
from hlsgen.arch.swat import suffixes
from hlsgen.model import Graph
from hlsgen.model.operators.window_attention import (
    quotient_format,
    score_format,
    score_range,
    weighted_format,
)
from hlsgen.numerics import Fixed
from hlsgen.numerics.exp2 import GUARD_BITS

from . import numbers
from .dataflow import adapter_process, port_process
from .project import Part, Rom, check_names, counter_bits, initialiser, rom

_VALUES_DEPTH = 24  # cycles that the sum of a row's weights waits for its weighted values, and more
_ON_THE_WAY = 8  # words of the next row that come before the maximum of a row has arrived


@dataclass(frozen=True, slots=True)
class StreamContext:
    """A stream of the top function."""

    name: str
    type: str
    depth: int
    comment: str


@dataclass(frozen=True, slots=True)
class Step:
    """A process of the top function: its template, its arguments, and the `fields` that the template shows."""

    name: str
    template: str
    arguments: tuple[str, ...]
    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True, slots=True)
class Swat:
    """What `templates/swat/top.cpp.j2` shows, beside the project. calls: processes with their arguments, those of each
    pipeline."""

    processes: tuple[Step, ...]
    calls: tuple[str, ...]
    streams: tuple[StreamContext, ...]
    roms: tuple[Rom, ...]
    headers: tuple[str, ...]
    parts: dict[str, Part]


def swat(plan: AttentionPlan, graph: Graph) -> Swat:
    """The contexts of a plan for `graph`."""
    made = Contexts(plan, graph)
    made.run()
    check_names(plan.design, [step.name for step in made.steps] + [rom.name for rom in made.roms])
    attention = made.attention
    formats = [attention.q.element, attention.k.element, attention.v.element, attention.y.element]
    headers = (*numbers.headers(*formats), "lanes.h", "divide.h")
    ends = suffixes(plan.pipelines)
    calls = [f"{step.name}({', '.join(name + end for name in step.arguments)})" for end in ends for step in made.steps]
    streams = [replace(stream, name=stream.name + end) for end in ends for stream in made.streams]
    parts = parts_of(attention, plan)
    return Swat(tuple(made.steps), tuple(calls), tuple(streams), tuple(made.roms), headers, parts)


def parts_of(attention: Attention, plan: AttentionPlan) -> dict[str, Part]:
    """What passes the ports, where it is not the tensor as it is."""
    parts: dict[str, Part] = {}
    mask, share = attention.mask, attention.heads // plan.pipelines
    arrivals = None if attention.arrivals == tuple(range(attention.tokens)) else attention.arrivals
    chosen = tuple(token for row in mask.random for token in row)
    for number, end in enumerate(suffixes(plan.pipelines)):
        heads = (number * share, share) if plan.pipelines > 1 else None
        for role in ("q", "k", "v", "out"):
            rows = arrivals if role in ("k", "v") else None
            if heads or rows:
                parts[f"{role}_stream{end}"] = Part(heads, rows)
            if role in ("k", "v") and mask.random:
                parts[f"{role}_random_stream{end}"] = Part(heads, chosen, mask.random_count)
    return parts


def _role(port: Input | Output) -> str:
    return port.port.removesuffix("_stream")


class Contexts:
    """The processes of one pipeline and what passes between them."""

    def __init__(self, plan: AttentionPlan, graph: Graph) -> None:
        self.plan, self.graph = plan, graph
        self.attention: Attention = read_attention(graph)
        (node,) = graph.nodes
        self.attributes = node.attributes
        self.base, self.slope = (graph.constants[f"{node.name}_exp_{role}"] for role in ("base", "slope"))
        self.steps: list[Step] = []
        self.streams: list[StreamContext] = []
        self.roms: list[Rom] = []
        self.stages: dict[str, AttentionStage] = {stage.kind: stage for stage in plan.stages}

    @property
    def word_count(self) -> int:
        """Words of a row of scores."""
        return self.plan.folds * self.plan.groups

    def run(self) -> None:
        plan, attention, mask = self.plan, self.attention, self.attention.mask
        attributes = self.attributes
        self.scores = score_format(attention.q.element, attention.k.element, attention.features)
        self.weight_bits = attributes["weight_bits"] + 1
        self.total_bits = (mask.keys << attributes["weight_bits"]).bit_length()
        self.sums = weighted_format(attention.v.element, attributes["weight_bits"], mask.keys)
        log_bits, lanes = attributes["score_bits"], plan.lanes
        by_row = attributes["maximum"] == "row"

        one = [replace(port, port=port.port.removesuffix(suffixes(plan.pipelines)[0])) for port in plan.ports]
        per_pipeline = len(one) // plan.pipelines
        sources = {_role(port): self.source(port) for port in one[: per_pipeline - 1]}
        scores = self.stream("scores", lanes * self.scores.width, 2, "scores, as they leave the cores")
        logs = self.stream(
            "logs", lanes * log_bits, self.word_count + _ON_THE_WAY, "logarithms of a row, for its maximum"
        )
        maxima = self.stream("maxima", log_bits, 2, "the greatest of each row", signed=True) if by_row else ""
        weights = self.stream("weights", lanes * self.weight_bits, 2, "weights")
        waiting = 2 + -(-_VALUES_DEPTH // plan.row_cycles)
        totals = self.stream("totals", self.total_bits, max(4, waiting), "sums of the weights of each row")
        sums = self.stream("sums", plan.simd * self.sums.width, 2, "weighted sums")
        out_bits = attention.y.element.width_bits
        results = self.stream("results", plan.simd * out_bits, 2, f"{attention.y.name}, {plan.simd} elements a word")

        self.step(
            "scores",
            [sources["q"], sources["k"], sources.get("k_random"), scores],
            self.score_fields(),
        )
        self.step("scale", [scores, logs, maxima], self.scale_fields())
        self.step("weights", [logs, maxima, weights, totals], self.weight_fields())
        self.step("values", [weights, sources["v"], sources.get("v_random"), sums], self.value_fields())
        self.step("divide", [sums, totals, results], self.divide_fields())
        self.sink(one[-plan.pipelines], results)

    def stream(self, name: str, bits: int, depth: int, comment: str, signed: bool = False) -> str:
        self.streams.append(StreamContext(name, f"ap_{'' if signed else 'u'}int<{bits}>", depth, comment))
        return name

    def step(self, kind: str, streams: Sequence[str | None], fields: dict[str, Any]) -> None:
        stage = self.stages[kind]
        arguments = tuple(stream for stream in streams if stream)
        self.steps.append(Step(stage.name, f"swat/{kind}.cpp.j2", arguments, {"steps": stage.steps, **fields}))

    def source(self, port: Input) -> str:
        """The processes that take a port's beats apart; the stream of words behind them."""
        role = _role(port)
        words = f"{role}_words"
        beats = words if port.lanes == self._word_lanes(port) else f"{role}_beats"
        self.stream(beats, port.lanes * port.element_bits, 2, f"{port.tensor}, {port.lanes} elements a word")
        self.port(port, port.port, beats)
        if beats != words:
            self.adapter(port, f"{role}_narrow", port.lanes, self.plan.simd, beats, words)
            self.stream(
                words, self.plan.simd * port.element_bits, 2, f"{port.tensor}, {self.plan.simd} elements a word"
            )
        return words

    def sink(self, port: Input | Output, results: str) -> None:
        """The processes that put the results on the output port."""
        beats = results
        if port.lanes != self.plan.simd:
            beats = self.stream(
                "beats", port.lanes * port.element_bits, 2, f"{port.tensor}, {port.lanes} elements a word"
            )
            self.adapter(port, "out_widen", self.plan.simd, port.lanes, results, beats)
        self.port(port, beats, port.port)

    def _word_lanes(self, port: Input) -> int:
        return port.lanes if "random" in port.port else self.plan.simd

    def port(self, port: Input | Output, source: str, target: str) -> None:
        process = port_process(port, source, target)
        fields = {key: getattr(process, key) for key in process.__dataclass_fields__ if key != "name"}
        self.steps.append(Step(port.name, f"dataflow/{port.kind}.cpp.j2", (source, target), fields))

    def adapter(self, port: Input | Output, name: str, lanes: int, wanted: int, source: str, target: str) -> None:
        adapter = Adapter(name, port.beats * port.lanes, lanes, wanted, port.element_bits)
        process = adapter_process(adapter, source, target)
        fields = {key: getattr(process, key) for key in process.__dataclass_fields__ if key != "name"}
        self.steps.append(Step(name, f"dataflow/{adapter.kind}.cpp.j2", (source, target), fields))

    def ring_fields(self, tensor_bits: int) -> dict[str, Any]:
        """What `ring.j2` shows."""
        plan, attention, mask = self.plan, self.attention, self.attention.mask
        return {
            "cores": plan.cores,
            "folds": plan.folds,
            "features": plan.features,
            "row_words": plan.row_words,
            "times": plan.times,
            "preloaded": len(mask.preloaded),
            "arrivals": len(attention.arrivals),
            "first": plan.times - plan.tokens,
            "word_bits": plan.simd * tensor_bits,
            "random": mask.random_count,
            "ring": mask.window,
            "newest": mask.random_count + (-len(mask.preloaded) % mask.window if mask.window else 0),
            "slot_bits": counter_bits(plan.folds * plan.cores + 1),
            "pin_times": self.pin_table(self.pin_time, plan.times) if mask.pinned else "",
            "step_bits": counter_bits(plan.row_words),
            "fold_bits": counter_bits(plan.folds),
            "place_bits": counter_bits(plan.folds * plan.row_words),
            "places": 1 << counter_bits(plan.folds * plan.row_words) if plan.folds * plan.row_words > 1 else 1,
            "time_bits": counter_bits(plan.times + 1),
            "interval": plan.initiation_interval,
            "groups": plan.groups,
            "lanes": plan.lanes,
            "simd": plan.simd,
        }

    def pin_time(self, token: int) -> int:
        """When the row of a pinned token arrives."""
        preloaded = self.attention.mask.preloaded
        return preloaded.index(token) if token in preloaded else len(preloaded) + token

    def pin_table(self, value: Any, never: int) -> str:
        """By fold and core: `value` of the token pinned in the slot, or `never`."""
        table = np.full((self.plan.folds, self.plan.cores), never)
        for slot, token in self.pinned_slots():
            table[divmod(slot, self.plan.cores)] = value(token)
        return initialiser(table)

    def pinned_slots(self) -> Iterator[tuple[int, int]]:
        """(slot, token) of every pinned token."""
        mask = self.attention.mask
        return enumerate(mask.pinned, mask.random_count + mask.window)

    def score_fields(self) -> dict[str, Any]:
        attention, plan = self.attention, self.plan
        stage = self.stages["scores"]
        return {
            **self.ring_fields(attention.k.element.width_bits),
            "product": numbers.product(attention.k.element, attention.q.element),
            "query_bits": plan.simd * attention.q.element.width_bits,
            "element_bits": attention.q.element.width_bits,
            "key_bits": attention.k.element.width_bits,
            "key_type": numbers.code_type(attention.k.element),
            "sum_bits": self.scores.width,
            "busy": stage.steps - plan.groups,
            "active": "busy",
        }

    def scale_fields(self) -> dict[str, Any]:
        plan, mask, tokens = self.plan, self.attention.mask, self.attention.tokens
        attributes, words = self.attributes, self.word_count
        multiplier = attributes["multiplier"]
        slots = [self.place(slot) for slot in range(mask.random_count, mask.random_count + mask.window)]
        pinned = set(mask.pinned)
        at_first = np.zeros(words, dtype=object)
        for slot in range(mask.random_count):
            word, lane = self.place(slot)
            at_first[word] |= 1 << lane
        for slot, _ in self.pinned_slots() if not mask.causal else ():
            word, lane = self.place(slot)
            at_first[word] |= 1 << lane
        for token in range(min(mask.ahead + 1, tokens)) if mask.window else ():
            if token not in pinned:
                word, lane = slots[token % mask.window]
                at_first[word] |= 1 << lane
        counts = [row + mask.ahead < tokens and row + mask.ahead not in pinned for row in range(tokens)]
        rows = np.full((words, plan.lanes), tokens)
        for slot, token in self.pinned_slots():
            rows[self.place(slot)] = token
        return {
            "lanes": plan.lanes,
            "words": words,
            "rows": tokens,
            "sum_bits": self.scores.width,
            "log_bits": attributes["score_bits"],
            "by_row": attributes["maximum"] == "row",
            "largest": score_range(attributes)[1],
            "ring": mask.window,
            "ring_word": initialiser(np.array([word for word, _ in slots])),
            "ring_lane": initialiser(np.array([lane for _, lane in slots])),
            "newest": mask.ahead % mask.window if mask.window else 0,
            "at_first": initialiser(at_first),
            "counts": initialiser(np.array(counts, dtype=int)),
            "pin_rows": initialiser(rows) if mask.causal and mask.pinned else "",
            "multiplier": multiplier,
            "multiplier_bits": multiplier.bit_length() + 1,
            "product_bits": self.scores.width + multiplier.bit_length() + 1,
            "shift": attributes["shift"],
            "word_bits": counter_bits(words),
            "lane_bits": counter_bits(plan.lanes),
            "row_bits": counter_bits(tokens + 1),
            "ring_bits": counter_bits(max(mask.window, 1)),
        }

    def place(self, slot: int) -> tuple[int, int]:
        """(word, lane) of a slot in a row of scores."""
        fold, core = divmod(slot, self.plan.cores)
        return fold * self.plan.groups + core // self.plan.lanes, core % self.plan.lanes

    def weight_fields(self) -> dict[str, Any]:
        attributes, name = self.attributes, self.attention.name
        log_bits, fraction_bits = attributes["score_bits"], attributes["fraction_bits"]
        precision, weight = attributes["precision_bits"], attributes["weight_bits"]
        segments = len(self.base)
        offset_bits = fraction_bits - counter_bits(segments)
        entry = f"in units of 2^-{precision + GUARD_BITS}"
        base_bits, slope_bits = (int(table.max()).bit_length() for table in (self.base, self.slope))
        self.roms += [
            rom(f"{name}_bases", f"ap_uint<{base_bits}>", self.base, f"2^f at the start of each segment, {entry}"),
            rom(f"{name}_slopes", f"ap_uint<{slope_bits}>", self.slope, f"its rise over the segment, {entry}"),
        ]
        return {
            "lanes": self.plan.lanes,
            "words": self.word_count,
            "word_bits": counter_bits(self.word_count),
            "log_bits": log_bits,
            "largest": score_range(attributes)[1],
            "by_row": attributes["maximum"] == "row",
            "weight_bits": weight + 1,
            "total_bits": self.total_bits,
            "fraction_bits": fraction_bits,
            "shift_bits": log_bits + 1 - fraction_bits,
            "index_bits": counter_bits(segments),
            "offset_bits": offset_bits,
            "rise_bits": slope_bits + offset_bits,
            "chord_bits": base_bits + 1,
            "half": 1 << (GUARD_BITS - 1),
            "guard_bits": GUARD_BITS,
            "power_bits": weight + 2,
            "extra_bits": weight - precision,
            "most_shift": weight + 1,
            "segments": segments,
            "bases": f"{name}_bases",
            "slopes": f"{name}_slopes",
        }

    def value_fields(self) -> dict[str, Any]:
        v = self.attention.v.element
        heads = self.plan.heads // self.plan.pipelines
        return {
            **self.ring_fields(v.width_bits),
            "product": numbers.product(Fixed(self.weight_bits, self.weight_bits, signed=False), v),
            "element_bits": v.width_bits,
            "weight_bits": self.weight_bits,
            "sum_bits": self.sums.width,
            "heads": heads,
            "active": "started",
            "head_bits": counter_bits(heads + 1),
        }

    def divide_fields(self) -> dict[str, Any]:
        v, y = self.attention.v.element, self.attention.y.element
        quotient = quotient_format(v, y)
        below = v.lsb_exponent - quotient.lsb_exponent - 1
        return {
            "simd": self.plan.simd,
            "row_words": self.plan.row_words,
            "step_bits": counter_bits(self.plan.row_words),
            "sum_bits": self.sums.width,
            "total_bits": self.total_bits,
            "out_bits": y.width_bits,
            "below": below,
            "numerator_bits": self.sums.width + below,
            "quotient_bits": quotient.width - 2,
            "requantiser": numbers.requantiser(quotient, y, False),
        }
