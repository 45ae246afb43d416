"""AXI masters around a core: the context of `templates/axi`, and what `interface.json` says of tensors in memory."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hlsgen.arch import Master, Memory
from hlsgen.model import Graph

from .project import beat_type, counter_bits

BATCH = 16  # samples in a call of the test bench
_BEATS_AHEAD = 64  # of rows read by their numbers, which are slow: what is made ready while nobody asks


def masters(memory: Memory, graph: Graph) -> tuple[dict[str, Any], ...]:
    """What the templates show of each master."""
    return tuple(_context(master, memory, graph) for master in memory.masters)


def memory_interface(memory: Memory, graph: Graph) -> dict[str, Any]:
    """For `interface.json`: how a driver lays out each tensor, `inputs` and `outputs`."""

    def ports(inputs: bool) -> list[dict[str, Any]]:
        return [_port(master, graph) for master in memory.masters if master.is_input == inputs]

    return {"io": "axi", "samples": "samples", "batch": BATCH, "inputs": ports(True), "outputs": ports(False)}


def _context(m: Master, memory: Memory, graph: Graph) -> dict[str, Any]:
    word_parts, beat_parts = m.word_elements // m.step_elements, m.lanes // m.step_elements
    return {
        **asdict(m),
        "argument": m.argument,
        "bundle": m.bundle,
        "format": graph.tensors[m.tensor].format,
        "word_elements": m.word_elements,
        "step_elements": m.step_elements,
        "steps": m.steps,
        "step_bits": counter_bits(m.steps),
        "words": m.words,
        "beat_type": beat_type(m.port),
        "word_parts": word_parts,
        "word_part_bits": counter_bits(word_parts),
        "beat_parts": beat_parts,
        "beat_part_bits": counter_bits(beat_parts),
        "padded": m.elements % m.word_elements > 0,
        "depth": BATCH * m.sample_words,
        "latency": memory.read_cycles,
        "burst_words": m.burst_words,
        "beats_ahead": _BEATS_AHEAD if m.gather else 2,
        "gather": _gather(m, graph),
    }


def _gather(m: Master, graph: Graph) -> dict[str, Any] | None:
    gather = m.gather
    if gather is None:
        return None
    return {
        **asdict(gather),
        "head_words": graph.tensors[m.tensor].shape[-2] * gather.row_words,
        "row_bits": counter_bits(max(gather.rows) + 1),
        "number_bits": counter_bits(len(gather.rows) + 1),
        "row_word_bits": counter_bits(gather.row_words + 1),
        "together_bits": counter_bits(gather.together),
        "step_bits": counter_bits(gather.step_words),
    }


def _port(m: Master, graph: Graph) -> dict[str, Any]:
    """beats: words of a sample in memory; words: that pass the port; lanes: elements of a word."""
    tensor = graph.tensors[m.tensor]
    shape = list(tensor.shape)
    if m.heads is not None:
        shape[-3] = m.heads[1]
    found: dict[str, Any] = {
        "port": m.argument,
        "bundle": m.bundle,
        "width_bits": m.word_bits,
        "beats": m.sample_words,
        "words": m.words,
        "lanes": m.word_elements,
        "element_bits": m.storage_bits,
        "tensor": m.tensor,
        "format": str(tensor.format),
        "dtype": m.dtype,
        "shape": shape,
        "sample_bytes": m.sample_words * m.word_bits // 8,
    }
    if m.heads is not None:
        found["part"] = {"heads": list(m.heads), "rows": None, "interleaved": 1}
    return found
