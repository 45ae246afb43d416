"""The planner of the pattern `dataflow`: a unit per task, all at work at the same time, streams between them.

In: the stages of a model, a budget of multipliers. Out: a `Plan` whose slowest unit is as fast as the budget allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from hlsgen.core.boards import Board
from hlsgen.model import Graph, Tensor
from hlsgen.numerics import Fixed

from .foldings import Choice, balanced, fastest, port_lanes, window_unit
from .layers import Layer, Stage, read_stages
from .pipeline import fit_fifos
from .plan import Plan, Stream
from .timing import number_depth
from .units import Adapter, Input, Mac, MaxPool, Output, Unit


def plan_dataflow(graph: Graph, board: Board, multipliers: int | None) -> Plan:
    """multipliers: the budget; None leaves it to the DSPs of the board and to the rate of the input."""
    stages = read_stages(graph, "dataflow")
    budget = board.dsp if multipliers is None else multipliers
    folding = (balanced if multipliers is None else fastest)(stages, budget)
    links = list(_links(stages, folding.choices))
    units = tuple(link.unit for link in links)
    depths, timing = fit_fifos(units)
    streams = tuple(
        Stream(
            f"{link.unit.name}_out", link.tensor.name, link.elements, link.lanes, link.tensor.element.width_bits, depth
        )
        for link, depth in zip(links, depths, strict=False)
    )
    return Plan(
        design=graph.name,
        pattern="dataflow",
        board=board.name,
        part=board.part,
        family=board.family,
        clock_ns=board.clock_ns,
        budget=budget,
        macs_per_sample=sum(stage.macs for stage in stages if isinstance(stage, Layer)),
        units=units,
        streams=streams,
        engine=None,
        cycles_per_sample=timing.latency,
        interval_cycles=timing.interval,
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A unit, and the stream behind it: so many elements of `tensor` a sample, `lanes` a word."""

    unit: Unit
    tensor: Tensor
    elements: int
    lanes: int


def _links(stages: Sequence[Stage], choices: Sequence[Choice]) -> Iterator[_Link]:
    """The units in the order of the data, adapters where lane counts differ."""
    x = stages[0].x
    lanes = port_lanes(choices[0].in_lanes, x.element.width_bits)
    yield _Link(
        Input(f"{x.name}_input", "in_stream", x.name, x.size // lanes, lanes, x.element.width_bits), x, x.size, lanes
    )
    for stage, choice in zip(stages, choices, strict=True):
        yield from _adapter(stage.name, stage.x, stage.x.size, lanes, choice.in_lanes)
        lanes = choice.out_lanes
        bits = stage.x.element.width_bits
        if isinstance(stage, Layer):
            yield from _layer_links(stage, choice)
        else:
            unit = MaxPool(
                f"{stage.name}_max",
                stage.name,
                stage.shape,
                stage.out_shape,
                stage.size,
                lanes,
                bits,
                isinstance(stage.x.element, Fixed),
            )
            yield _Link(unit, stage.y, stage.y.size, lanes)
    y = stages[-1].y
    bits = y.element.width_bits
    out_lanes = port_lanes(lanes, bits)
    yield from _adapter(f"{stages[-1].name}_output", y, y.size, lanes, out_lanes)
    yield _Link(
        Output(f"{stages[-1].name}_output", "out_stream", y.name, y.size // out_lanes, out_lanes, bits),
        y,
        y.size,
        out_lanes,
    )


def _layer_links(layer: Layer, choice: Choice) -> Iterator[_Link]:
    if layer.needs_windows:
        window = window_unit(layer, choice.in_lanes)
        word, elements = prod(layer.kernel) * choice.in_lanes, layer.pixels * layer.taps
        yield _Link(window, layer.x, elements, word)
        yield from _adapter(f"{layer.name}_taps", layer.x, elements, word, choice.simd)
    mac = Mac(
        name=f"{layer.name}_mac",
        layer=layer.name,
        vectors=layer.pixels,
        taps=layer.taps,
        outputs=layer.outputs,
        pe=choice.pe,
        simd=choice.simd,
        in_bits=layer.x.element.width_bits,
        weight_bits=layer.weight.element.width_bits,
        sum_bits=layer.sums.fixed.width_bits,
        out_bits=layer.y.element.width_bits,
        number_depth=number_depth(layer.x.element, layer.weight.element, layer.sums.fixed, layer.y.element),
    )
    yield _Link(mac, layer.y, layer.y.size, choice.pe)


def _adapter(name: str, tensor: Tensor, elements: int, lanes: int, wanted: int) -> Iterator[_Link]:
    if lanes != wanted:
        bits = tensor.element.width_bits
        kind = "narrow" if lanes > wanted else "widen"
        yield _Link(Adapter(f"{name}_{kind}", elements, lanes, wanted, bits), tensor, elements, wanted)
