"""The plan: what an architecture planner decides, frozen, and all that follows from it.

In: `plan_dataflow` or `plan_sequential`. Out: a table for people, JSON for the next stage, parameters for the code
generator, and the predicted cycles that every test compares with the RTL.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from typing import Any, TypeAlias

from hlsgen.core.digest import digest_value
from hlsgen.core.errors import UserError

from .engine import Engine, Load, Pass, Store
from .table import table
from .units import Adapter, Input, Mac, MaxPool, Output, Unit, Window

_VERSION = 1
AnyUnit: TypeAlias = Unit | Load | Pass | Store
_UNITS = {cls.__name__: cls for cls in (Input, Output, Adapter, Window, Mac, MaxPool, Load, Pass, Store)}


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream between two units: `elements` a sample, `lanes` a word, a FIFO of `depth` words."""

    name: str
    tensor: str
    elements: int
    lanes: int
    element_bits: int
    depth: int

    @property
    def width_bits(self) -> int:
        return self.lanes * self.element_bits


@dataclass(frozen=True, slots=True)
class Plan:
    """An accelerator for one model on one board.

    units: in the order of the data; streams[i] leads from units[i] to units[i + 1] (dataflow), or engine holds
    the shared unit (sequential). cycles_per_sample: from the first beat taken to the last beat put out, of a
    sample on its own. interval_cycles: between samples that follow without a pause.
    """

    design: str
    pattern: str
    board: str
    part: str
    family: str
    clock_ns: float
    budget: int
    macs_per_sample: int
    units: tuple[AnyUnit, ...]
    streams: tuple[Stream, ...]
    engine: Engine | None
    cycles_per_sample: int
    interval_cycles: int

    @property
    def multipliers(self) -> int:
        return self.engine.multipliers if self.engine else sum(unit.multipliers for unit in self.units)

    @property
    def roofline_cycles(self) -> Fraction:
        """Cycles between samples if the multipliers of the slowest layer (the shared ones) never paused."""
        if self.engine:
            return Fraction(self.macs_per_sample, self.engine.multipliers)
        return Fraction(max(unit.steps for unit in self.units if isinstance(unit, Mac)))

    @property
    def mac_utilisation(self) -> float:
        """The share of cycles in which the multipliers of the slowest layer (the shared ones) are at work."""
        return float(self.roofline_cycles / self.interval_cycles)

    @property
    def off_chip_bytes(self) -> int:
        """Bytes of a sample that pass the AXI streams, padding of the beats included."""
        return sum(unit.beats * port_width_bits(unit.lanes, unit.element_bits) // 8 for unit in self.ports)

    @property
    def on_chip_bits(self) -> int:
        """Weights, biases, buffers and FIFOs."""
        fifos = sum(stream.depth * stream.width_bits for stream in self.streams)
        return fifos + sum(unit.on_chip_bits for unit in self.units) + (self.engine.on_chip_bits if self.engine else 0)

    @property
    def ports(self) -> tuple[Input | Load, Output | Store]:
        """The first and the last unit: those that face outwards."""
        first, last = self.units[0], self.units[-1]
        assert isinstance(first, Input | Load) and isinstance(last, Output | Store)
        return first, last

    @property
    def digest(self) -> str:
        """Names this plan in what is generated from it."""
        return digest_value(self.to_json())[:12]

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal plan."""
        document = {field.name: getattr(self, field.name) for field in fields(self)}
        document["units"] = [{"unit": type(unit).__name__, **asdict(unit)} for unit in self.units]
        document["streams"] = [asdict(stream) for stream in self.streams]
        document["engine"] = asdict(self.engine) if self.engine else None
        return {"version": _VERSION, **json.loads(json.dumps(document))}

    @staticmethod
    def from_json(document: dict[str, Any]) -> Plan:
        """The plan that `to_json` wrote. Raises `UserError` for anything else."""
        try:
            values = dict(document)
            if values.pop("version") != _VERSION:
                raise ValueError(f"version {document['version']}")
            units = tuple(
                _UNITS[unit["unit"]](**{key: _frozen(value) for key, value in unit.items() if key != "unit"})
                for unit in values.pop("units")
            )
            streams = tuple(Stream(**stream) for stream in values.pop("streams"))
            engine = values.pop("engine")
            return Plan(units=units, streams=streams, engine=engine and Engine(**engine), **values)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError(f"not a plan of hlsgen: {error}", where="plan", do="run hlsgen plan again") from error

    def __str__(self) -> str:
        head = (
            f"{self.design}: {self.pattern} on {self.board}, {self.multipliers} multipliers of {self.budget}, "
            f"{self.cycles_per_sample} cycles per sample, one every {self.interval_cycles} "
            f"(MAC utilisation {self.mac_utilisation:.2f}), {self.off_chip_bytes} bytes off chip, "
            f"{self.on_chip_bits} bits on chip"
        )
        rows = [["unit", "kind", "folding", "steps", "multipliers", "on-chip bits", "FIFO behind it"]]
        fifos = [f"{stream.depth} x {stream.width_bits} bits" for stream in self.streams]
        for index, unit in enumerate(self.units):
            fifo = fifos[index] if index < len(fifos) else ""
            figures = (unit.steps, unit.multipliers, unit.on_chip_bits)
            rows.append([unit.name, unit.kind, unit.folding, *map(str, figures), fifo])
        return f"{head}\n\n{table(rows)}"


def port_width_bits(lanes: int, element_bits: int) -> int:
    """TDATA of an AXI stream: the power of two, of at least a byte, that holds the lanes, as DMA engines want it."""
    return max(8, 1 << (lanes * element_bits - 1).bit_length())


def _frozen(value: Any) -> Any:
    """JSON has no tuples: a list in a unit was one."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
