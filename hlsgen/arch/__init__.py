"""Architecture planners: a quantised graph, a board and a budget in; a frozen `Plan` that predicts itself out."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from hlsgen.core.boards import Board
from hlsgen.core.errors import UserError
from hlsgen.model import Graph

from .attention import Attention, read_attention
from .dataflow import plan_dataflow
from .engine import Engine, Load, Pass, Store
from .layers import Layer, Pool, Stage, read_stages
from .memory import DEFAULT_LATENCY_CYCLES, Gather, Master, Memory, ParameterMaster, plan_memory, storage_bits
from .pipeline import Pipeline, Timing
from .plan import Plan, Stream, port_width_bits
from .scheduled import scheduled_timing
from .sequential import plan_sequential
from .spilled import SpilledPlan, plan_spilled
from .swat import AttentionPlan, AttentionStage, plan_swat
from .units import Adapter, Input, Mac, MaxPool, Output, Unit, Window

AnyPlan: TypeAlias = Plan | AttentionPlan
PATTERNS: dict[str, Callable[[Graph, Board, int | None], AnyPlan]] = {
    "dataflow": plan_dataflow,
    "sequential": plan_sequential,
    "swat": plan_swat,
    "spilled": plan_spilled,
}


DEFAULT_PATTERN = "dataflow"


def patterns_of(graph: Graph) -> tuple[str, ...]:
    """The patterns that suit a model, the default first."""
    first = pattern_for(node.op for node in graph.nodes)
    return (first, "sequential") if first == DEFAULT_PATTERN else (first,)


def pattern_for(operators: Iterable[str]) -> str:
    """The pattern of a model with these operators for which none is asked."""
    return AttentionPlan.pattern if "window_attention" in operators else DEFAULT_PATTERN


def load_plan(document: dict[str, Any]) -> AnyPlan:
    """The plan that `to_json` wrote. Raises `UserError` for anything else."""
    pattern = document.get("pattern") if isinstance(document, dict) else None
    kinds: tuple[type[AttentionPlan], ...] = (AttentionPlan, SpilledPlan)
    attention = next((kind for kind in kinds if kind.pattern == pattern), None)
    return attention.from_json(document) if attention else Plan.from_json(document)


def plan(
    graph: Graph, board: Board, pattern: str = "dataflow", multipliers: int | None = None, pipelines: int = 1
) -> AnyPlan:
    """An accelerator for `graph` on `board`. multipliers: the budget; by default a choice of the pattern.

    pipelines: heads of an attention that are at work at the same time.

    Raises `UserError` for an unknown pattern, a budget that is too small, and a layer that the pattern cannot do.
    """
    if pattern not in PATTERNS:
        raise UserError(f"no pattern is called {pattern!r}", do=f"choose one of {', '.join(PATTERNS)}")
    if multipliers is not None and multipliers < 1:
        raise UserError(f"a budget of {multipliers} multipliers", where="--multipliers", do="use at least 1")
    if pipelines < 1 or (pipelines > 1 and pattern != AttentionPlan.pattern):
        raise UserError(f"{pipelines} pipelines with the pattern {pattern}", where="--pipelines", do="use 1")
    if pattern == AttentionPlan.pattern:
        return plan_swat(graph, board, multipliers, pipelines)
    return PATTERNS[pattern](graph, board, multipliers)


__all__ = [
    "DEFAULT_LATENCY_CYCLES",
    "DEFAULT_PATTERN",
    "PATTERNS",
    "Adapter",
    "AnyPlan",
    "Attention",
    "AttentionPlan",
    "AttentionStage",
    "Engine",
    "Gather",
    "Input",
    "Layer",
    "Load",
    "Mac",
    "Master",
    "MaxPool",
    "Memory",
    "Output",
    "ParameterMaster",
    "Pass",
    "Pipeline",
    "Plan",
    "Pool",
    "SpilledPlan",
    "Stage",
    "Store",
    "Stream",
    "Timing",
    "Unit",
    "Window",
    "load_plan",
    "pattern_for",
    "patterns_of",
    "plan",
    "plan_dataflow",
    "plan_memory",
    "plan_sequential",
    "plan_spilled",
    "plan_swat",
    "port_width_bits",
    "read_attention",
    "read_stages",
    "scheduled_timing",
    "storage_bits",
]
