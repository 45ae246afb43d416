"""The section `memory` of `hlsgen attention`: AXI masters against streams, by latency of the memory and width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hlsgen.flow.attention import AttentionCase, Measured
from hlsgen.report.attention import Section

_BASE = AttentionCase(tokens=256, window=32)
_LATENCIES = (1, 16, 64, 200)
_WIDTHS = (32, 64, 128, 256, 512)
_WIDTHS_LATENCY = 64


def memory_section(bench: Callable[[AttentionCase], Measured]) -> Section:
    stream = bench(_BASE)
    cases = [replace(_BASE, axi_latency=latency) for latency in _LATENCIES]
    cases += [replace(_BASE, axi_latency=_WIDTHS_LATENCY, axi_width_bits=bits) for bits in _WIDTHS]
    rows: list[tuple[object, ...]] = [_row("stream", "", stream, stream)]
    for case in cases:
        measured = bench(case)
        rows.append(_row(case.axi_width_bits or "by the rate", case.axi_latency, measured, stream))
    once = _BASE.tokens * _BASE.features
    behind = bench(cases[0]).words
    return Section(
        "Tensors in memory",
        "Window 32, 256 tokens, 16 features, Int8, 32 cores; q, k, v and the result behind an AXI master each, memory "
        "that answers after so many cycles. Cycles: from ap_start to ap_done of a call for one sample, with the way to "
        "memory and back; interval: what one more sample in the call adds.",
        (
            *("width", "latency", "cycles", "predicted", "off by", "more than the stream"),
            *("interval", "predicted", "off by", "words of k", "n x H", "bit-exact"),
        ),
        tuple(rows),
        (
            "Elements counted at the masters for a sample: "
            + ", ".join(f"{port.removesuffix('_memory')} {count:,}" for port, count in behind.items())
            + f" (n x H = {once:,}).",
        ),
    )


def _row(width: object, latency: object, m: Measured, stream: Measured) -> tuple[object, ...]:
    return (
        width,
        latency,
        m.cycles,
        m.predicted_cycles,
        f"{abs(m.predicted_cycles - m.cycles) / m.cycles:.2%}",
        m.cycles - stream.cycles,
        m.interval,
        m.predicted_interval,
        f"{abs(m.predicted_interval - m.interval) / m.interval:.2%}",
        next(count for port, count in m.words.items() if port.startswith("k_")),
        m.case.tokens * m.case.features,
        m.passed,
    )
