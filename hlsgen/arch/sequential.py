"""The planner of the pattern `sequential`: one array of multipliers, layer after layer, everything in on-chip memory.

In: the stages of a model, a budget of multipliers. Out: a `Plan` whose array needs the fewest steps that the
budget allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

from hlsgen.core.boards import Board
from hlsgen.core.errors import UserError
from hlsgen.model import Graph, Tensor
from hlsgen.numerics import Fixed

from .engine import Engine, Load, Pass, Store
from .foldings import MAX_STREAM_BITS, port_lanes
from .layers import Layer, Pool, Stage, read_stages
from .plan import Plan
from .timing import LAYER_OVERHEAD, engine_depth, number_depth, transfer_overhead

DEFAULT_MULTIPLIERS = 64


def plan_sequential(graph: Graph, board: Board, multipliers: int | None) -> Plan:
    """multipliers: the budget; None stands for 64 or the DSPs of the board, whatever is less."""
    budget = min(board.dsp, DEFAULT_MULTIPLIERS) if multipliers is None else multipliers
    jobs = _jobs(read_stages(graph, "sequential"))
    _check_uniform(jobs)
    x_bits = jobs[0].layer.x.element.width_bits
    pe, simd = _array(jobs, budget)
    # The memory has two regions; layer 0 reads the first one and writes the second one, layer 1 the other way round.
    sizes = [prod(jobs[0].layer.shape[:2]) * _words(jobs[0].layer.shape[2], simd)]
    sizes += [prod(job.out_shape[:2]) * _words(job.out_shape[2], simd) for job in jobs]
    bases = [(max(sizes[0::2]), 0)[(index + 1) % 2] for index in range(len(sizes))]
    aligned = max(job.shift for job in jobs)
    passes = list(_passes(jobs, pe, simd, bases, aligned))
    engine = Engine(
        pe=pe,
        simd=simd,
        x_bits=x_bits,
        weight_bits=jobs[0].layer.weight.element.width_bits,
        sum_bits=max(job.layer.sums.fixed.width_bits for job in jobs),
        aligned_shift=aligned,
        activation_words=max(sizes[0::2]) + max(sizes[1::2]),
        weight_words=sum(prod(p.kernel) * p.groups * p.passes for p in passes),
        bias_words=sum(p.passes for p in passes),
    )
    first, last = jobs[0], jobs[-1]
    x, shape = first.layer.x, first.layer.shape
    load = Load(
        f"{x.name}_input", "in_stream", x.name, prod(shape[:2]), shape[2], _lanes(shape, simd, x_bits), x_bits, bases[0]
    )
    y, shape = last.y, last.out_shape
    store = Store(
        f"{y.name}_output",
        "out_stream",
        y.name,
        prod(shape[:2]),
        shape[2],
        _lanes(shape, simd, x_bits),
        x_bits,
        bases[-1],
    )
    job = max(jobs, key=lambda job: job.layer.sums.fixed.width)
    numbers = number_depth(job.layer.x.element, job.layer.weight.element, job.layer.sums.fixed, job.layer.y.element)
    depth = engine_depth(simd, engine.parts, engine.sum_bits, numbers)
    cycles = (
        load.steps
        + store.steps
        + transfer_overhead(simd // store.lanes)
        + sum(p.steps + depth + LAYER_OVERHEAD for p in passes)
    )
    return Plan(
        design=graph.name,
        pattern="sequential",
        board=board.name,
        part=board.part,
        family=board.family,
        clock_ns=board.clock_ns,
        budget=budget,
        macs_per_sample=sum(job.layer.macs for job in jobs),
        units=(load, *passes, store),
        streams=(),
        engine=engine,
        cycles_per_sample=cycles,
        interval_cycles=cycles,
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """A layer with the pool behind it."""

    layer: Layer
    pool: int
    y: Tensor
    out_shape: tuple[int, int, int]

    @property
    def shift(self) -> int:
        """Bits of a sum below the last bit of its result."""
        return self.layer.y.element.lsb_exponent - self.layer.sums.fixed.lsb_exponent

    def steps(self, pe: int, simd: int) -> int:
        words = prod(self.layer.kernel) * _words(self.layer.shape[2], simd)
        return prod(self.out_shape[:2]) * self.pool**2 * words * _words(self.layer.outputs, pe)


def _jobs(stages: Sequence[Stage]) -> list[_Job]:
    jobs: list[_Job] = []
    for stage in stages:
        if isinstance(stage, Layer):
            jobs.append(_Job(stage, 1, stage.y, stage.out_shape))
        elif not jobs or jobs[-1].pool > 1:
            raise UserError(
                "the pattern sequential cannot do a max_pool that is not behind a dense or conv2d layer",
                where=f"layer {stage.name}",
                do="use --pattern dataflow",
            )
        else:
            jobs[-1] = _pooled(jobs[-1].layer, stage)
    first = jobs[0].layer
    if first.kind == "dense":
        # The input comes as a row of elements: it fills words better than pixels of few channels.
        jobs[0] = replace(jobs[0], layer=replace(first, shape=(1, 1, first.taps), kernel=(1, 1)))
    return jobs


def _pooled(layer: Layer, pool: Pool) -> _Job:
    return _Job(layer, pool.size, pool.y, pool.out_shape)


def _check_uniform(jobs: Sequence[_Job]) -> None:
    """The array has one kind of multiplier and of requantiser: formats may differ in their binary points only."""
    first = jobs[0].layer
    for job in jobs:
        for role, tensor, like in (
            ("weight", job.layer.weight, first.weight),
            ("input", job.layer.x, first.x),
            ("result", job.layer.y, first.x),
        ):
            if _unscaled(tensor) != _unscaled(like):
                raise UserError(
                    f"the pattern sequential cannot do a {role} of {tensor.format} beside {like.name} of {like.format}",
                    where=f"layer {job.layer.name}",
                    do="use one format for all layers, or --pattern dataflow",
                )


def _unscaled(tensor: Tensor) -> object:
    fmt = tensor.element
    return replace(fmt, integer=fmt.width) if isinstance(fmt, Fixed) else replace(fmt, scale_exponent=0)


def _array(jobs: Sequence[_Job], budget: int) -> tuple[int, int]:
    """(pe, simd) within the budget of the fewest steps, input and output included; pe divides simd."""
    first, last = jobs[0].layer, jobs[-1]
    bits = first.x.element.width_bits

    def cost(array: tuple[int, int]) -> tuple[int, int, int]:
        pe, simd = array
        beats = first.x.size // _lanes(first.shape, simd, bits) + last.y.size // _lanes(last.out_shape, simd, bits)
        return beats + sum(job.steps(pe, simd) for job in jobs), pe * simd, simd

    widest = min(budget, MAX_STREAM_BITS // bits)
    return min(((pe, simd) for simd in range(1, widest + 1) for pe in _divisors_up_to(simd, budget // simd)), key=cost)


def _divisors_up_to(number: int, largest: int) -> Iterator[int]:
    return (n for n in range(1, min(number, largest) + 1) if number % n == 0)


def _passes(jobs: Sequence[_Job], pe: int, simd: int, bases: Sequence[int], aligned: int) -> Iterator[Pass]:
    weight_base = bias_base = 0
    for index, job in enumerate(jobs):
        layer = job.layer
        one = Pass(
            name=layer.name,
            shape=layer.shape[:2],
            out_shape=job.out_shape[:2],
            kernel=layer.kernel,
            stride=layer.stride,
            pads=layer.pads,
            pool=job.pool,
            groups=_words(layer.shape[2], simd),
            passes=_words(layer.outputs, pe),
            relu=layer.relu,
            shift_left=aligned - job.shift,
            x_base=bases[index],
            y_base=bases[index + 1],
            weight_base=weight_base,
            bias_base=bias_base,
        )
        yield one
        weight_base += prod(one.kernel) * one.groups * one.passes
        bias_base += one.passes


def _lanes(shape: tuple[int, int, int], simd: int, element_bits: int) -> int:
    """The lanes of a port: a beat holds channels of one pixel, and fits into one word."""
    return port_lanes(gcd(shape[2], simd), element_bits)


def _words(elements: int, lanes: int) -> int:
    return -(-elements // lanes)
