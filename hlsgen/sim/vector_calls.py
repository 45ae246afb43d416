"""Vectors of streams as calls: so that the RTL of many designs is compared with golden in one simulator (`batch`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import InternalError
from .interface import Interface
from .recording import Call, Recording, Rows, StreamTraffic
from .signature import StreamPort
from .vectors import load_vectors


def vector_calls(interface: Interface, folder: Path) -> Recording:
    """A call for each sample in the vector folder, with the beats that golden takes and gives. The top function has
    no other arguments than streams with TLAST."""
    vectors = load_vectors(folder, interface.signature)
    calls = [Call() for _ in range(vectors.samples)]
    bits = {}
    for port in interface.signature.streams:
        rows, bits[port.name] = _elements(port, (folder / f"{port.name}.hex").read_text(encoding="ascii").split())
        count, none = vectors.ports[port.name].beats_per_sample, rows[:0]
        for number, call in enumerate(calls):
            moved = rows[number * count : (number + 1) * count]
            call.streams[port.name] = StreamTraffic(
                waiting=count if port.is_input else 0,
                read=moved if port.is_input else none,
                written=none if port.is_input else moved,
            )
    return Recording(tuple(calls), frozenset(), bits)


def _elements(port: StreamPort, lines: list[str]) -> tuple[Rows, int]:
    """Packed elements as rows of bytes, and their bits."""
    width = {name: (bits, lsb) for name, bits, lsb in port.fields}
    if not {"data", "last"} <= width.keys():
        raise InternalError(f"{port.name} is no stream of vectors: it has {', '.join(width)}")
    total = max(bits + lsb for bits, lsb in width.values())
    always = sum((1 << bits) - 1 << lsb for name, (bits, lsb) in width.items() if name in ("keep", "strb"))
    size = -(-total // 8)
    packed = bytearray()
    for line in lines:
        last, data = divmod(int(line, 16), 1 << port.data_bits)
        packed += (data << width["data"][1] | last << width["last"][1] | always).to_bytes(size, "little")
    return np.frombuffer(bytes(packed), np.uint8).reshape(-1, size), total
