"""The SystemVerilog bench of one design: rendered from `sim/tb.sv.j2`, beside the static files of `sim/`."""

from __future__ import annotations

from pathlib import Path

from ..core.paths import data_dir
from ..core.templates import template_environment
from .signature import Signature
from .vectors import Vectors

STATIC = ("stall_gate.sv", "axis_source.sv", "axis_sink.sv")
CONTROL = "bench.vlt"
COCOTB_MODULE = "cosim_bench"
SMALLEST_DEPTH = 4096  # beats; a power of two, so that another number of samples seldom means another model


def bench_files() -> tuple[Path, ...]:
    """The control file and the static sources, as Verilator takes them."""
    return tuple(data_dir("sim") / name for name in (CONTROL, *STATIC))


def render_bench(signature: Signature, vectors: Vectors) -> str:
    """The text of tb.sv. Only the shape of the vectors (beats a sample, capacity) is in it, never their values."""
    streams = []
    for index, stream in enumerate(signature.streams):
        beats = vectors.ports[stream.name].beats_per_sample
        streams.append(
            {
                "index": index,
                "salt": (index + 1) * 0x9E3779B1 % 2**32,  # every port stalls in a pattern of its own
                "name": stream.name,
                "is_input": stream.is_input,
                "width": stream.data_bits,
                "ports": stream.ports,
                "beats": beats,
                "depth": max(SMALLEST_DEPTH, 1 << (beats * vectors.samples - 1).bit_length()),
            }
        )
    first_output = next(stream["index"] for stream in streams if not stream["is_input"])
    return (
        template_environment("sim")
        .get_template("tb.sv.j2")
        .render(
            top=signature.top,
            clock=signature.clock,
            reset=signature.reset,
            reset_active_low=signature.reset_active_low,
            half_period_ps=max(1, round(signature.clock_ns * 500)),
            handshake=signature.control == "ap_ctrl_hs",
            streams=streams,
            fifos=signature.fifos,
            progress=f"samples_{first_output}",
        )
    )
