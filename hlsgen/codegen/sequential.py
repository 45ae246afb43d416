"""The context of a sequential project: the engine, its instructions and its ROMs, for `templates/sequential`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from hlsgen.arch import Engine, Layer, Load, Pass, Plan, Store, read_stages
from hlsgen.arch.engine import LEVELS, PRODUCT_LEVELS, WINDOW_LEVELS
from hlsgen.core.errors import InternalError
from hlsgen.model import Graph
from hlsgen.numerics import Fixed

from . import numbers
from .parameters import Piece, Step, parameter_rom
from .project import Rom, beat_type, check_names, counter_bits


@dataclass(frozen=True, slots=True)
class Table:
    """One field of the instructions, for all layers."""

    name: str
    element_type: str
    extents: str
    text: str
    comment: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """The load of the input, or the store of the output. word_beats: beats that fill a word; pixel_beats: of a
    pixel."""

    port_type: str
    tensor: str
    lanes: int
    bits: int
    beats: int
    pixel_beats: int
    word_beats: int
    part_bits: int
    pixel_beat_bits: int
    base: int


@dataclass(frozen=True, slots=True)
class EngineContext:
    """Sizes, types and tables of the shared unit."""

    layers: int
    pe: int
    simd: int
    parts: int
    levels: int
    level_names: str
    pool_level: int
    pass_level: int
    tables: tuple[Table, ...]
    product: numbers.Product
    requantiser: numbers.Requantiser
    order: numbers.Order
    activation_words: int
    x_bits: int
    y_bits: int
    word_bits: int
    result_bits: int
    sum_bits: int
    aligned_bits: int
    shifts: bool
    shift_bits: int
    count_bits: int
    part_bits: int
    address_bits: int
    signed_address_bits: int
    weight_bits: int
    bias_bits: int
    pixel_bits: int

    @property
    def level_tables(self) -> tuple[str, ...]:
        """The tables with an entry per level."""
        return tuple(table.name for table in self.tables if table.extents.endswith("[LEVELS]"))


@dataclass(frozen=True, slots=True)
class Sequential:
    """What `templates/sequential/top.cpp.j2` shows, beside the project."""

    engine: EngineContext
    load: Transfer
    store: Transfer
    roms: tuple[Rom, ...]
    headers: tuple[str, ...]


def sequential(plan: Plan, graph: Graph) -> Sequential:
    """The contexts of a sequential plan for `graph`."""
    engine, load, *passes, store = plan.engine, *plan.units
    if engine is None or not isinstance(load, Load) or not isinstance(store, Store):
        raise InternalError("a sequential plan has an engine between a load and a store", plan)
    layers = {stage.name: stage for stage in read_stages(graph, plan.pattern) if isinstance(stage, Layer)}
    pairs = [(one, layers[one.name]) for one in passes if isinstance(one, Pass)]
    check_names(plan.design, ())
    first = pairs[0][1]
    return Sequential(
        engine=_engine(engine, pairs),
        load=_transfer(load, engine),
        store=_transfer(store, engine),
        roms=tuple(_roms(engine, pairs, graph)),
        headers=(*numbers.headers(first.x.element, first.weight.element), "lanes.h"),
    )


def _engine(engine: Engine, pairs: Sequence[tuple[Pass, Layer]]) -> EngineContext:
    passes = [one for one, _ in pairs]
    first = pairs[0][1]
    shifts = [one.shift_left for one in passes]
    aligned_bits = engine.sum_bits + max(shifts)
    # A sum, once aligned, has `aligned_shift` bits below the last bit of its result, whatever the layer.
    y = first.y.element
    aligned = Fixed(aligned_bits, aligned_bits + y.lsb_exponent - engine.aligned_shift)
    address_bits = counter_bits(engine.activation_words + 1)
    pixels = [extent for one in passes for strides in (one.row_strides, one.column_strides) for extent in strides]
    pixels += [n for one in passes for n in (*one.shape, *(-pad for pad in one.pads))]
    pixels += [n + k for one in passes for n, k in zip(one.shape, one.kernel, strict=True)]
    x_strides = [stride for one in passes for stride in (*one.x_strides, one.x_start)]
    weight_strides = [stride for one in passes for stride in one.weight_strides]
    sizes = {
        "count_bits": counter_bits(max(n for one in passes for n in one.counts)),
        "address_bits": address_bits,
        "signed_address_bits": max(address_bits + 1, *map(_signed_bits, x_strides)),
        "weight_bits": max(_signed_bits(engine.weight_words), *map(_signed_bits, weight_strides)),
        "bias_bits": counter_bits(engine.bias_words),
        "pixel_bits": 1 + max(map(_signed_bits, pixels)),
        "shift_bits": counter_bits(max(shifts) + 1),
    }
    return EngineContext(
        layers=len(passes),
        pe=engine.pe,
        simd=engine.simd,
        parts=engine.parts,
        levels=len(LEVELS),
        level_names=", ".join(LEVELS),
        pool_level=PRODUCT_LEVELS,
        pass_level=WINDOW_LEVELS,
        tables=tuple(_tables(passes, [layer.relu for _, layer in pairs], sizes)),
        product=numbers.product(first.weight.element, first.x.element),
        requantiser=numbers.requantiser(aligned, y, relu=False),
        order=numbers.order(y),
        activation_words=engine.activation_words,
        x_bits=engine.x_bits,
        y_bits=engine.x_bits,
        word_bits=engine.simd * engine.x_bits,
        result_bits=engine.pe * engine.x_bits,
        sum_bits=engine.sum_bits,
        aligned_bits=aligned_bits,
        shifts=max(shifts) > 0,
        part_bits=counter_bits(engine.parts),
        **sizes,
    )


def _tables(passes: Sequence[Pass], relus: Sequence[bool], sizes: dict[str, int]) -> Iterator[Table]:
    pixel, address = f"ap_int<{sizes['pixel_bits']}>", f"ap_int<{sizes['signed_address_bits']}>"
    weight = f"ap_int<{sizes['weight_bits']}>"

    def per_level(name: str, element_type: str, rows: Sequence[Sequence[int]], comment: str) -> Table:
        text = ", ".join(f"{{{', '.join(map(str, row))}}}" for row in rows)
        return Table(name, element_type, "[LAYERS][LEVELS]", f"{{{text}}}", comment)

    def per_layer(name: str, element_type: str, values: Sequence[int | str], comment: str) -> Table:
        return Table(name, element_type, "[LAYERS]", f"{{{', '.join(map(str, values))}}}", comment)

    counts = [[n - 1 for n in one.counts] for one in passes]
    yield per_level("layer_last", f"ap_uint<{sizes['count_bits']}>", counts, "last iteration of each level")
    yield per_level("layer_x_stride", address, [one.x_strides for one in passes], "of the address of the input word")
    yield per_level(
        "layer_weight_stride", weight, [one.weight_strides for one in passes], "of the address of the weights"
    )
    yield per_level("layer_row_stride", pixel, [one.row_strides for one in passes], "of the row of the input pixel")
    yield per_level("layer_column_stride", pixel, [one.column_strides for one in passes], "of its column")
    yield per_layer("layer_steps", "int", [one.steps for one in passes], "steps of the whole nest")
    yield per_layer("layer_x", address, [one.x_start for one in passes], "first input word")
    yield per_layer(
        "layer_y", f"ap_uint<{sizes['address_bits']}>", [one.y_base for one in passes], "first word of the result"
    )
    yield per_layer("layer_weights", weight, [one.weight_base for one in passes], "first weights")
    yield per_layer("layer_biases", f"ap_uint<{sizes['bias_bits']}>", [one.bias_base for one in passes], "first biases")
    yield per_layer("layer_row", pixel, [-one.pads[0] for one in passes], "row of the first input pixel")
    yield per_layer("layer_column", pixel, [-one.pads[1] for one in passes], "column of the first input pixel")
    yield per_layer("layer_height", pixel, [one.shape[0] for one in passes], "rows of the input")
    yield per_layer("layer_width", pixel, [one.shape[1] for one in passes], "columns of the input")
    yield per_layer("layer_relu", "bool", [str(relu).lower() for relu in relus], "whether negative sums become 0")
    if max(one.shift_left for one in passes):
        shifts = [one.shift_left for one in passes]
        yield per_layer("layer_shift", f"ap_uint<{sizes['shift_bits']}>", shifts, "of a sum, ahead of the requantiser")


def _transfer(unit: Load | Store, engine: Engine) -> Transfer:
    return Transfer(
        port_type=beat_type(unit.port),
        tensor=unit.tensor,
        lanes=unit.lanes,
        bits=unit.lanes * unit.element_bits,
        beats=unit.beats,
        pixel_beats=unit.channels // unit.lanes,
        word_beats=engine.simd // unit.lanes,
        part_bits=counter_bits(engine.simd // unit.lanes),
        pixel_beat_bits=counter_bits(unit.channels // unit.lanes),
        base=unit.base,
    )


def _roms(engine: Engine, pairs: Sequence[tuple[Pass, Layer]], graph: Graph) -> Iterator[Rom]:
    names = ", ".join(layer.name for _, layer in pairs)
    first = pairs[0][1]
    yield parameter_rom(
        "weights",
        numbers.code_type(first.weight.element),
        first.weight.element.width_bits,
        (engine.pe, engine.simd),
        [_weights(engine, one, layer) for one, layer in pairs],
        graph,
        f"of {names}: [pass, kernel row, kernel column, word][output][input], 0 where a word is not full",
    )
    yield parameter_rom(
        "biases",
        f"ap_int<{engine.sum_bits}>",
        max(layer.bias.element.width_bits for _, layer in pairs),
        (engine.pe,),
        [_biases(engine, one, layer) for one, layer in pairs],
        graph,
        f"of {names}, in units of the sums: [pass][output]",
    )


def _weights(engine: Engine, one: Pass, layer: Layer) -> Piece:
    """(words, pe, simd): outputs and channels filled up with zeros."""
    steps = [Step(layer.weight.shape, (0, 2, 3, 1))] if layer.kind == "conv2d" else []
    channels = layer.weight.size // (layer.outputs * prod(one.kernel))
    pad = (one.passes * engine.pe - layer.outputs, 0, 0, one.groups * engine.simd - channels)
    steps.append(Step((layer.outputs, *one.kernel, channels), (0, 1, 2, 3), pad))
    steps.append(Step((one.passes, engine.pe, prod(one.kernel) * one.groups, engine.simd), (0, 2, 1, 3)))
    return Piece(layer.weight.name, tuple(steps))


def _biases(engine: Engine, one: Pass, layer: Layer) -> Piece:
    return Piece(layer.bias.name, (Step((layer.outputs,), (0,), (one.passes * engine.pe - layer.outputs,)),))


def _signed_bits(value: int) -> int:
    return (value if value >= 0 else ~value).bit_length() + 1
