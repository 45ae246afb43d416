"""Pictures and tables say what the schedule says, are well formed, and need nothing from outside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as xml
from dataclasses import replace

import pytest
from random_functions import random_loop, random_nest

from hlsgen.core.errors import Place
from hlsgen.hls.bind.schedule_function import Target, schedule_function
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Kind
from hlsgen.hls.compile import compile_project
from hlsgen.hls.dataflow import Fifo, Process, Region
from hlsgen.hls.items import KernelInterface
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.schedule import Dependence, Operation, Problem, solve_pipelined
from hlsgen.hls.schedule.delay import DelayTable
from hlsgen.hls.view.gantt import draw_gantt
from hlsgen.hls.view.graph import draw_graph
from hlsgen.hls.view.region import draw_region
from hlsgen.hls.view.rows import critical_operations, folded, gathered, rows_of
from hlsgen.hls.view.svg import Canvas

TARGET = Target(4.0, DelayTable.load("xc7"))
KERNEL = """\
#include "hls_stream.h"
static void first(hls::stream<int>& in, hls::stream<int>& mid) {
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
        mid.write(in.read() * 3);
    }
}
static void second(hls::stream<int>& mid, hls::stream<int>& out) {
    int bins[8] = {};
count:
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
        bins[mid.read() & 7] += 5;
    }
    for (int i = 0; i < 8; ++i) out.write(bins[i]);
}
void top(hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS DATAFLOW
    hls::stream<int> mid;
#pragma HLS STREAM variable=mid depth=9
    first(in, mid);
    second(mid, out);
}
"""


def scheduled(seed: int, size: int = 25) -> ScheduledFunction:
    return schedule_function(random_loop(seed, size, ii=2).function, TARGET)


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_the_schedule(seed):
    function = scheduled(seed)
    for label, block in function.blocks.items():
        rows = rows_of(function, label)
        shown = {id for id in block.stage if function.function.ops[id].kind is not Kind.CONST}
        assert {row.id for row in rows} == shown
        for row in rows:
            assert row.stage == block.stage[row.id] <= row.begin < row.end
            assert row.stage + row.latency == block.available[row.id]
            assert row.end <= row.stage + max(1, row.latency) + 1e-9


@pytest.mark.parametrize("size", [10, 400, 3000])
def test_pictures_are_well_formed_at_any_size(size):
    function = scheduled(size, size)
    for label in function.blocks:
        for draw in (draw_gantt, draw_graph):
            picture, note = draw(function, label)
            root = xml.fromstring(picture)
            shapes = root.findall(".//{http://www.w3.org/2000/svg}rect")
            assert float(root.get("width", "0")) > 100 and len(shapes) < 1300
            assert bool(note) == (len(rows_of(function, label)) > 160 or " x " in picture)


def test_nested_blocks_are_drawn():
    function = schedule_function(run_passes(random_nest(4).function, TARGET), TARGET)
    for label in function.blocks:
        xml.fromstring(draw_gantt(function, label)[0])
        xml.fromstring(draw_graph(function, label)[0])


def test_folded_rows_are_of_one_time():
    function = scheduled(1, 120)
    rows = rows_of(function, next(iter(function.function.loops)))
    few, note = folded(rows)
    counted = [int(row.name.split(" x")[0]) if " x " in row.name else 1 for row in few]
    assert note and sum(counted) == len(rows) and max(counted) > 1
    assert {(row.stage, row.family, round(row.begin, 2)) for row in few} == {
        (row.stage, row.family, round(row.begin, 2)) for row in rows
    }
    assert folded(rows[:40]) == (rows[:40], "")


def test_many_processes_are_drawn_by_function():
    processes = [Process(f"cell_{n}", "cell", {}, Place()) for n in range(60)]
    fifos = [Fifo(f"s_{n}", 8, 2, f"cell_{n}", f"cell_{n + 1}") for n in range(59)]
    interface = KernelInterface(())
    picture = draw_region("top", Region("top", tuple(processes), tuple(fifos), (), (), interface))
    xml.fromstring(picture)
    assert "cell_0 x 60" in picture and "59 x s_0 8 x 2" in picture and "cell_7" not in picture


def test_gathered_rows_lose_nothing_but_wires():
    rows = rows_of(scheduled(1, 900), next(label for label in scheduled(1, 900).function.loops))
    few, note = gathered(rows, 400)
    counted = sum(int(row.name.split(" x")[0]) if " x " in row.name else 1 for row in few)
    assert note and counted == sum(row.family != "wiring" for row in rows)


def test_the_recurrence_that_bounds_is_found():
    """Three operations in a circle of 3 cycles; a fourth beside them, and a slack circle."""
    operations = [Operation(n, latency=1, name=f"op{n}") for n in range(6)]
    circle = [Dependence(0, 1), Dependence(1, 2), Dependence(2, 0, distance=1)]
    rest = [Dependence(1, 3), Dependence(4, 5), Dependence(5, 4, distance=1)]
    problem = Problem(tuple(operations), tuple(circle + rest), clock_ns=5.0)
    schedule = solve_pipelined(problem, 1, 10).schedule
    assert schedule.ii == 3 and critical_operations(schedule) == {0, 1, 2}


def test_names_from_outside_are_text():
    canvas = Canvas()
    canvas.text(0, 0, "<script>&\"'")
    canvas.rect(0, 0, 1, 1, "box", title="</title><b>")
    root = xml.fromstring(str(canvas))
    assert "<script>&\"'" in [element.text for element in root.iter()]
    assert "</title><b>" in [element.text for element in root.iter()]


def test_hostile_places_are_text():
    function = scheduled(2)
    ops = {id: replace(op, name="<i>&", loc=Place("a<b>.cpp", 3)) for id, op in function.function.ops.items()}
    function = replace(function, function=replace(function.function, ops=ops))
    for label in function.blocks:
        if rows_of(function, label):
            assert "a&lt;b&gt;.cpp:3" in draw_gantt(function, label)[0]
        xml.fromstring(draw_graph(function, label)[0])


def test_the_page(tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(KERNEL)
    out = tmp_path / "rtl"
    out.mkdir()
    compile_project([source], "top", out, clock_ns=5.0, family="xc7", view=True)
    page = (out / "view" / "index.html").read_text()
    assert not re.search(r"(?:src|href)=[\"']?[^#\"']|url\([^#]|@import", page)
    assert set(re.findall(r"https?://[^\"]*", page)) == {"http://www.w3.org/2000/svg"}
    assert "mid 32 x 9" in page  # the FIFO with its width and depth
    assert "kernel.cpp:5" in page and "kernel.cpp:13" in page
    bound = re.search(r"<p class=bound>(.*?)</p>", page)
    assert bound is not None and "load bins" in bound[1]
    pictures = sorted(path.name for path in (out / "view").glob("*.svg"))
    assert "top_dataflow.svg" in pictures and len(pictures) >= 5
    assert 'class="memory critical"' in page
