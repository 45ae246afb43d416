"""The report of a build as one JSON object: what the stages say, put side by side.

In: the facts of each stage that has run (see docs/stages.md), keyed by stage. Out: the object that `report.json`
holds. A stage that has not run leaves None in its places, so the keys are always the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]

_RESOURCES = ("lut", "ff", "dsp", "bram36", "uram")


def summarise(settings: Mapping[str, Any], facts: Mapping[str, Facts], seconds: Mapping[str, float]) -> dict[str, Any]:
    """settings: of the build. facts, seconds: by stage. Cycles are per sample: latency of one alone, and interval."""
    load, plan, csim, cosim, synth = (facts.get(name, {}) for name in ("load", "plan", "csim", "cosim", "synth"))
    predicted = {**plan, **facts.get("hls", {})}  # the schedule knows better than the plan
    return {
        "design": load.get("design"),
        "pattern": settings["pattern"],
        "format": settings["format"],
        "board": settings["board"]["name"],
        "clock_ns": settings["clock_ns"],
        "passed": all(stage.get("passed", True) for stage in facts.values()),
        "vectors": facts.get("golden", {}).get("vectors"),
        "bit_exact": {
            "csim": csim.get("csim"),
            "cxx_ap_types": csim.get("cxx_ap_types"),
            "cosim": cosim.get("passed"),
        },
        "mismatches": [text for stage in (csim, cosim) for text in stage.get("mismatches", ())],
        "accuracy": {
            "float": facts.get("quantise", {}).get("accuracy"),
            "quantised": facts.get("golden", {}).get("accuracy"),
        },
        "error": facts.get("golden", {}).get("error"),
        "cycles": _cycles("cycles", plan, predicted, cosim),
        "interval": _cycles("interval", plan, predicted, cosim),
        "slow_loops": [loop for loop in facts.get("hls", {}).get("loops", ()) if loop["ii_reached"] > loop["ii_asked"]],
        "slow_operations": list(facts.get("hls", {}).get("slow_operations", ())),
        "multipliers": plan.get("multipliers"),
        "mac_utilisation": _ratio(plan.get("roofline_cycles"), cosim.get("interval")),
        "mac_utilisation_predicted": _ratio(plan.get("roofline_cycles"), predicted.get("interval")),
        "row_maximum": plan.get("row_maximum"),
        "off_chip_bytes": plan.get("off_chip_bytes"),
        "memory": _memory(plan, cosim),
        "on_chip_bits": plan.get("on_chip_bits"),
        "resources": {
            **{key: synth.get("resources", {}).get(key) for key in _RESOURCES},
            "delay_ns": synth.get("delay_ns"),
        },
        "seconds": dict(seconds),
        "sim_cycles_per_second": cosim.get("cycles_per_second"),
    }


def _cycles(key: str, plan: Facts, predicted: Facts, cosim: Facts) -> dict[str, Any]:
    """Planned: by the plan alone; predicted: with the loops as scheduled; measured: in the RTL."""
    return {"planned": plan.get(key), "predicted": predicted.get(key), "measured": cosim.get(key)}


def _memory(plan: Facts, cosim: Facts) -> dict[str, Any] | None:
    """Latency and ports; words of a sample as planned and as counted in the RTL; words and cycles of a call that loads
    weights. None with streams."""
    memory = plan.get("memory")
    if memory is None:
        return None
    counted = cosim.get("port_words", {})
    ports = {name: {**port, "counted": counted.get(name)} for name, port in memory["ports"].items()}
    return {**memory, "ports": ports, "load": cosim.get("load")}


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None
