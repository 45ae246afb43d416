"""Test vectors: the beats of every AXI stream as hexadecimal text, for the C simulations and the cosimulation alike.

In: `interface.json`, input and output codes. Out: <port>.hex, a line per beat with the digits of {TLAST, TDATA},
and vectors.json: beats of each port, samples, layout. Element i of a sample, in row-major order, lies in beat i
// lanes, bits (i % lanes) * element_bits and up.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.core.atomic import disk_errors, write_json, write_text
from hlsgen.core.errors import UserError


def write_vectors(
    interface: Mapping[str, Any], inputs: Mapping[str, np.ndarray], outputs: np.ndarray, folder: Path
) -> None:
    """Write the vectors of all samples. inputs (by tensor), outputs: codes (samples, *shape).

    Raises `UserError` when the codes are not of the interface's size or number, or the disk refuses.
    """
    for name, codes in inputs.items():
        if len(codes) != len(outputs):
            raise UserError(f"{len(codes)} inputs {name} but {len(outputs)} outputs", where="vectors")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    counts, layout = {}, {}
    given = [(port, inputs[port["tensor"]]) for port in interface["inputs"]]
    for port, codes in (*given, *((port, outputs) for port in interface["outputs"])):
        lines = beat_lines(port, passing(port, codes))
        write_text(folder / f"{port['port']}.hex", "".join(f"{line}\n" for line in lines))
        counts[port["port"]] = len(lines)
        layout[port["port"]] = {"lanes": port["lanes"], "element_bits": port["element_bits"]}
    write_json(folder / "vectors.json", {**counts, "samples": len(outputs), "layout": layout})


def passing(port: Mapping[str, Any], codes: np.ndarray) -> np.ndarray:
    """What of a tensor passes a port, in order; see `project.Part`."""
    part = port.get("part")
    if part is None:
        return codes
    if part["heads"] is not None:
        first, count = part["heads"]
        codes = codes[..., first : first + count, :, :]
    if part["rows"] is None:
        return codes
    rows, together = codes[..., part["rows"], :], part["interleaved"]
    *_, count, features = rows.shape
    word = port["lanes"] // together
    apart = rows.reshape(-1, count // together, together, features // word, word)
    return apart.swapaxes(-2, -3).reshape(len(codes), -1) if together > 1 else rows


def beat_lines(port: Mapping[str, Any], codes: np.ndarray) -> list[str]:
    """One line per beat."""
    lanes, beats, bits, width = (port[key] for key in ("lanes", "beats", "element_bits", "width_bits"))
    if codes.size != len(codes) * lanes * beats:
        raise UserError(
            f"samples of shape {codes.shape[1:]} for a port of {lanes * beats} elements",
            where=f"vectors of {port['port']}",
        )
    digits = (width + 4) // 4
    patterns = codes.reshape(-1, beats, lanes) & ((1 << bits) - 1)
    last = 1 << width
    lines = []
    for sample in patterns.tolist():
        for beat, elements in enumerate(sample):
            word = sum(element << (bits * lane) for lane, element in enumerate(elements))
            lines.append(f"{word + (last if beat == beats - 1 else 0):0{digits}x}")
    return lines
