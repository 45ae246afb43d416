"""AXI masters in place of AXI streams: where each tensor of a plan lies in memory, and what that costs in cycles.

In: any plan, its graph, the board. Out: a `Memory`, a `Master` for each stream of the plan. The accelerator stays what
it is; in front of it words are read in bursts and cut into the beats of the stream, behind it beats become words.

In memory an element takes 8, 16 or 32 bits, signed ones are sign-extended: an array of NumPy's integers, row-major,
without gaps. Only the end of a sample is filled up to a whole word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import gcd
from typing import Any

from hlsgen.core.boards import Board
from hlsgen.core.errors import UserError
from hlsgen.model import Graph, parameter_names
from hlsgen.numerics import Fixed

from .attention import read_attention
from .pipeline import Timing
from .plan import Plan
from .swat import AttentionPlan
from .table import table

DEFAULT_LATENCY_CYCLES = 16
MAX_LATENCY_CYCLES = 1024
BURST_WORDS = 16
NARROWEST_BITS, WIDEST_BITS = 8, 1024  # of a word
_USUAL_BITS = 32  # no port is narrower unless it is asked for
_STORAGE_BITS = (8, 16, 32)
_MOST_OUTSTANDING = 64
# Read from the RTL of hlsgen.hls: ap_start to the first beat, and the last beat to ap_done, without the memory.
_SET_UP, _TAIL = 10, 10
_LONGEST_READ_CYCLES = 255  # that the pragma takes
_BEATS_READY = 2  # of the next sample, in the FIFO
_ROUND_TRIP = 10  # of a read, besides the memory's latency


@dataclass(frozen=True, slots=True)
class Gather:
    """The rows of a head that are read, in order: `together` side by side, `step_words` words of each in turn."""

    rows: tuple[int, ...]
    row_words: int
    step_words: int
    together: int


@dataclass(frozen=True, slots=True)
class Master:
    """The AXI master that stands for the stream `port`.

    heads: (first, number) of the tensor's, None: all. lanes, element_bits: of the stream's beats. elements: that pass
    in a sample. sample_words: from sample to sample in memory. gather: None where memory is read from front to back.
    outstanding: bursts under way at a time.
    """

    name: str
    port: str
    tensor: str
    is_input: bool
    heads: tuple[int, int] | None
    lanes: int
    element_bits: int
    storage_bits: int
    is_signed: bool
    word_bits: int
    elements: int
    sample_words: int
    gather: Gather | None
    outstanding: int

    @property
    def argument(self) -> str:
        """Of the C++ function."""
        return f"{self.name}_memory"

    @property
    def bundle(self) -> str:
        return f"gmem_{self.name}"

    @property
    def word_elements(self) -> int:
        return self.word_bits // self.storage_bits

    @property
    def step_elements(self) -> int:
        """Elements that move from words to beats, or back, in a cycle."""
        return gcd(self.lanes, self.word_elements)

    @property
    def steps(self) -> int:
        """Cycles in which the elements of a sample move."""
        return self.elements // self.step_elements

    @property
    def beats(self) -> int:
        return self.elements // self.lanes

    def behind(self, beats: int) -> int:
        """Cycles by which pieces of so many beats fall behind a beat a cycle."""
        return max(0, beats) * (self.lanes // self.step_elements - 1)

    @property
    def words(self) -> int:
        """That pass in a sample."""
        return -(-self.elements // self.word_elements)

    @property
    def dtype(self) -> str:
        """NumPy's name of the elements."""
        return f"{'' if self.is_signed else 'u'}int{self.storage_bits}"

    @property
    def burst_words(self) -> int:
        return 2 if self.gather else BURST_WORDS


@dataclass(frozen=True, slots=True)
class ParameterMaster:
    """The AXI master that weights and biases are loaded through. outstanding: bursts under way at a time."""

    word_bits: int
    outstanding: int

    argument = "parameters_memory"
    bundle = "gmem_parameters"
    burst_words = BURST_WORDS


@dataclass(frozen=True, slots=True)
class Memory:
    """latency_cycles: of the memory, for which bursts are kept under way. overlaps: the accelerator takes a sample
    while it is at work on another. parameters: None where weights are baked into the design."""

    latency_cycles: int
    overlaps: bool
    masters: tuple[Master, ...]
    parameters: ParameterMaster | None = None

    @property
    def read_cycles(self) -> int:
        """From a request to its word, for the schedule: with fewer, a pipeline of single words would wait for each."""
        return min(_LONGEST_READ_CYCLES, self.latency_cycles + _ROUND_TRIP)

    @property
    def off_chip_bytes(self) -> int:
        """Of a sample, as they pass the ports."""
        return sum(master.words * master.word_bits // 8 for master in self.masters)

    def timing(self, core: Timing) -> Timing:
        """Of a call for one sample, from ap_start to ap_done, and of each further sample; core: with streams.

        A port moves a word, and in another process a step, in each cycle, and no more than is under way at a time.
        """
        round_trip = self.latency_cycles + _ROUND_TRIP
        slowest = core.interval
        for master in self.masters:
            bursts = -(-master.words // (1 if master.gather else BURST_WORDS))
            under_way = min(master.outstanding, self.read_cycles) if master.gather else master.outstanding
            waits = -(-bursts * round_trip // under_way) if master.is_input else 0
            slowest = max(slowest, master.steps, master.words, waits)
        if not self.overlaps:
            slowest = max(slowest, core.interval + sum(m.behind(beats=m.beats - _BEATS_READY) for m in self.masters))
        late = max(0, slowest - core.interval) if self.overlaps else 0
        last = max((m.words - 1) % BURST_WORDS + 1 for m in self.masters if not m.is_input)
        access = 2 * self.latency_cycles + last
        # A beat is there when its last piece is, a word when its last beat is.
        if not self.overlaps:
            access += sum(m.behind(m.beats) for m in self.masters)
            return Timing(core.latency + access + _SET_UP + _TAIL, slowest)
        access += sum(max(m.lanes // m.step_elements for m in self.masters if m.is_input == way) - 1 for way in (0, 1))
        return Timing(core.latency + late + access + _SET_UP + _TAIL, slowest)

    def __str__(self) -> str:
        rows = [["AXI master", "tensor", "in memory", "width", "words per sample", "bursts under way"]]
        for m in self.masters:
            rows.append([m.bundle, m.tensor, m.dtype, f"{m.word_bits} bits", str(m.words), str(m.outstanding)])
        if self.parameters is not None:
            width = f"{self.parameters.word_bits} bits"
            rows.append([self.parameters.bundle, "weights", "", width, "", str(self.parameters.outstanding)])
        return f"memory that answers after {self.latency_cycles} cycles\n\n{table(rows)}"

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal memory."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @staticmethod
    def from_json(document: dict[str, Any]) -> Memory:
        """What `to_json` wrote. Raises `UserError` for anything else."""
        try:
            parameters = document["parameters"] and ParameterMaster(**document["parameters"])
            masters = tuple(map(_master, document["masters"]))
            return Memory(document["latency_cycles"], document["overlaps"], masters, parameters)
        except (KeyError, TypeError) as error:
            raise UserError(f"not a memory of hlsgen: {error}", where="plan", do="run hlsgen plan again") from error


def plan_memory(
    plan: Plan | AttentionPlan,
    graph: Graph,
    board: Board,
    width_bits: int | None = None,
    latency_cycles: int = DEFAULT_LATENCY_CYCLES,
    loads_weights: bool = False,
) -> Memory:
    """width_bits: of every master; None: what the rate of each takes, no more than a port of the board has.
    loads_weights: there is one for weights and biases too.

    Raises `UserError` for a width or latency that is none.
    """
    check_memory(width_bits, latency_cycles)
    if not isinstance(plan, Plan) and plan.pattern != AttentionPlan.pattern:
        raise UserError(f"the pattern {plan.pattern} has AXI masters of its own", where="--io", do="leave it out")
    overlaps = isinstance(plan, AttentionPlan) or plan.engine is None
    masters = tuple(_masters(plan, graph, board, width_bits, latency_cycles))
    parameters = _parameters(graph, width_bits, latency_cycles) if loads_weights else None
    return Memory(latency_cycles, overlaps, masters, parameters)


def check_memory(width_bits: int | None, latency_cycles: int) -> None:
    """Raises the `UserError` of `plan_memory` for a width or latency that no memory has."""
    if width_bits is not None and (width_bits & (width_bits - 1) or not NARROWEST_BITS <= width_bits <= WIDEST_BITS):
        raise UserError(
            f"a width of {width_bits} bits",
            where="--axi-width-bits",
            do=f"use a power of two from {NARROWEST_BITS} to {WIDEST_BITS}",
        )
    if not 1 <= latency_cycles <= MAX_LATENCY_CYCLES:
        raise UserError(
            f"a latency of {latency_cycles} cycles", where="--axi-latency", do=f"use 1 to {MAX_LATENCY_CYCLES}"
        )


def storage_bits(element_bits: int) -> int:
    """Of a parameter in memory."""
    return max(8, 1 << (element_bits - 1).bit_length())


def _parameters(graph: Graph, width_bits: int | None, latency_cycles: int) -> ParameterMaster:
    """A word a cycle, as wide as the widest parameter at least. Raises `UserError` for a design without any."""
    names = parameter_names(graph)
    if not names:
        raise UserError("the design has no weights to load", where="--weights", do="leave it out")
    widest = max(storage_bits(graph.tensors[name].element.width_bits) for name in names)
    if width_bits is not None and width_bits < widest:
        raise UserError(
            f"words of {width_bits} bits for biases of {widest}",
            where="--axi-width-bits",
            do=f"use {widest} or more with --weights loaded",
        )
    cover = -(-(latency_cycles + _ROUND_TRIP) // BURST_WORDS) + 1
    outstanding = min(_MOST_OUTSTANDING, 1 << (cover - 1).bit_length())
    return ParameterMaster(width_bits or max(_USUAL_BITS, widest), outstanding)


def _masters(
    plan: Plan | AttentionPlan, graph: Graph, board: Board, width_bits: int | None, latency_cycles: int
) -> Iterator[Master]:
    for unit in plan.ports:
        element = graph.tensors[unit.tensor].element
        storage = next((bits for bits in _STORAGE_BITS if bits >= unit.element_bits), 0)
        if not storage:
            raise UserError(
                f"elements of {unit.element_bits} bits in memory", where=f"tensor {unit.tensor}", do="use --io stream"
            )
        if width_bits is not None and width_bits < storage:
            raise UserError(
                f"words of {width_bits} bits for elements of {storage}",
                where=f"tensor {unit.tensor}",
                do=f"use --axi-width-bits {storage} or more",
            )
        elements = unit.beats * unit.lanes
        rate = -(-elements * storage // plan.interval_cycles)
        wanted = max(storage, min(board.memory_port_bits, max(_USUAL_BITS, 1 << (rate - 1).bit_length())))
        heads, gather, word_bits = None, None, width_bits or wanted
        sample_elements = elements
        if isinstance(plan, AttentionPlan):
            heads, gather, word_bits = _rows_of(plan, graph, unit.port, storage, word_bits)
            if gather is not None:
                sample_elements = plan.heads // plan.pipelines * plan.tokens * plan.features
        per_word = word_bits // storage
        words = -(-elements // per_word)
        bursts = words if gather else -(-words // BURST_WORDS)
        # As many as cover the latency at the rate of the accelerator, and one that begins.
        cover = -(-bursts * (latency_cycles + _ROUND_TRIP) // plan.interval_cycles) + 1
        yield Master(
            name=unit.port.replace("_stream", ""),
            port=unit.port,
            tensor=unit.tensor,
            is_input=unit.kind in ("input", "load"),
            heads=heads,
            lanes=unit.lanes,
            element_bits=unit.element_bits,
            storage_bits=storage,
            is_signed=isinstance(element, Fixed) and element.signed,
            word_bits=word_bits,
            elements=elements,
            sample_words=-(-sample_elements // per_word),
            gather=gather,
            outstanding=min(_MOST_OUTSTANDING, max(2, 1 << (cover - 1).bit_length())),
        )


def _rows_of(
    plan: AttentionPlan, graph: Graph, port: str, storage_bits: int, word_bits: int
) -> tuple[tuple[int, int] | None, Gather | None, int]:
    """The heads behind a port, which of their rows it reads, and the width of words that fill a row."""
    attention = read_attention(graph)
    role, _, number = port.partition("_stream")
    share = plan.heads // plan.pipelines
    heads = (int(number.removeprefix("_")) * share, share) if plan.pipelines > 1 else None
    mask = attention.mask
    if role.endswith("_random"):
        whole, together = plan.simd, mask.random_count
        rows = tuple(token for row in mask.random for token in row)
    elif role in ("k", "v") and attention.arrivals != tuple(range(plan.tokens)):
        whole, together, rows = plan.features, 1, attention.arrivals
    else:
        return heads, None, word_bits
    word_bits = min(word_bits, gcd(whole * storage_bits, WIDEST_BITS))
    per_word = word_bits // storage_bits
    return heads, Gather(rows, plan.features // per_word, whole // per_word, together), word_bits


def _master(document: dict[str, Any]) -> Master:
    gather, heads = document["gather"], document["heads"]
    rest = {key: value for key, value in document.items() if key not in ("gather", "heads")}
    return Master(
        heads=heads and tuple(heads), gather=gather and Gather(**{**gather, "rows": tuple(gather["rows"])}), **rest
    )
