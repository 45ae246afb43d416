"""`hlsgen attention`: window attention measured in the RTL over lengths, foldings, formats and baselines; one page."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hlsgen
from hlsgen.arch import Pipeline, plan_swat
from hlsgen.core.atomic import write_text
from hlsgen.core.boards import Board, load_board
from hlsgen.core.errors import UserError
from hlsgen.flow.attention import AttentionCase, Measured, graph_of, measure_attention
from hlsgen.flow.exactness import DATA, EDGES, FORMATS, MASKS, Checked, all_cases, check
from hlsgen.report.attention import Section, fit_line, render_attention, render_section, sections_of

from .attention_memory import memory_section

_LENGTHS = (128, 256, 512, 1024)
_BASE = AttentionCase(tokens=256, window=32)
_PAPER = AttentionCase(tokens=512, window=512, features=64)  # 2w = 512, H = 64
_PAPER_LENGTHS = (512, 1024, 2048, 4096, 8192, 16384)


class _Bench:
    """Measures each case once; `failed`: those whose RTL differed from golden."""

    def __init__(self, board: Board, folder: Path) -> None:
        self.board, self.folder = board, folder
        self.done: dict[tuple[AttentionCase, bool], Measured] = {}
        self.failed = 0

    def __call__(self, case: AttentionCase, synthesise: bool = False) -> Measured:
        key = (case, synthesise)
        if key not in self.done:
            measured = measure_attention(case, self.board, self.folder / "case", synthesise=synthesise)
            self.failed += not measured.passed
            verdict = "exact" if measured.passed else "DIFFERS"
            print(
                f"{case.name}: {verdict}, {measured.cycles} cycles, {measured.seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            self.done[key] = measured
        return self.done[key]


def run(arguments: argparse.Namespace) -> int:
    chosen = arguments.sections or list(SECTIONS)
    for name in chosen:
        if name not in SECTIONS:
            raise UserError(f"no section is called {name!r}", do=f"choose of {', '.join(SECTIONS)}")
    board = load_board(arguments.board)
    with tempfile.TemporaryDirectory(prefix="hlsgen-attention-") as folder:
        bench = _Bench(board, Path(folder))
        sections = {name: SECTIONS[name](bench) for name in chosen}
    date = datetime.date.today().isoformat()
    texts = {
        section.title: render_section(
            section,
            command=f"hlsgen attention --board {board.name} --section {name}",
            version=hlsgen.__version__,
            date=date,
        )
        for name, section in sections.items()
    }
    keeps = arguments.sections and arguments.out and arguments.out.exists()
    old = arguments.out.read_text(encoding="utf-8") if keeps else ""
    page = render_attention({**sections_of(old), **texts})
    if arguments.out:
        write_text(arguments.out, page)
    else:
        print(page, end="")
    return 1 if bench.failed else 0


def _off(predicted: float, measured: float) -> str:
    return f"{abs(predicted - measured) / measured:.2%}"


def _lengths(bench: _Bench) -> Section:
    measured = [bench(replace(_BASE, tokens=tokens)) for tokens in _LENGTHS]
    line = fit_line(_LENGTHS, [m.cycles for m in measured])
    row = measured[0].plan.row_cycles
    return Section(
        "Cycles grow with the length",
        "Window 32, 16 features, Int8, 32 cores: one query every so many cycles, whatever the length.",
        ("tokens", "cycles", "predicted", "off by", "interval", "predicted", "off by", "bit-exact"),
        tuple(
            (
                m.case.tokens,
                m.cycles,
                m.predicted_cycles,
                _off(m.predicted_cycles, m.cycles),
                m.interval,
                m.predicted_interval,
                _off(m.predicted_interval, m.interval),
                m.passed,
            )
            for m in measured
        ),
        (
            f"Slope {line.slope:.3f} cycles a query (planned {row}), R² = {line.r2:.6f}.",
            f"QK multipliers busy in the steady state: {_BASE.features / line.slope:.3f}.",
        ),
    )


def _dense(bench: _Bench) -> Section:
    rows = []
    for tokens in (128, 256):
        window = bench(replace(_BASE, tokens=tokens, multipliers=64))
        dense = bench(replace(_BASE, tokens=tokens, window=0, multipliers=64))
        ratio = dense.interval / window.interval
        fill = (
            (window.plan.times - tokens) * window.plan.row_cycles,
            (dense.plan.times - tokens) * dense.plan.row_cycles,
        )
        steady = (dense.interval - fill[1]) / (window.interval - fill[0])
        rows.append(
            (
                tokens,
                window.interval,
                dense.interval,
                ratio,
                steady,
                tokens / _BASE.window,
                window.passed and dense.passed,
            )
        )
    return Section(
        "Against dense attention on the same cores",
        "Window 32 and every key, 16 features, Int8, 32 cores. Without the fill: both intervals less the rows that "
        "arrive before the first query can be answered.",
        ("tokens", "window", "dense", "ratio", "ratio without the fill", "n / 2w", "bit-exact"),
        tuple(rows),
    )


def _traffic(bench: _Bench) -> Section:
    measured = bench(_BASE)
    words = measured.words
    once = _BASE.tokens * _BASE.features
    return Section(
        "Words at the ports",
        "Window 32, 256 tokens, 16 features, one head, counted at the ports of the RTL.",
        ("port", "words a sample", "n x H"),
        (*((port, count, once) for port, count in words.items()), ("all ports", sum(words.values()), 4 * once)),
    )


def _spilled(bench: _Bench) -> Section:
    rows = []
    for tokens, window, features in ((256, 32, 16), (128, 16, 8)):
        case = AttentionCase(tokens, window, features)
        versions = {
            "fused": case,
            "scores spilled": replace(case, spilled=True),
            "keys and values reloaded": _reloaded(case),
        }
        fused = bench(case)
        for version, m in ((version, bench(each)) for version, each in versions.items()):
            score_words = sum(m.words.get(f"spilled_{name}", 0) for name in ("scores", "weights"))
            total_words = m.words.get("spilled_totals", 0)
            other = sum(m.words.values()) - score_words - total_words
            rows.append(
                (
                    *(version, window, features, m.cycles, m.predicted_cycles, _off(m.predicted_cycles, m.cycles)),
                    *(m.cycles / fused.cycles, other, score_words, total_words),
                    *((other + score_words) / sum(fused.words.values()), m.passed),
                )
            )
    return Section(
        "Scores spilled, or keys and values reloaded",
        "One head of 256 and of 128 tokens, Int8, a core for each slot. Scores spilled: the pattern `spilled`, the "
        "same stages in three phases, scores and weights and their sums in external memory behind AXI masters (16 "
        "cycles to the first word). Reloaded: all keys but the query's own come as random ones, for every query anew, "
        "its window moved inwards at the ends. Words are those counted at the ports of the RTL, read and written, for "
        "a sample.",
        (
            *("version", "2w", "H", "cycles", "predicted", "off by", "cycles to fused", "words of q, k, v, out"),
            *("of scores and weights", "of sums", "words but sums to fused", "bit-exact"),
        ),
        tuple(rows),
        (
            "Expected words to fused: 1 + 2w / H = 3 with scores spilled, (2 + 2 · 2w) / 4 = 16.5 and 8.5 with keys "
            "and values reloaded. The sums of the weights are two words more for each query.",
        ),
    )


def _reloaded(case: AttentionCase) -> AttentionCase:
    """The same number of keys for each query, none of which stays."""
    last = case.tokens - case.window
    starts = (min(max(row - case.window // 2, 0), last) for row in range(case.tokens))
    keys = tuple(
        tuple(key for key in range(start, start + case.window) if key != row) for row, start in enumerate(starts)
    )
    return replace(case, window=1, mask=(("random_tokens", keys),))


def _folds(bench: _Bench) -> Section:
    cases = [replace(_BASE, multipliers=budget) for budget in (128, 64, 32, 16)]
    return Section(
        "Fewer cores than slots, or more multipliers",
        "Window 32, 256 tokens, 16 features, Int8.",
        ("cores", "features a step", "folds", "cycles a query", "interval", "predicted", "off by", "bit-exact"),
        tuple(
            (
                m.plan.cores,
                m.plan.simd,
                m.plan.folds,
                m.plan.row_cycles,
                m.interval,
                m.predicted_interval,
                _off(m.predicted_interval, m.interval),
                m.passed,
            )
            for m in map(bench, cases)
        ),
    )


def _intervals(bench: _Bench) -> Section:
    one, three = (bench(replace(_BASE, initiation_interval=ii)) for ii in (1, 3))
    return Section(
        "An accumulator that takes three cycles",
        "The same design with cores that start every cycle and every third: what a floating-point accumulator of three "
        "cycles would cost.",
        ("initiation interval", "cycles a query", "interval", "predicted", "off by", "ratio", "bit-exact"),
        tuple(
            (
                m.case.initiation_interval,
                m.plan.row_cycles,
                m.interval,
                m.predicted_interval,
                _off(m.predicted_interval, m.interval),
                m.interval / one.interval,
                m.passed,
            )
            for m in (one, three)
        ),
    )


def _formats(bench: _Bench) -> Section:
    rows = []
    for fmt in FORMATS:
        m = bench(AttentionCase(tokens=64, window=4, features=8, format=fmt), synthesise=True)
        each = [m.resources[key] / m.plan.cores for key in ("lut", "ff", "dsp", "bram36")]
        rows.append((fmt, f"{m.error:.3%}", m.interval, m.predicted_interval, *each, m.passed))
    return Section(
        "Formats",
        "Window 4, 64 tokens, 8 features, one core per slot. A core: what the two processes of cores take, by the "
        "number of slots; not the stages that all cores share. The error is against attention in float64, root "
        "mean square, on normally distributed inputs.",
        (
            *("format", "error", "interval", "predicted", "LUT a core", "FF a core", "DSP a core", "BRAM36 a core"),
            "bit-exact",
        ),
        tuple(rows),
    )


def _large(bench: _Bench) -> Section:
    m = bench(AttentionCase(tokens=1024, window=128, features=64, samples=1))
    return Section(
        "One large run",
        "Window 128, 64 features, 1,024 tokens, Int8, 128 cores.",
        ("cycles", "predicted", "off by", "simulated cycles", "cycles/s of CPU", "whole run s", "bit-exact"),
        (
            (
                m.cycles,
                m.predicted_cycles,
                _off(m.predicted_cycles, m.cycles),
                m.simulated_cycles,
                m.cycles_per_second,
                m.seconds,
                m.passed,
            ),
        ),
    )


def _exactness(bench: _Bench) -> Section:
    found: dict[tuple[str, str, str], Checked] = {}
    for fmt in FORMATS:  # a simulator for each

        def tell(line: str, fmt: str = fmt) -> None:
            print(f"{fmt}: {line}", file=sys.stderr, flush=True)

        for checked in check(all_cases([fmt]), bench.board, bench.folder / f"exact {fmt}", tell):
            case = checked.case
            found[case.mask, case.edge.name, fmt] = checked
            if not checked.passed:
                bench.failed += 1
                tell(f"{case.mask}, {case.edge.name}: {'; '.join(checked.what)}")
    rows = []
    for mask in MASKS:
        for edge in EDGES:
            plan = found[mask, edge.name, FORMATS[0]].plan
            cells = (
                f"{each.case.maximum}: {f'{each.samples} equal' if each.passed else 'DIFFERS'}"
                for each in (found[mask, edge.name, fmt] for fmt in FORMATS)
            )
            shape = (f"{edge.heads} x {edge.tokens} x {edge.features}", edge.window, plan.slots)
            rows.append((mask, edge.name, *shape, f"{plan.cores} x {plan.simd} x {plan.folds}", *cells))
    passed = sum(checked.passed for checked in found.values())
    return Section(
        "Golden = C++ = RTL",
        "Tiny designs at the edges; n tokens. Of each the C++ runs natively and the RTL in Verilator: samples one by "
        f"one, back to back, and under random stalls, every beat compared with golden. Samples: {', '.join(DATA)}. The "
        "policies on the row's maximum take turns. Cores: number x features a step x folds.",
        ("mask", "edge", "heads x n x features", "window", "slots", "cores", *FORMATS),
        tuple(rows),
        (
            f"{passed} of {len(found)} designs are equal, with {len(DATA)} samples each: "
            f"{passed * len(DATA)} combinations of mask, edge, format and data.",
        ),
    )


def _model(bench: _Bench) -> Section:
    rows = []
    for tokens in _PAPER_LENGTHS:
        case = replace(_PAPER, tokens=tokens, multipliers=1024, samples=1)
        small = replace(case, tokens=_PAPER_LENGTHS[0])
        plan = plan_swat(graph_of(small)[1], bench.board, case.multipliers)
        times = tokens + plan.times - plan.tokens
        cycles = replace(plan, tokens=tokens, times=times).timing({"": Pipeline(1, 1)}).latency
        dense = tokens * -(-tokens // plan.cores) * plan.row_words  # all rows, without the fill
        rows.append((tokens, cycles, dense, dense / cycles))
    return Section(
        "The model at the size of the paper",
        "2w = 512, 64 features, 512 cores, Int8: the plan's prediction, nothing simulated. Dense: the same cores, "
        "every key. SWAT (arXiv 2405.17025) reports up to 22x lower latency than its FPGA baseline and 15x the energy "
        "efficiency of a GPU, measured on boards that are not modelled here.",
        ("tokens", "cycles (model)", "dense cycles (model)", "ratio (model)"),
        tuple(rows),
    )


SECTIONS: dict[str, Callable[[_Bench], Section]] = {
    "exactness": _exactness,
    "lengths": _lengths,
    "dense": _dense,
    "traffic": _traffic,
    "spilled": _spilled,
    "memory": memory_section,
    "folds": _folds,
    "intervals": _intervals,
    "formats": _formats,
    "large": _large,
    "model": _model,
}
