"""What a loop that misses its interval is told: partitions, DEPENDENCE, clocks; each is true."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hlsgen.hls import scheduling
from hlsgen.hls.advice import Budget, cost_of_search
from hlsgen.hls.bind.target import Target
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.schedule import DelayTable
from hlsgen.hls.scheduling import schedule_program

HEAD = '#include "ap_int.h"\n#include "hls_stream.h"\n#define INT hls::stream<int>&\n#line 1 "kernel.cpp"\n'
FILL = "for (int i = 0; i < {0}; ++i) {{\n#pragma HLS PIPELINE off\n {1} = in.read(); }}\n"
LOOP = "for (int i = 0; i < {0}; ++i) {{\n#pragma HLS PIPELINE II=1\n {1} }}\n"


@pytest.fixture
def pipeline(tmp_path, monkeypatch):
    """The schedule of the one loop with an interval."""
    monkeypatch.chdir(tmp_path)

    def run(declare: str, fill: str, loop: str, pragma: str = "", period_ns: float = 6.0):
        body = f"{declare}\n{pragma}\n{fill}{loop}"
        Path("kernel.cpp").write_text(f"{HEAD}void top(INT in, INT out) {{\n{body}}}\n", encoding="utf-8")
        front = compile_cpp([Path("kernel.cpp")], "top")
        target = Target(0.88 * period_ns, DelayTable.load("xcup"))
        scheduled = schedule_program(front, target, period_ns=period_ns).functions[front.top]
        (block,) = [block for block in scheduled.blocks.values() if block.loop is not None]
        return block

    return run


@pytest.fixture
def bound_by(pipeline):
    """Of the one loop that misses its interval, and the interval; compiled with one more pragma on the arrays."""

    def run(*sources: str, period_ns: float = 6.0):
        block = pipeline(*sources, period_ns=period_ns)
        return block.bound_by, block.ii

    return run


DRAIN = "for (int i = 0; i < 256; ++i) {\n#pragma HLS PIPELINE off\n out.write(a[i]); }\n"
ROW = ("int a[256];", FILL.format(256, "a[i]"))
QUARTERS = "out.write(a[i] + a[i + 64] + a[i + 128] + a[i + 192]);"
NEIGHBOURS = "out.write(a[4 * i] + a[4 * i + 1] + a[4 * i + 2] + a[4 * i + 3]);"
TABLE = ("int a[8][64];", FILL.format(512, "a[i / 64][i % 64]"))
COLUMN = "out.write(" + " + ".join(f"a[{k}][i]" for k in range(8)) + ");"


@pytest.mark.parametrize(
    ("arrays", "body", "advice"),
    [
        (ROW, NEIGHBOURS, "variable=a cyclic factor=2 dim=1"),
        (ROW, QUARTERS, "variable=a block factor=2 dim=1"),
        (TABLE, COLUMN, "variable=a cyclic factor=4 dim=1"),
    ],
)
def test_the_partition_that_is_named_works(bound_by, arrays, body, advice):
    loop = LOOP.format(64, body)
    why, ii = bound_by(*arrays, loop)
    assert ii > 1 and why.startswith(f"resource: {2 * ii} accesses of memory `a` (")
    assert why.endswith(f" with 2 ports: II={ii}; ARRAY_PARTITION {advice} gives II=1")
    assert bound_by(*arrays, loop, f"#pragma HLS ARRAY_PARTITION {advice}") == ("", 1)


def test_the_clock_that_is_named_works(bound_by):
    loop = LOOP.format(64, "x = x * x + in.read(); out.write(x);")
    why, ii = bound_by("int x = 1;", "", loop)
    assert ii > 1 and why.startswith("recurrence: ")
    (period_ns,) = re.findall(r"; a clock of ([\d.]+) ns gives II=1$", why)
    assert bound_by("int x = 1;", "", loop, period_ns=float(period_ns)) == ("", 1)


def test_an_order_that_may_not_be_needed(bound_by):
    """Forwarding does not help: the value takes longer than the memory."""
    body = "int w = in.read(); int v = a[w & 255]; a[w >> 8 & 255] = v * (v + w) * w; out.write(v);"
    why, ii = bound_by(*ROW, LOOP.format(64, body))
    assert ii > 1
    words = "DEPENDENCE variable=a inter false gives II=1, if no iteration touches what another one stores"
    assert words in why
    stated = LOOP.format(64, "\n#pragma HLS DEPENDENCE variable=a inter false\n" + body)
    assert bound_by(*ROW, stated) == ("", 1)


def test_an_order_that_is_needed_is_not_questioned(bound_by):
    body = "a[i + 1] = a[i] * a[i] + in.read();"
    why, ii = bound_by(*ROW, LOOP.format(200, body) + DRAIN)
    assert ii > 1 and "DEPENDENCE" not in why


def test_no_more_is_tried_than_the_budget_pays(bound_by, monkeypatch):
    monkeypatch.setattr(scheduling, "Budget", lambda: Budget(10))
    why, ii = bound_by(*ROW, LOOP.format(64, NEIGHBOURS))
    assert ii > 1 and why.endswith(f" with 2 ports: II={ii}")
    budget = Budget(10)
    assert budget.pays(7) and not budget.pays(4) and budget.pays(3) and not budget.pays(1)


def test_every_interval_that_a_search_goes_through_is_paid_for(pipeline):
    block = pipeline("int x = 1;", "", LOOP.format(64, "x = x * x + in.read(); out.write(x);"))
    operations = len(block.schedule.problem.operations)
    assert block.ii > 1 and cost_of_search(block) == operations  # the recurrence tells the interval: one try
    assert cost_of_search(replace(block, ii=block.ii + 11)) == 12 * operations
