"""Weights and biases as arrays of the accelerator: how codes of a tensor are arranged there, and loaded from memory.

In: tensors of a graph, and for each the steps that arrange it. Out: ROMs with contents; for parameters that are loaded
the context of the templates, what `interface.json` says of their places in memory, and the words that lie there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.arch import Memory, storage_bits
from hlsgen.core.atomic import write_text
from hlsgen.model import Graph
from hlsgen.numerics import Fixed

from .project import Rom, counter_bits, rom


@dataclass(frozen=True, slots=True)
class Step:
    """An array gets a `shape`, then so many zeros at the end of each axis, then its axes another order."""

    shape: tuple[int, ...]
    order: tuple[int, ...]
    pad: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of an array that a tensor makes."""

    tensor: str
    steps: tuple[Step, ...]

    def arranged(self, codes: np.ndarray) -> np.ndarray:
        """The codes in the order of the array, flat."""
        for step in self.steps:
            codes = np.pad(codes.reshape(step.shape), [(0, n) for n in step.pad or (0,) * len(step.shape)])
            codes = codes.transpose(step.order)
        return codes.ravel()


def parameter_rom(
    name: str,
    element_type: str,
    element_bits: int,
    row: tuple[int, ...],
    pieces: Sequence[Piece],
    graph: Graph,
    comment: str,
) -> Rom:
    """An array of the rows of all `pieces`; row: the shape of each."""
    values = np.concatenate([piece.arranged(graph.constants[piece.tensor]) for piece in pieces]).reshape(-1, *row)
    return replace(rom(name, element_type, values, comment), element_bits=element_bits, pieces=tuple(pieces))


def in_memory(each: Rom) -> Rom:
    """An array of parameters with two rows at least, the second zeros: a single word would be a register."""
    if not each.pieces or each.shape[0] > 1:
        return each
    (piece,) = each.pieces
    double = Step((1, prod(each.shape)), (0, 1), (1, 0))
    shape = (2, *each.shape[1:])
    extents = "".join(f"[{extent}]" for extent in shape)
    return replace(each, shape=shape, extents=extents, pieces=(replace(piece, steps=(*piece.steps, double)),))


def parameters(memory: Memory, roms: Sequence[Rom]) -> dict[str, Any] | None:
    """What the templates show of the parameters; None where they are baked in."""
    master = memory.parameters
    if master is None:
        return None
    arrays = [_array(each, master.word_bits) for each in roms if each.pieces]
    return {
        **asdict(master),
        "argument": master.argument,
        "bundle": master.bundle,
        "burst_words": master.burst_words,
        "latency": memory.read_cycles,
        "words": sum(array["words"] for array in arrays),
        "arrays": arrays,
    }


def _array(each: Rom, word_bits: int) -> dict[str, Any]:
    storage = storage_bits(each.element_bits)
    per_word = word_bits // storage
    names = ("row", "output", "input")[: len(each.shape)]
    loops = [(name, extent) for name, extent in zip(names, each.shape, strict=True) if extent > 1]
    return {
        "name": each.name,
        "element_type": each.element_type,
        "extents": each.extents,
        "stored_type": f"{each.element_type.partition('<')[0]}<{storage}>",
        "loops": loops,
        "index": "".join(f"[{name if extent > 1 else 0}]" for name, extent in zip(names, each.shape, strict=True)),
        "dims": [dim + 1 for dim in range(1, len(each.shape)) if each.shape[dim] > 1],
        "storage_bits": storage,
        "parts": per_word,
        "part_bits": counter_bits(per_word),
        "words": -(-prod(each.shape) // per_word),
    }


def parameter_interface(memory: Memory, roms: Sequence[Rom], graph: Graph) -> dict[str, Any]:
    """For `interface.json`: where each tensor lies, and how it is arranged there."""
    context = parameters(memory, roms)
    if context is None:
        return {}
    tensors, begin = [], 0
    arrays = {array["name"]: array for array in context["arrays"]}
    for each in (each for each in roms if each.pieces):
        storage, at = arrays[each.name]["storage_bits"], begin
        for piece in each.pieces:
            tensor = graph.tensors[piece.tensor]
            is_signed = isinstance(tensor.element, Fixed) and tensor.element.signed
            steps = [{"shape": s.shape, "pad": s.pad or (0,) * len(s.shape), "order": s.order} for s in piece.steps]
            tensors.append(
                {
                    "tensor": tensor.name,
                    "format": str(tensor.format),
                    "shape": tensor.shape,
                    "dtype": f"{'' if is_signed else 'u'}int{storage}",
                    "offset_bytes": at,
                    "steps": steps,
                }
            )
            at += piece.arranged(np.empty(tensor.shape, np.uint8)).size * storage // 8
        begin += arrays[each.name]["words"] * context["word_bits"] // 8
    known = {"port": context["argument"], "bundle": context["bundle"], "load": "load"}
    return {"parameters": {**known, "width_bits": context["word_bits"], "words": context["words"], "tensors": tensors}}


def write_parameters(known: Mapping[str, Any], constants: Mapping[str, np.ndarray], folder: Path) -> None:
    """<port>.hex: a line of hexadecimal digits for each word of the parameters in memory. known: of `interface.json`;
    constants: codes by tensor."""
    size = known["width_bits"] // 8
    held = np.zeros(known["words"] * size, np.uint8)
    for tensor in known["tensors"]:
        steps = tuple(Step(tuple(s["shape"]), tuple(s["order"]), tuple(s["pad"])) for s in tensor["steps"])
        arranged = Piece(tensor["tensor"], steps).arranged(constants[tensor["tensor"]])
        lying = arranged.astype(f"<{np.dtype(tensor['dtype']).str[1:]}").view(np.uint8)
        held[tensor["offset_bytes"] : tensor["offset_bytes"] + lying.size] = lying
    lines = [word[::-1].tobytes().hex() for word in held.reshape(-1, size)]
    write_text(folder / f"{known['port']}.hex", "".join(f"{line}\n" for line in lines))
