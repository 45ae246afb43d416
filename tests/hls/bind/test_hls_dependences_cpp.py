"""The interval that loops of C++ reach: what their addresses allow, and what DEPENDENCE adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.cdfg.ir import MemoryDependence
from hlsgen.hls.dataflow import ports_of
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.schedule import DelayTable

HEAD = '#include "ap_int.h"\n#include "hls_stream.h"\n#define INT hls::stream<int>&\n#line 1 "kernel.cpp"\n'
KERNEL = """
void top(INT in, INT out) {{
    {arrays}
    for (int i = 0; i < 256; ++i) {{
#pragma HLS PIPELINE off
        {fill}
    }}
    {before}
    for (int i = 0; i < {count}; ++i) {{
#pragma HLS PIPELINE II=1
        {body}
    }}
    for (int i = 0; i < 256; ++i) {{
#pragma HLS PIPELINE off
        {drain}
    }}
}}
"""


@pytest.fixture
def imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(body: str, count: str = "200", before: str = "", two: bool = False):
        arrays = "int a[256]; int b[256];" if two else "int a[256];"
        fill = "a[i] = in.read();" + ("b[i] = 0;" if two else "")
        drain = "out.write(a[i]);" + ("out.write(b[i]);" if two else "")
        text = KERNEL.format(body=body, count=count, before=before, arrays=arrays, fill=fill, drain=drain)
        Path("kernel.cpp").write_text(HEAD + text, encoding="utf-8")
        front = compile_cpp([Path("kernel.cpp")], "top")
        return import_function(front, front.top, ports_of(front, front.top))

    return run


def interval(function) -> int:
    scheduled = schedule_function(run_passes(function), Target(8.0, DelayTable.load("xcup")))
    (loop,) = [block for block in scheduled.blocks.values() if block.loop is not None]
    return loop.ii


@pytest.mark.parametrize(
    ("body", "ii"),
    [
        ("a[i] = a[i] + 1;", 1),  # this word only
        ("a[i] = a[i + 1] + 1;", 1),  # read before it is written
        ("a[i + 4] = a[i] + 1;", 1),  # four iterations to come round in
        ("a[i + 2] = a[i] + 1;", 1),
        ("a[i + 1] = a[i] + 1;", 2),  # a read and a write to come round in
        ("a[2 * i & 255] = a[2 * i + 1 & 255] + 1;", 1),  # even and odd
        ("a[255 - i] = a[i] + 1;", 2),  # they meet in the middle
        ("a[i & 7] = a[i] + 1;", 1),
        ("a[in.read() & 255] += 1;", 2),
        ("a[in.read() & 127] = a[128 + (in.read() & 127)] + 1;", 2),  # the stream, not the array
        ("int w = in.read(); a[w & 127] = a[128 + (w >> 8 & 127)] + 1;", 1),
    ],
)
def test_interval_by_addresses(imported, body, ii):
    assert interval(imported(body)) == ii


def test_a_bound_that_only_the_hardware_knows(imported):
    assert interval(imported("a[i & 255] = a[i + 9 & 255] + 1;", "n", "int n = in.read();")) == 1
    assert interval(imported("a[i + k & 255] = a[i + k + 9 & 255] + 1;", "n", "int n = in.read(), k = in.read();")) == 1
    assert interval(imported("a[i + k & 255] = a[i & 255] + 1;", "n", "int n = in.read(), k = in.read();")) == 2


def test_halves_that_change_places(imported):
    before = "bool half = in.read() & 1;"
    assert interval(imported("a[half * 128 + i] = a[!half * 128 + i] + 1;", "128", before)) == 1


def test_two_counters_that_make_one_loop_of_two(imported):
    body = "a[row * 16 + column] = a[row * 16 + column + 16] + 1; if (++column == 12) { column = 0; ++row; }"
    assert interval(imported(body, "144", "int row = 0, column = 0;")) == 1


HISTOGRAM = """
#pragma HLS DEPENDENCE {}
    int w = in.read() & 255; a[w] = a[w] + 1;"""


@pytest.mark.parametrize(
    ("words", "ii", "stated"),
    [
        ("variable=a inter false", 1, [MemoryDependence("a", 0)]),
        ("variable=a type=inter dependent=false", 1, [MemoryDependence("a", 0)]),
        ("variable=a inter RAW distance=2 true", 1, [MemoryDependence("a", 2, direction="RAW")]),
        ("variable=a inter direction=RAW dependent=false", 1, [MemoryDependence("a", 0, direction="RAW")]),
        ("variable=a inter WAR false", 2, [MemoryDependence("a", 0, direction="WAR")]),
        ("variable=a intra false", 2, [MemoryDependence("a", 0, intra=True)]),
        ("variable=a inter true", 2, []),
        ("inter false", 1, [MemoryDependence("a", 0)]),
        ("class=array inter false", 1, [MemoryDependence("a", 0)]),
        ("class=pointer inter false", 2, []),
    ],
)
def test_what_the_user_states(imported, words, ii, stated):
    function = imported(HISTOGRAM.format(words))
    (loop,) = [loop for loop in function.loops.values() if loop.ii is not None]
    assert list(loop.dependences) == stated
    assert interval(function) == ii


def test_what_is_stated_holds_in_its_loop_alone(imported, tmp_path):
    function = imported(HISTOGRAM.format("variable=a inter false"))
    assert [len(loop.dependences) for loop in function.loops.values()] == [
        int(loop.ii is not None) for loop in function.loops.values()
    ]
