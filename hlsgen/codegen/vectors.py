"""Test vectors: the beats of every port as hexadecimal text, for the C simulations and the cosimulation alike.

In: `interface.json`, input and output codes. Out: <port>.hex, a line per beat with the digits of {TLAST, TDATA},
and vectors.json: beats of each port, samples, layout. Element i of a sample, in row-major order, lies in beat i
// lanes, bits (i % lanes) * element_bits and up. Behind AXI masters beats are words of memory, without TLAST; the last
of a sample is filled up with zeros.
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
        chosen = passing(port, codes)
        lines = beat_lines(port, chosen) if "bundle" not in port else word_lines(port, chosen)
        write_text(folder / f"{port['port']}.hex", "".join(f"{line}\n" for line in lines))
        counts[port["port"]] = len(lines)
        layout[port["port"]] = {"lanes": port["lanes"], "element_bits": port["element_bits"]}
    behind = {"batch": interface["batch"]} if "batch" in interface else {}
    write_json(folder / "vectors.json", {**counts, "samples": len(outputs), "layout": layout, **behind})


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
    return _lines(codes.reshape(-1, beats, lanes), bits, (width + 4) // 4, 1 << width)


def word_lines(port: Mapping[str, Any], codes: np.ndarray) -> list[str]:
    """One line per word of memory."""
    lanes, words, bits, width = (port[key] for key in ("lanes", "beats", "element_bits", "width_bits"))
    flat = codes.reshape(len(codes), -1)
    missing = lanes * words - flat.shape[1]
    if not 0 <= missing < lanes:
        raise UserError(
            f"samples of shape {codes.shape[1:]} for {words} words of {lanes} elements",
            where=f"vectors of {port['port']}",
        )
    filled = np.pad(flat, ((0, 0), (0, missing)))
    return _lines(filled.reshape(-1, words, lanes), bits, width // 4, 0)


def _lines(codes: np.ndarray, bits: int, digits: int, last: int) -> list[str]:
    """A line for each of codes (samples, beats, lanes); last: added to the last beat of a sample."""
    beats = codes.shape[1]
    patterns = codes & ((1 << bits) - 1)
    lines = []
    for sample in patterns.tolist():
        for beat, elements in enumerate(sample):
            word = sum(element << (bits * lane) for lane, element in enumerate(elements))
            lines.append(f"{word + (last if beat == beats - 1 else 0):0{digits}x}")
    return lines
