"""From the front end's module to scheduled functions: import, passes, schedule of every process, once each."""

from __future__ import annotations

from collections.abc import Mapping

from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.dataflow import Body, leaf_functions, ports_of, spread_partitions
from hlsgen.hls.llvm.ir import FrontEnd
from hlsgen.hls.passes.pipeline import run_passes


def schedule_functions(front: FrontEnd, bodies: Mapping[str, Body], target: Target) -> dict[str, ScheduledFunction]:
    """Every process below the top, by mangled name."""
    said = spread_partitions(front, bodies)
    return {
        name: schedule_function(run_passes(import_function(front, name, ports_of(front, name), said[name]), target), target)
        for name in leaf_functions(bodies)
    }
