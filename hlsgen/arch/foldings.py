"""The search for foldings: how many outputs (PE) and inputs (SIMD) of each layer are worked on at a time.

In: the stages of a model. Out: one `Choice` per stage such that, for a bound on the cycles of the slowest unit, the
multipliers are fewest, then the minifloat encoders, then the adapters, then the streams narrowest. Foldings divide
the dimensions of their layer, and neighbouring lane counts divide one another, so a stream needs at most a simple
adapter. The search is exact: dynamic programming over the lanes between stages, and a bisection over the bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from hlsgen.core.errors import UserError
from hlsgen.model import Tensor
from hlsgen.numerics import MiniFloat

from .layers import Layer, Pool, Stage
from .units import Window

MAX_STREAM_BITS = 4096  # the widest ap_uint
MAX_PORT_BITS = 512
BALANCED_UTILISATION = 0.95


@dataclass(frozen=True, slots=True)
class Choice:
    """How a stage is folded. in_lanes: of the stream it reads (a convolution: of its window unit); out_lanes: of
    its result.

    A pool has `pe` 0 and passes its lanes on. steps: of its slowest unit. adapters: within it. encoders: requantisers
    to minifloat, each several times a multiplier.
    """

    pe: int
    simd: int
    in_lanes: int
    out_lanes: int
    steps: int
    adapters: int
    stream_bits: int
    encoders: int = 0

    @property
    def multipliers(self) -> int:
        return self.pe * self.simd


@dataclass(frozen=True, slots=True)
class Folding:
    """The choices of all stages. bound: cycles of the slowest unit."""

    choices: tuple[Choice, ...]
    bound: int

    @property
    def multipliers(self) -> int:
        return sum(choice.multipliers for choice in self.choices)


def fastest(stages: Sequence[Stage], budget: int) -> Folding:
    """The folding with the smallest bound that `budget` multipliers allow. Raises `UserError` when none does."""
    options = [list(_options(stage)) for stage in stages]
    bounds = _bounds(stages, options)
    low, high = 0, len(bounds) - 1
    least = _cheapest(stages, options, bounds[high])
    if least is None or least.multipliers > budget:
        needed = least.multipliers if least else sum(isinstance(stage, Layer) for stage in stages)
        raise UserError(
            f"the pattern dataflow needs at least {needed} multipliers, one per layer; the budget is {budget}",
            do="raise --multipliers, or use --pattern sequential",
        )
    best = least
    while low < high:
        middle = (low + high) // 2
        trial = _cheapest(stages, options, bounds[middle])
        if trial is not None and trial.multipliers <= budget:
            best, high = trial, middle
        else:
            low = middle + 1
    return best


def balanced(stages: Sequence[Stage], budget: int) -> Folding:
    """The default: within `budget`, at most as fast as one input element a cycle, and with the multipliers of all
    layers together busy for most of the time."""
    options = [list(_options(stage)) for stage in stages]
    bounds = _bounds(stages, options)
    macs = sum(stage.macs for stage in stages if isinstance(stage, Layer))
    for bound in bounds:
        if bound < prod(stages[0].shape):
            continue
        trial = _cheapest(stages, options, bound)
        if trial is None or trial.multipliers > budget:
            continue
        if macs >= BALANCED_UTILISATION * trial.multipliers * bound:  # busy
            return trial
    return fastest(stages, budget)


def lanes_fit(one: int, other: int) -> bool:
    """Whether an adapter between streams of so many lanes is simple, or none."""
    return one % other == 0 or other % one == 0


def port_lanes(lanes: int, element_bits: int) -> int:
    """The lanes of an AXI stream that feeds or drains a stream of `lanes`: as many, unless the port grows too wide."""
    return max(n for n in _divisors(lanes) if n == 1 or n * element_bits <= MAX_PORT_BITS)


def _bounds(stages: Sequence[Stage], options: Sequence[Sequence[Choice]]) -> list[int]:
    """Every number of steps that the slowest unit can have."""
    bounds = {choice.steps for stage_options in options for choice in stage_options}
    for stage in stages:
        for tensor_shape in (stage.shape, stage.out_shape):
            size = prod(tensor_shape)
            bounds.update(size // lanes for lanes in _divisors(size))
    return sorted(bounds)


def _cheapest(stages: Sequence[Stage], options: Sequence[Sequence[Choice]], bound: int) -> Folding | None:
    """The choices of fewest multipliers, then narrowest streams, with every unit within `bound` steps."""
    states: dict[int, _Partial] = {}  # the best so far, by the lanes of the last stream
    for index, (stage, stage_options) in enumerate(zip(stages, options, strict=True)):
        elements = prod(stage.shape)
        found: dict[int, _Partial] = {}
        for choice in stage_options:
            if choice.steps > bound:
                continue
            if index:
                joined = (p.joined(choice, elements, bound) for p in states.values())
                best = min((p for p in joined if p), key=_Partial.cost, default=None)
            else:
                fed = _port_steps(choice.in_lanes, stage.x) <= bound
                best = (
                    _Partial().followed_by(choice, port_lanes(choice.in_lanes, stage.x.element.width_bits))
                    if fed
                    else None
                )
            known = found.get(choice.out_lanes)
            if best and (known is None or best.cost() < known.cost()):
                found[choice.out_lanes] = best
        states = found
    ends = [state for lanes, state in states.items() if _port_steps(lanes, stages[-1].y) <= bound]
    return Folding(min(ends, key=_Partial.cost).choices, bound) if ends else None


@dataclass(frozen=True, slots=True)
class _Partial:
    """The choices for the first stages, and what they cost."""

    choices: tuple[Choice, ...] = ()
    multipliers: int = 0
    encoders: int = 0
    adapters: int = 0
    stream_bits: int = 0

    def cost(self) -> tuple[int, int, int, int]:
        return self.multipliers, self.encoders, self.adapters, self.stream_bits

    def joined(self, choice: Choice, elements: int, bound: int) -> _Partial | None:
        """With `choice` behind it; None when lane counts do not fit, or the adapter between is slower than `bound`."""
        lanes = self.choices[-1].out_lanes
        if lanes == choice.in_lanes:
            return self.followed_by(choice, lanes)
        slow = elements // min(lanes, choice.in_lanes) > bound
        if choice.pe == 0 or slow or not lanes_fit(lanes, choice.in_lanes):
            return None
        return self.followed_by(choice, lanes)

    def followed_by(self, choice: Choice, lanes: int) -> _Partial:
        """With `choice` behind a stream of `lanes`."""
        return _Partial(
            (*self.choices, choice),
            self.multipliers + choice.multipliers,
            self.encoders + choice.encoders,
            self.adapters + choice.adapters + (lanes != choice.in_lanes),
            self.stream_bits + choice.stream_bits,
        )


def _port_steps(lanes: int, tensor: Tensor) -> int:
    """Beats of the AXI stream that feeds or drains `lanes` elements of `tensor` at a time."""
    return tensor.size // port_lanes(lanes, tensor.element.width_bits)


def _options(stage: Stage) -> Iterator[Choice]:
    """Every folding of a stage."""
    if isinstance(stage, Pool):
        bits = stage.x.element.width_bits
        for lanes in _divisors(stage.shape[2]):
            steps = prod(stage.shape) // lanes
            yield Choice(0, 0, lanes, lanes, steps, 0, lanes * bits)
        return
    in_bits, out_bits = stage.x.element.width_bits, stage.y.element.width_bits
    for simd in _divisors(stage.taps):
        if simd * in_bits > MAX_STREAM_BITS:
            continue
        for pe in _divisors(stage.outputs):
            if pe * out_bits > MAX_STREAM_BITS:
                continue
            mac_steps = stage.pixels * (stage.taps // simd) * (stage.outputs // pe)
            for in_lanes, steps in _feeds(stage, simd):
                word = in_lanes * prod(stage.kernel) if stage.needs_windows else simd
                bits = (in_lanes + word + simd) * in_bits + pe * out_bits
                encoders = pe if isinstance(stage.y.element, MiniFloat) else 0
                yield Choice(pe, simd, in_lanes, pe, max(mac_steps, steps), int(word != simd), bits, encoders)


def _feeds(layer: Layer, simd: int) -> Iterator[tuple[int, int]]:
    """(lanes of the stream into the layer, steps of the units ahead of the multipliers)."""
    if not layer.needs_windows:
        yield simd, layer.pixels * layer.taps // simd
        return
    for lanes in _divisors(layer.shape[2]):
        window = window_unit(layer, lanes)
        word = prod(layer.kernel) * lanes
        if word % simd == 0 and word * window.element_bits <= MAX_STREAM_BITS:
            yield lanes, max(window.steps, layer.pixels * layer.taps // simd)


def window_unit(layer: Layer, lanes: int) -> Window:
    """The unit that makes the windows of a convolution."""
    return Window(
        f"{layer.name}_window", layer.name, layer.shape, layer.out_shape, layer.kernel, layer.stride, layer.pads, lanes,
        layer.x.element.width_bits,
    )  # fmt: skip


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]
