"""What `signature.json` says about the RTL: ports, streams, FIFOs and processes. The RTL itself is never parsed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import UserError
from ..core.naming import RESERVED, check_identifier

VERSIONS = (1, 2)
CONTROLS = ("ap_ctrl_hs", "ap_ctrl_chain", "ap_ctrl_none")


@dataclass(frozen=True, slots=True)
class StreamPort:
    """One AXI-Stream port of the top. `ports` maps data, valid, ready, keep, strb, last... to port names.

    `fields`: (name, width, lsb) of each field in a packed element; () where the signature does not tell. `mode`: axis,
    or ap_fifo, where valid and ready are those of a FIFO outside (empty_n and read, write and full_n).
    """

    name: str
    is_input: bool
    data_bits: int
    ports: dict[str, str]
    fields: tuple[tuple[str, int, int], ...] = ()
    mode: str = "axis"


@dataclass(frozen=True, slots=True)
class Fifo:
    """A queue between two processes, as an instance of `hlsgen_fifo` below the top.

    `key`: what the compiler knows it by; instances of one region have the same. `variable`: its name for a pragma.
    """

    name: str
    instance: str
    depth: int
    producer: str
    consumer: str
    key: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """The interface of one design. `files` are paths; `clock_ns` is the target period."""

    top: str
    clock: str
    reset: str
    reset_active_low: bool
    clock_ns: float
    control: str
    files: tuple[Path, ...]
    streams: tuple[StreamPort, ...]
    fifos: tuple[Fifo, ...]

    @property
    def inputs(self) -> tuple[StreamPort, ...]:
        return tuple(stream for stream in self.streams if stream.is_input)

    @property
    def outputs(self) -> tuple[StreamPort, ...]:
        return tuple(stream for stream in self.streams if not stream.is_input)


def load_signature(folder: Path) -> Signature:
    """Read `folder`/signature.json; `UserError` when it or one of its files is missing or is not what we read."""
    path = folder / "signature.json"
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise UserError("there is no signature.json", where=str(folder), do="run `hlsgen hls` first") from None
    except (OSError, ValueError) as error:
        raise UserError(f"not readable as JSON ({error})", where=str(path), do="run `hlsgen hls` again") from None
    try:
        if raw["version"] not in VERSIONS or raw["control"] not in CONTROLS:
            raise UserError(
                f"version {raw['version']} with control {raw['control']!r} cannot be simulated",
                where=str(path),
                do=f"needed: version {VERSIONS[-1]}, control one of {', '.join(CONTROLS)}",
            )
        signature = Signature(
            top=raw["top"],
            clock=raw["clock"],
            reset=raw["reset"],
            reset_active_low=raw["reset_active_low"],
            clock_ns=float(raw["clock_ns"]),
            control=raw["control"],
            files=tuple(folder / name for name in raw["files"]),
            streams=tuple(_stream(stream) for stream in raw["streams"]),
            fifos=tuple(
                Fifo(
                    fifo["name"],
                    fifo["instance"],
                    fifo["depth"],
                    fifo["producer"],
                    fifo["consumer"],
                    fifo.get("key", fifo["name"]),
                    fifo.get("variable", fifo["name"]),
                )
                for fifo in raw.get("fifos", ())
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"malformed: {error!r}", where=str(path), do="run `hlsgen hls` again") from None
    _check(signature, path)
    return signature


def _stream(raw: dict) -> StreamPort:
    return StreamPort(
        raw["name"],
        {"in": True, "out": False}[raw["direction"]],
        int(raw["data_bits"]),
        dict(raw["ports"]),
        tuple((field["name"], int(field["width"]), int(field["lsb"])) for field in raw.get("fields", ())),
        raw.get("mode", "axis"),
    )


def _check(signature: Signature, path: Path) -> None:
    """Every name reaches SystemVerilog, every file must be there."""
    for stream in signature.streams:
        if stream.name not in RESERVED:  # its ports have other names
            check_identifier(stream.name, "stream", str(path))
        for port in stream.ports.values():
            check_identifier(port, "port", str(path))
        whole = stream.mode == "ap_fifo" or stream.data_bits % 8 == 0
        needed = {"valid", "ready"} | ({"data"} if stream.data_bits else set())  # a beat may be side channels only
        if not whole or stream.data_bits < 0 or not needed <= stream.ports.keys():
            raise UserError(
                f"stream {stream.name!r} is not an AXI-Stream",
                where=str(path),
                do="it needs data, valid and ready, and a width in whole bytes",
            )
    for name in (signature.top, signature.clock, signature.reset):
        check_identifier(name, "top, clock or reset", str(path))
    for fifo in signature.fifos:
        for part in fifo.instance.split("."):
            check_identifier(part, "instance", str(path))
    for file in signature.files:
        if not file.is_file():
            raise UserError("the file is missing", where=str(file), do="run `hlsgen hls` again")
