"""The contexts of a dataflow project: one per process, for the templates in `templates/dataflow`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from hlsgen.arch import Adapter, Input, Layer, Mac, MaxPool, Output, Plan, Pool, Window, read_stages
from hlsgen.core.errors import InternalError
from hlsgen.model import Graph

from . import numbers
from .parameters import Piece, Step, parameter_rom
from .project import Rom, beat_type, check_names, counter_bits


@dataclass(frozen=True, slots=True)
class PortProcess:
    """`input` and `output`."""

    kind: str
    name: str
    source: str
    target: str
    port_type: str
    tensor: str
    beats: int
    lanes: int
    bits: int


@dataclass(frozen=True, slots=True)
class AdapterProcess:
    """`narrow` and `widen`."""

    kind: str
    name: str
    source: str
    target: str
    in_lanes: int
    out_lanes: int
    in_bits: int
    out_bits: int
    steps: int
    ratio: int
    part_bits: int


@dataclass(frozen=True, slots=True)
class WindowProcess:
    """`window`. row_inside, column_inside: C++ conditions, one per kernel row or column, that it lies in the image;
    emits: the condition that the window is one of the convolution's, "" when all are."""

    kind: str
    name: str
    source: str
    target: str
    comment: str
    lanes: int
    in_bits: int
    out_bits: int
    steps: int
    inputs: int
    lag: int
    groups: int
    width: int
    rows: int
    columns: int
    span: int
    line_bits: int
    line_words: int
    one_line_word: bool
    column_word_bits: int
    place_bits: int
    group_bits: int
    column_bits: int
    row_bits: int
    stride_bits: int
    last_phase: int
    row_inside: str
    column_inside: str
    emits: str


@dataclass(frozen=True, slots=True)
class MacProcess:
    """`mac`."""

    kind: str
    name: str
    source: str
    target: str
    comment: str
    product: numbers.Product
    requantiser: numbers.Requantiser
    weights: str
    biases: str
    pe: int
    simd: int
    words: int
    passes: int
    steps: int
    replays: bool
    one_word: bool
    in_bits: int
    out_bits: int
    x_bits: int
    y_bits: int
    sum_bits: int
    word_bits: int
    pass_bits: int
    fold_bits: int


@dataclass(frozen=True, slots=True)
class PoolProcess:
    """`max_pool`."""

    kind: str
    name: str
    source: str
    target: str
    comment: str
    order: numbers.Order
    lanes: int
    element_bits: int
    bits: int
    steps: int
    groups: int
    width: int
    size: int
    slots: int
    one_slot: bool
    row_words: int
    group_bits: int
    column_bits: int
    size_bits: int
    slot_bits: int


Process = PortProcess | AdapterProcess | WindowProcess | MacProcess | PoolProcess


@dataclass(frozen=True, slots=True)
class StreamContext:
    """A stream of the top function."""

    name: str
    width_bits: int
    depth: int
    comment: str


@dataclass(frozen=True, slots=True)
class Dataflow:
    """What `templates/dataflow/top.cpp.j2` shows, beside the project."""

    processes: tuple[Process, ...]
    streams: tuple[StreamContext, ...]
    roms: tuple[Rom, ...]
    headers: tuple[str, ...]


def dataflow(plan: Plan, graph: Graph) -> Dataflow:
    """The contexts of a dataflow plan for `graph`."""
    stages = read_stages(graph, plan.pattern)
    layers = {stage.name: stage for stage in stages if isinstance(stage, Layer)}
    pools = {stage.name: stage for stage in stages if isinstance(stage, Pool)}
    ends = ["in_stream", *(stream.name for stream in plan.streams), "out_stream"]
    processes: list[Process] = []
    roms: list[Rom] = []
    lanes = {unit.layer: unit.lanes for unit in plan.units if isinstance(unit, Window)}
    for unit, source, target in zip(plan.units, ends, ends[1:], strict=False):
        match unit:
            case Input() | Output():
                processes.append(port_process(unit, source, target))
            case Adapter():
                processes.append(adapter_process(unit, source, target))
            case Window():
                processes.append(_window(unit, source, target))
            case MaxPool():
                processes.append(_pool(unit, pools[unit.layer], source, target))
            case Mac():
                layer = layers[unit.layer]
                process = _mac(unit, layer, source, target)
                processes.append(process)
                roms += _roms(process, layer, lanes.get(layer.name, 0), graph)
            case _:
                raise InternalError(f"no template for the unit {unit}")
    check_names(plan.design, [p.name for p in processes] + [r.name for r in roms])
    streams = tuple(
        StreamContext(s.name, s.width_bits, s.depth, f"{s.tensor}, {s.lanes} elements a word") for s in plan.streams
    )
    formats = [tensor.element for layer in layers.values() for tensor in (layer.x, layer.weight, layer.y)]
    return Dataflow(tuple(processes), streams, tuple(roms), (*numbers.headers(*formats), "lanes.h"))


def port_process(unit: Input | Output, source: str, target: str) -> PortProcess:
    return PortProcess(
        kind=unit.kind,
        name=unit.name,
        source=source,
        target=target,
        port_type=beat_type(unit.port),
        tensor=unit.tensor,
        beats=unit.beats,
        lanes=unit.lanes,
        bits=unit.lanes * unit.element_bits,
    )


def adapter_process(unit: Adapter, source: str, target: str) -> AdapterProcess:
    return AdapterProcess(
        kind=unit.kind,
        name=unit.name,
        source=source,
        target=target,
        in_lanes=unit.in_lanes,
        out_lanes=unit.out_lanes,
        in_bits=unit.in_lanes * unit.element_bits,
        out_bits=unit.out_lanes * unit.element_bits,
        steps=unit.steps,
        ratio=unit.ratio,
        part_bits=counter_bits(unit.ratio),
    )


def _window(unit: Window, source: str, target: str) -> WindowProcess:
    (height, width, _), (rows, columns) = unit.shape, unit.kernel
    word = unit.lanes * unit.element_bits
    line_words = width * unit.groups
    grid_rows = -(-(unit.pixels - unit.lag) // width)  # rows that the window's corner visits
    last_row, last_column = ((n - 1) * unit.stride for n in unit.out_shape[:2])
    emits = [f"{phase}_phase == 0" for phase in ("row", "column") if unit.stride > 1]
    emits += [f"row <= {last_row}"] if grid_rows > last_row + 1 else []
    emits += [f"column <= {last_column}"] if width > last_column + 1 else []
    top, left = unit.pads
    return WindowProcess(
        kind="window",
        name=unit.name,
        source=source,
        target=target,
        comment=f"The {rows} x {columns} windows of a {'x'.join(map(str, unit.shape))} image, stride {unit.stride}, "
        f"{top} rows and {left} columns of zeros ahead of it.",
        lanes=unit.lanes,
        in_bits=word,
        out_bits=word * rows * columns,
        steps=unit.steps,
        inputs=height * line_words,
        lag=unit.lag,
        groups=unit.groups,
        width=width,
        rows=rows,
        columns=columns,
        span=(columns - 1) * unit.groups + 1,
        line_bits=word * (rows - 1),
        line_words=line_words,
        one_line_word=line_words == 1,
        column_word_bits=word * rows,
        place_bits=counter_bits(line_words),
        group_bits=counter_bits(unit.groups),
        column_bits=counter_bits(width),
        row_bits=counter_bits(grid_rows + 1),
        stride_bits=counter_bits(unit.stride) if unit.stride > 1 else 0,
        last_phase=unit.stride - 1,
        row_inside=_inside("row", rows, top, last_row, height),
        column_inside=_inside("column", columns, left, last_column, width),
        emits=" && ".join(emits),
    )


def _inside(index: str, taps: int, padding: int, last: int, extent: int) -> str:
    """For each tap: that `index - padding + tap` lies in 0..extent - 1, when index is at most `last`."""
    conditions = []
    for tap in range(taps):
        offset = tap - padding
        parts = [f"{index} >= {-offset}"] if offset < 0 else []
        parts += [f"{index} < {extent - offset}"] if last + offset >= extent else []
        conditions.append(" && ".join(parts) or "true")
    return ", ".join(conditions)


def _mac(unit: Mac, layer: Layer, source: str, target: str) -> MacProcess:
    shapes = f"{'x'.join(map(str, layer.shape))} to {'x'.join(map(str, layer.out_shape))}"
    return MacProcess(
        kind="mac",
        name=unit.name,
        source=source,
        target=target,
        comment=f"The multipliers of the {layer.kind} layer {layer.name}, {shapes}.",
        product=numbers.product(layer.weight.element, layer.x.element),
        requantiser=numbers.requantiser(layer.sums.fixed, layer.y.element, layer.relu),
        weights=f"{layer.name}_weights",
        biases=f"{layer.name}_biases",
        pe=unit.pe,
        simd=unit.simd,
        words=unit.words,
        passes=unit.passes,
        steps=unit.steps,
        replays=unit.passes > 1,
        one_word=unit.words == 1,
        in_bits=unit.simd * unit.in_bits,
        out_bits=unit.pe * unit.out_bits,
        x_bits=unit.in_bits,
        y_bits=unit.out_bits,
        sum_bits=unit.sum_bits,
        word_bits=counter_bits(unit.words),
        pass_bits=counter_bits(unit.passes),
        fold_bits=counter_bits(unit.words * unit.passes),
    )


def _roms(process: MacProcess, layer: Layer, lanes: int, graph: Graph) -> Sequence[Rom]:
    """Weights as [pass and word][PE][SIMD], in the order in which the windows bring the inputs; biases as [pass][PE].

    lanes: channels of a window's word, when there is a window unit.
    """
    steps = []
    if layer.kind == "conv2d":  # out, kernel row, kernel column, in
        steps.append(Step(layer.weight.shape, (0, 2, 3, 1)))
    if layer.needs_windows:
        # The window of a group of channels comes as a whole: out, group, kernel row, kernel column, lane.
        steps.append(Step((layer.outputs, prod(layer.kernel), layer.shape[2] // lanes, lanes), (0, 2, 1, 3)))
    steps.append(Step((process.passes, process.pe, process.words, process.simd), (0, 2, 1, 3)))
    biases = Step((process.passes, process.pe), (0, 1))
    return (
        parameter_rom(
            process.weights,
            numbers.code_type(layer.weight.element),
            layer.weight.element.width_bits,
            (process.pe, process.simd),
            [Piece(layer.weight.name, tuple(steps))],
            graph,
            f"{layer.weight.name}, {layer.weight.element}: [pass * {process.words} + word][output][input]",
        ),
        parameter_rom(
            process.biases,
            f"ap_int<{process.sum_bits}>",
            layer.bias.element.width_bits,
            (process.pe,),
            [Piece(layer.bias.name, (biases,))],
            graph,
            f"{layer.bias.name}, in units of the sums: [pass][output]",
        ),
    )


def _pool(unit: MaxPool, pool: Pool, source: str, target: str) -> PoolProcess:
    # Columns left over at the right have a slot of their own, which nobody looks at.
    slots = -(-unit.shape[1] // unit.size) * unit.groups
    return PoolProcess(
        kind="max_pool",
        name=unit.name,
        source=source,
        target=target,
        comment=f"Maximum over windows of {unit.size} x {unit.size}, {'x'.join(map(str, unit.shape))} to "
        f"{'x'.join(map(str, unit.out_shape))}.",
        order=numbers.order(pool.x.element),
        lanes=unit.lanes,
        element_bits=unit.element_bits,
        bits=unit.lanes * unit.element_bits,
        steps=unit.steps,
        groups=unit.groups,
        width=unit.shape[1],
        size=unit.size,
        slots=slots,
        one_slot=slots == 1,
        row_words=unit.shape[1] * unit.groups,
        group_bits=counter_bits(unit.groups),
        column_bits=counter_bits(unit.shape[1]),
        size_bits=counter_bits(unit.size),
        slot_bits=counter_bits(slots),
    )
