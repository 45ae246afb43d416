"""What every generated project has, whatever the pattern: ports, ROMs, names; the context of `templates/project`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import hlsgen
from hlsgen.arch import AnyPlan, Input, Load, Output, Store, port_width_bits
from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier
from hlsgen.core.vlnv import vlnv_of
from hlsgen.model import Graph

_TAKEN = ("main", "word_t", "result_t", "sum_t")


@dataclass(frozen=True, slots=True)
class Part:
    """What of a tensor passes a port, when it is not all as it is. heads: (first, number), of the last axis but two.

    rows: of the last axis but one, in order. interleaved: so many rows side by side, their words in turn.
    """

    heads: tuple[int, int] | None = None
    rows: tuple[int, ...] | None = None
    interleaved: int = 1


@dataclass(frozen=True, slots=True)
class Port:
    """An AXI stream of the accelerator; see `interface.json`. shape: of what passes, before rows are chosen."""

    name: str
    type_name: str
    width_bits: int
    beats: int
    lanes: int
    element_bits: int
    tensor: str
    format: str
    is_input: bool
    shape: tuple[int, ...]
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Rom:
    """An array with contents. extents: its dimensions in C++; text: its elements. pieces: of parameters, how tensors
    make them (`parameters.Piece`); element_bits: of those, as wide as any."""

    name: str
    element_type: str
    extents: str
    text: str
    comment: str
    shape: tuple[int, ...]
    element_bits: int = 0
    pieces: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """The part of the context that all files share."""

    top: str
    version: str
    pattern: str
    plan_digest: str
    part: str
    clock_ns: float
    ports: tuple[Port, ...]
    roms: tuple[Rom, ...]
    headers: tuple[str, ...]
    notes: tuple[str, ...]
    masters: tuple[dict[str, Any], ...] = ()  # AXI masters around it, see `memory`
    batch: int = 0
    parameters: dict[str, Any] | None = None  # of a design that loads its weights, see `parameters`

    @property
    def vlnv(self) -> tuple[str, ...]:
        """Vendor, library, name and version of the core that Vitis HLS packages."""
        return tuple(vlnv_of(self.top).split(":"))

    @property
    def inputs(self) -> tuple[Port, ...]:
        return tuple(port for port in self.ports if port.is_input)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return tuple(port for port in self.ports if not port.is_input)


def project(
    plan: AnyPlan,
    graph: Graph,
    roms: Sequence[Rom],
    headers: Sequence[str],
    parts: Mapping[str, Part] | None = None,
) -> Project:
    """The shared context of a plan's project. parts: of the ports that do not move a tensor as it is."""
    return Project(
        top=check_identifier(plan.design, "model"),
        version=hlsgen.__version__,
        pattern=plan.pattern,
        plan_digest=plan.digest,
        part=plan.part,
        clock_ns=plan.clock_ns,
        ports=tuple(_port(unit, graph, (parts or {}).get(unit.port)) for unit in plan.ports),
        roms=tuple(roms),
        headers=tuple(headers),
        notes=tuple(f" {line}".rstrip() for line in str(plan).splitlines()),
    )


def rom(name: str, element_type: str, values: np.ndarray, comment: str) -> Rom:
    """`values` (at least one dimension) as a nested C++ initialiser, a line for each of the first dimension."""
    extents = "".join(f"[{extent}]" for extent in values.shape)
    text = ",\n".join(f"    {initialiser(row)}" for row in values)
    return Rom(name, element_type, extents, text, comment, values.shape)


def check_names(top: str, names: Iterable[str]) -> None:
    """Every name that the generated C++ declares at file scope must be its own. Raises `UserError`."""
    seen = {*_TAKEN}
    for name in (top, *names):
        if name in seen:
            raise UserError(
                f"the generated C++ would have two things called {name!r}", where=f"model {top}", do="rename a layer"
            )
        seen.add(check_identifier(name, "process", where=f"model {top}"))


def counter_bits(values: int) -> int:
    """Bits of an unsigned counter of so many values, from 0."""
    return max(1, (values - 1).bit_length())


def beat_type(port: str) -> str:
    """The C++ type of the beats of a port."""
    return f"{port.partition('_stream')[0]}_beat_t"


def _port(unit: Input | Output | Load | Store, graph: Graph, part: Part | None) -> Port:
    is_input, shape = unit.kind in ("input", "load"), list(graph.tensors[unit.tensor].shape)
    if part is not None and part.heads is not None:
        shape[-3] = part.heads[1]
    return Port(
        name=unit.port,
        type_name=beat_type(unit.port),
        width_bits=port_width_bits(unit.lanes, unit.element_bits),
        beats=unit.beats,
        lanes=unit.lanes,
        element_bits=unit.element_bits,
        tensor=unit.tensor,
        format=str(graph.tensors[unit.tensor].format),
        is_input=is_input,
        shape=tuple(shape),
        part=part,
    )


def initialiser(values: np.ndarray) -> str:
    """`values` as a nested C++ initialiser."""
    return f"{{{', '.join(map(initialiser, values))}}}" if np.ndim(values) else str(values)
