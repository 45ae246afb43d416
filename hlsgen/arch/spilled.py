"""The planner of the pattern `spilled`: the window attention of `swat` without its fusion, to compare with.

The same stages, cores and budget, but in three phases one after the other, with what passes between them in external
memory: all scores; all weights and their sums; all results. All ports are AXI masters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from hlsgen.core.boards import Board
from hlsgen.model import Graph
from hlsgen.model.operators.window_attention import score_format

from .attention import read_attention
from .pipeline import Pipeline, Timing
from .plan import port_width_bits
from .swat import AttentionPlan, plan_swat

PHASES = (("scores",), ("scale", "weights"), ("values", "divide"))  # kinds of stages
# Of a phase: its start, the way to the first word and the way of the last one, in the memory of the cosimulation.
_PHASE_OVERHEAD = 60


@dataclass(frozen=True, slots=True)
class SpilledPlan(AttentionPlan):
    """As an `AttentionPlan`; calls do not overlap. spilled_bytes: between the phases, of a sample."""

    pattern: ClassVar[str] = "spilled"

    spilled_bytes: int = 0

    @property
    def off_chip_bytes(self) -> int:
        """Of the ports, and what is written and read again."""
        ports = sum(port.beats * port_width_bits(port.lanes, port.element_bits) // 8 for port in self.ports)
        return ports + 2 * self.spilled_bytes

    def timing(self, loops: Mapping[str, Pipeline]) -> Timing:
        depth, interval = self.pipelines_of(loops)
        stages = {stage.kind: stage for stage in self.stages}
        cycles = 0
        for kinds in PHASES:
            cycles += max(stages[kind].steps * interval[kind] for kind in kinds)
            cycles += sum(depth[kind] for kind in kinds) + _PHASE_OVERHEAD
        cycles += self.folds * self.groups  # the first row's maximum comes with its last word
        return Timing(cycles, cycles)


def plan_spilled(graph: Graph, board: Board, multipliers: int | None) -> SpilledPlan:
    """As `plan_swat`, with one pipeline."""
    fused = plan_swat(graph, board, multipliers)
    same = {field.name: getattr(fused, field.name) for field in fields(fused)}
    ports = tuple(replace(port, port=port.port.removesuffix("_stream")) for port in fused.ports)
    attention, (node,) = read_attention(graph), graph.nodes
    weight_bits = node.attributes["weight_bits"]
    score_bits = score_format(attention.q.element, attention.k.element, attention.features).width
    total_bits = (attention.mask.keys << weight_bits).bit_length()
    rows = fused.heads * fused.tokens
    word_bits = sum(port_width_bits(fused.lanes, bits) for bits in (score_bits, weight_bits + 1))
    spilled_bits = rows * (fused.folds * fused.groups * word_bits + port_width_bits(1, total_bits))
    return SpilledPlan(**same | {"ports": ports, "spilled_bytes": spilled_bits // 8}).timed()
