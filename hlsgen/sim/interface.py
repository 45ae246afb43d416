"""`signature.json` whole: beside streams and FIFOs (`signature.py`) the arguments of the C++ function and their ports.

Version 2 lists them; of a version 1 design, which has streams only, they are made up from the streams.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from ..core.naming import check_identifier
from .signature import Signature, load_signature

KINDS = ("value", "pointer", "array", "stream", "streams", "return")
DIRECTIONS = ("in", "out", "inout")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar of an argument's element with ports of its own, or an inner array of `count` of them.

    `lsb`: of the first in the packed element, the others follow. `ports`: role -> Verilog name. `depth_words`: of a
    memory. `offset_bytes`, `step_bytes`: in memory behind an AXI master, from the element on. `elements`: of one bank
    of a partitioned array, which of all the words its words are, -1 for none.
    """

    name: str
    bits: int
    lsb: int
    count: int
    depth_words: int
    ports: dict[str, str]
    offset_bytes: int
    step_bytes: int
    elements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter, or the return value ("ap_return", kind "return", the last one).

    `bits`: of a packed element. `depth`: elements, 1 for a scalar, 0 when nothing tells. `stride_bytes`: from element
    to element in memory behind an AXI master. `elements`: of an array that is a stream, how many pass in a call; as
    many as it has when nothing tells.
    """

    name: str
    kind: str
    direction: str
    mode: str
    bits: int
    depth: int
    bundle: str
    stride_bytes: int
    leaves: tuple[Leaf, ...]
    is_stable: bool = False  # must not change while a call is under way
    elements: int = 0

    @property
    def has_streams(self) -> bool:
        """In C++ it is an hls::stream, or an array of them."""
        return self.kind in ("stream", "streams")

    @property
    def is_stream(self) -> bool:
        """It passes word by word."""
        return self.has_streams or self.mode in ("axis", "ap_fifo")

    @property
    def is_input(self) -> bool:
        return self.direction != "out"

    @property
    def is_output(self) -> bool:
        return self.direction != "in"


@dataclass(frozen=True, slots=True)
class Register:
    """A register behind AXI4-Lite, of `bits` bits from byte `offset` on. `role`: ctrl, gie, ier, isr, data, data_out,
    valid, offset (the address of an argument behind an AXI master), memory. `leaf`: of which leaf of the argument.
    `access`: RW, R, RC (cleared by the reading)."""

    name: str
    offset: int
    bits: int
    argument: str
    role: str
    leaf: str
    depth_words: int
    access: str = "RW"


@dataclass(frozen=True, slots=True)
class AxiLite:
    """An AXI4-Lite port. `interrupt`: the pin, "" without one."""

    name: str
    bundle: str
    address_bits: int
    data_bits: int
    registers: tuple[Register, ...]
    interrupt: str


@dataclass(frozen=True, slots=True)
class AxiMaster:
    """An AXI4 port, all of whose names start with `name`. `ports`: those that there are, empty: all of them.

    max_read_burst, max_write_burst: beats of its longest bursts. read_outstanding, write_outstanding: requests under
    way at most.
    """

    name: str
    bundle: str
    data_bits: int
    address_bits: int
    id_bits: int
    ports: tuple[str, ...]
    max_read_burst: int = 16
    max_write_burst: int = 16
    read_outstanding: int = 16
    write_outstanding: int = 16


@dataclass(frozen=True, slots=True)
class Interface:
    """Everything that a bench needs to know of a design. `function`: the mangled name of the top function, or ""."""

    signature: Signature
    function: str
    arguments: tuple[Argument, ...]
    axilite: tuple[AxiLite, ...]
    axi_masters: tuple[AxiMaster, ...]

    @property
    def cpp_name(self) -> str:
        """The top function with its namespaces, as C++ names it."""
        nested = re.match(r"_ZN((?:\d+\w+)+)", self.function)
        if nested is None:
            return self.signature.top
        names, at = [], 3
        while length := re.match(r"\d+", self.function[at:]):
            start = at + length.end()
            at = start + int(length[0])
            names.append(self.function[start:at])
        return "::".join(names)

    @property
    def parameters(self) -> tuple[Argument, ...]:
        """The arguments without the return value."""
        return tuple(argument for argument in self.arguments if argument.kind != "return")

    @property
    def result(self) -> Argument | None:
        return next((argument for argument in self.arguments if argument.kind == "return"), None)

    @property
    def control_port(self) -> AxiLite | None:
        """The AXI4-Lite port that starts the calls; None when pins do."""
        return next((port for port in self.axilite if any(r.role == "ctrl" for r in port.registers)), None)

    def argument(self, name: str) -> Argument:
        return next(argument for argument in self.arguments if argument.name == name)


def load_interface(folder: Path) -> Interface:
    """Read `folder`/signature.json; `UserError` when it is missing or is not what we read."""
    signature = load_signature(folder)
    path = folder / "signature.json"
    raw = json.loads(path.read_text())
    try:
        if raw["version"] == 1:
            arguments = tuple(_of_stream(stream) for stream in raw["streams"])
        else:
            arguments = tuple(_argument(one) for one in raw["arguments"])
        interface = Interface(
            signature,
            raw.get("function", ""),
            arguments,
            tuple(_axilite(one) for one in raw.get("axilite", ())),
            tuple(_master(one) for one in raw.get("axi_masters", ())),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UserError(f"malformed: {error!r}", where=str(path), do="run `hlsgen hls` again") from None
    for argument in interface.arguments:
        for leaf in argument.leaves:
            for name in leaf.ports.values():
                check_identifier(name, "port", str(path))
    return interface


def _of_stream(raw: dict[str, Any]) -> Argument:
    return Argument(raw["name"], "stream", raw["direction"], "axis", 0, 1, "", 0, ())


def _argument(raw: dict[str, Any]) -> Argument:
    kind, direction = raw["kind"], raw["direction"]
    if kind not in KINDS or direction not in DIRECTIONS:
        raise ValueError(f"argument {raw['name']} of kind {kind!r}, direction {direction!r}")
    leaves = tuple(part for leaf in raw.get("leaves", ()) for part in _leaves(leaf))
    stride = int(raw.get("stride_bytes", 0)) or max(
        (int(leaf.get("stride", 0)) for leaf in raw.get("leaves", ())), default=0
    )
    return Argument(
        raw["name"],
        kind,
        direction,
        raw["mode"],
        int(raw["bits"]),
        int(raw["depth"]),
        raw.get("bundle", ""),
        stride,
        leaves,
        bool(raw.get("stable")),
        int(raw["depth"] if raw.get("elements") is None else raw["elements"]),
    )


def _leaves(raw: dict[str, Any]) -> list[Leaf]:
    """The leaf, or its banks."""
    whole = Leaf(
        name=raw.get("name", ""),
        bits=int(raw["bits"]),
        lsb=int(raw.get("lsb", 0)),
        count=int(raw.get("count", 1)),
        depth_words=int(raw.get("depth_words", 1)),
        ports=dict(raw.get("ports", {})),
        offset_bytes=int(raw.get("offset", 0)),
        step_bytes=int(raw.get("step_bytes", 0)) or -(-int(raw["bits"]) // 8),
    )
    banks = raw.get("banks", ())
    return [
        replace(
            whole,
            name=bank["name"],
            ports=dict(bank["ports"]),
            elements=tuple(bank["elements"]),
            depth_words=len(bank["elements"]),
        )
        for bank in banks
    ] or [whole]


def _axilite(raw: dict[str, Any]) -> AxiLite:
    registers = tuple(
        Register(
            one["name"],
            int(one["offset"]),
            int(one["bits"]),
            one.get("argument", ""),
            one["role"],
            one.get("leaf", ""),
            int(one.get("depth", 0)),
            one.get("access", "RW"),
        )
        for one in raw["registers"]
    )
    return AxiLite(
        raw["name"],
        raw.get("bundle", ""),
        int(raw["address_bits"]),
        int(raw.get("data_bits", 32)),
        registers,
        raw.get("interrupt") or "",
    )


_LIMITS = ("max_read_burst", "max_write_burst", "read_outstanding", "write_outstanding")


def _master(raw: dict[str, Any]) -> AxiMaster:
    return AxiMaster(
        raw["name"],
        raw.get("bundle", ""),
        int(raw["data_bits"]),
        int(raw["address_bits"]),
        int(raw.get("id_bits", 1)),
        tuple(raw.get("ports", ())),
        **{limit: int(raw[limit]) for limit in _LIMITS if limit in raw},
    )
