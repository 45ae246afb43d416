"""Small designs with their signature and vectors, whole or with one line changed."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from sim_synthetic import filter_outputs, filter_verilog, filter_weights

DESIGNS = Path(__file__).parent / "designs"


@dataclass(frozen=True, slots=True)
class Example:
    rtl: Path
    vectors: Path

    def edit(self, file: str, old: str, new: str) -> Example:
        """Change one place of the RTL."""
        path = self.rtl / file
        text = path.read_text()
        assert text.count(old) >= 1, old
        path.write_text(text.replace(old, new, 1))
        return self


def accumulate(folder: Path, samples: int = 20) -> Example:
    inputs = _words(samples, 4)
    outputs = [[sum(sample) & 0xFFFF] for sample in inputs]
    signature = _signature("accumulate", 16, ["accumulate.v"], sides=("last", "keep", "strb"))
    return _example(folder, signature, inputs, outputs)


def reorder(folder: Path, samples: int = 20) -> Example:
    inputs = _words(samples, 8)
    outputs = [sample[1::2] + sample[0::2] for sample in inputs]
    signature = _signature("reorder", 16, ["reorder.v", "reorder_split.v", "reorder_join.v", "hlsgen_fifo.v"])
    signature["fifos"] = [
        {"name": name, "instance": f"{name}_fifo", "depth": depth, "width": 16, "producer": "split", "consumer": "join"}
        for name, depth in (("even", 4), ("odd", 2))
    ]
    return _example(folder, signature, inputs, outputs)


def matrix_filter(folder: Path, samples: int = 20, lanes: int = 8, stages: int = 2) -> Example:
    """ap_ctrl_none, one beat a sample, `lanes` bytes a beat."""
    weights = filter_weights(lanes)
    source = random.Random(2)
    inputs = [[source.randrange(-128, 128) for _ in range(lanes)] for _ in range(samples)]
    outputs = filter_outputs(weights, inputs, stages)
    signature = _signature("filter", 8 * lanes, ["hlsgen_fifo.v"], control="ap_ctrl_none")
    layout = {"lanes": lanes, "element_bits": 8}
    example = _example(folder, signature, _packed(inputs), _packed(outputs), layout)
    (example.rtl / "filter.v").write_text(filter_verilog("filter", weights, stages))
    signature["files"].append("filter.v")
    (example.rtl / "signature.json").write_text(json.dumps(signature))
    return example


def _words(samples: int, beats: int) -> list[list[int]]:
    source = random.Random(1)
    return [[source.randrange(1 << 16) for _ in range(beats)] for _ in range(samples)]


def _packed(samples: list[list[int]]) -> list[list[int]]:
    return [[sum((value & 0xFF) << 8 * lane for lane, value in enumerate(sample))] for sample in samples]


def _signature(
    top: str, width: int, files: list[str], *, sides: tuple[str, ...] = ("last",), control: str = "ap_ctrl_hs"
) -> dict:
    return {
        "version": 1,
        "top": top,
        "clock": "ap_clk",
        "reset": "ap_rst_n",
        "reset_active_low": True,
        "clock_ns": 5.0,
        "control": control,
        "files": files,
        "streams": [
            {
                "name": name,
                "direction": direction,
                "data_bits": width,
                "ports": {field: f"{name}_T{field.upper()}" for field in ("data", "valid", "ready", *sides)},
            }
            for name, direction in (("in_stream", "in"), ("out_stream", "out"))
        ],
    }


def _example(
    folder: Path, signature: dict, inputs: list[list[int]], outputs: list[list[int]], layout: dict | None = None
) -> Example:
    example = Example(folder / "rtl", folder / "vectors")
    example.rtl.mkdir(parents=True)
    example.vectors.mkdir()
    for file in signature["files"]:
        shutil.copy(DESIGNS / file, example.rtl)
    (example.rtl / "signature.json").write_text(json.dumps(signature))
    width = signature["streams"][0]["data_bits"]
    counts: dict = {"samples": len(inputs)}
    for name, samples in (("in_stream", inputs), ("out_stream", outputs)):
        lines = [
            f"{value | (beat == len(sample) - 1) << width:x}\n"
            for sample in samples
            for beat, value in enumerate(sample)
        ]
        (example.vectors / f"{name}.hex").write_text("".join(lines))
        counts[name] = len(lines)
        if layout:
            counts.setdefault("layout", {})[name] = layout
    (example.vectors / "vectors.json").write_text(json.dumps(counts))
    return example
