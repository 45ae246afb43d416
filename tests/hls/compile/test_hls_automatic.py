"""What the compiler chooses to pipeline is always something that it can compile."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.automatic import choose
from hlsgen.hls.bind.target import Target
from hlsgen.hls.frontend.compile import Chosen, lower, prepare
from hlsgen.hls.schedule import DelayTable
from hlsgen.hls.scheduling import schedule_program

# LLVM makes an inner and an outer loop of the `while`, with the loop over rows between them.
SPLIT = """
#include "hls_stream.h"
void top(hls::stream<int>& in, hls::stream<int>& out, int size) {
    int depth = 0, count = 0;
    while (depth >= 0) {
        int word = in.read();
        if (word == 0) {
            --depth;
            continue;
        }
        if (word == 1) {
            if (count++ == 0)
                for (int row = 0; row < size; ++row) out.write(row);
            continue;
        }
        ++depth;
    }
    for (int n = 0; n < 8; ++n) out.write(count + n);
}
"""


def test_a_loop_that_llvm_split_is_left_alone(tmp_path: Path):
    source = tmp_path / "kernel.cpp"
    source.write_text(SPLIT, encoding="utf-8")
    prepared = prepare([source], "top", [], [], tmp_path / "stages")
    numbers = {loop.loc.line: loop.number for loop in lower(prepared, tmp_path / "stages").loops}
    with pytest.raises(UserError, match="has to be unrolled"):
        lower(prepared, tmp_path / "stages", [Chosen(numbers[5], "pipeline")])
    chosen = choose(prepared, Target(10.0, DelayTable.load("xc7")), tmp_path / "stages")
    lower(prepared, tmp_path / "stages", chosen)
    pipelined = {each.loop for each in chosen if each.kind == "pipeline"}
    assert pipelined == {numbers[13], numbers[18]}


NESTS = """
void top(const int a[12][8], int b[12], const int c[20][8], int d[20]) {
    for (int i = 0; i < 12; ++i) {
        int sum = 0;
        for (int k = 0; k < 8; ++k) sum += a[i][k];
        b[i] = sum;
    }
    for (int i = 0; i < 20; ++i) {
        int sum = 0;
        for (int k = 0; k < 8; ++k) sum ^= c[i][k];
        d[i] = sum;
    }
}
"""


def test_nests_that_have_nothing_in_common_run_at_the_same_time(tmp_path: Path):
    source, target = tmp_path / "kernel.cpp", Target(10.0, DelayTable.load("xc7"))
    merging = []
    for text in (NESTS, NESTS.replace("c[i][k];", "c[i][k] + b[i % 12];")):
        source.write_text(text, encoding="utf-8")
        prepared = prepare([source], "top", [], [], tmp_path / "stages")
        chosen = choose(prepared, target, tmp_path / "stages")
        merging.append([(each.function, each.text) for each in chosen if each.kind == "loop_merge"])
        functions = schedule_program(lower(prepared, tmp_path / "stages", chosen), target).functions
        assert any(loop.merged for loop in functions[prepared.roots.top].function.loops.values()) == bool(merging[-1])
    assert merging == [[(prepared.roots.top, "HLS LOOP_MERGE")], []]


@pytest.mark.parametrize("most", ["16", "times"])
def test_a_loop_around_a_nest_that_runs_any_number_of_times_does_not_keep_it_slow(most: str, tmp_path: Path):
    source, target = tmp_path / "kernel.cpp", Target(10.0, DelayTable.load("xc7"))
    source.write_text(
        """
void top(int times, const int a[16][4], int b[16]) {
#pragma HLS ARRAY_PARTITION variable=a complete dim=2
    for (int n = 0; n < times; ++n)
        for (int i = 0; i < @; ++i) {
            int sum = b[i];
            for (int k = 0; k < 4; ++k) sum += a[i][k];
            b[i] = sum;
        }
}
""".replace("@", most),
        encoding="utf-8",
    )
    prepared = prepare([source], "top", [], [], tmp_path / "stages")
    lines = {loop.number: loop.loc.line for loop in lower(prepared, tmp_path / "stages").loops}
    chosen = choose(prepared, target, tmp_path / "stages")
    assert [lines[each.loop] for each in chosen if each.kind == "pipeline"] == [5]


RARE = """
static const unsigned char box[256] = {3, 141, 59, 26, 53, 58, 97, 93, 23, 84, 62, 64, 33, 83, 27, 95};
void top(const unsigned char in[400], unsigned char out[400], int length) {
    unsigned char state = 1;
    for (int i = 0; i < length; i++) {
        if (@)
            for (int k = 0; k < 16; k++) {
#pragma HLS UNROLL
                state = box[state ^ k] + k;
            }
        out[i] = state += in[i];
    }
}
"""


def _chosen(text: str, tmp_path: Path) -> list[tuple[int, str]]:
    """Lines and texts."""
    source = tmp_path / "kernel.cpp"
    source.write_text(text, encoding="utf-8")
    prepared = prepare([source], "top", [], [], tmp_path / "stages")
    lines = {loop.number: loop.loc.line for loop in lower(prepared, tmp_path / "stages").loops}
    chosen = choose(prepared, Target(10.0, DelayTable.load("xc7")), tmp_path / "stages")
    return [(lines[each.loop], each.text) for each in chosen]


def test_where_the_long_way_is_rare_the_others_do_not_take_its_interval(tmp_path: Path):
    assert _chosen(RARE.replace("@", "in[i] == 0"), tmp_path) == [(5, "HLS PIPELINE off")]
    nest = RARE.replace("@", "in[i] == 0").replace("#pragma HLS UNROLL", "")
    assert _chosen(nest, tmp_path) == [(7, "HLS PIPELINE")]


@pytest.mark.parametrize(
    "text", [RARE.replace("@", "in[i] != 0"), RARE.replace("@", "in[i] == 0")], ids=["often", "bus"]
)
def test_a_long_way_that_is_often_taken_is_pipelined_and_so_is_waiting_for_a_bus(text: str, tmp_path: Path):
    if "==" in text:
        text = text.replace("int length) {", "int length) {\n#pragma HLS INTERFACE m_axi port=in depth=400")
    assert [pragma for _, pragma in _chosen(text, tmp_path)] == ["HLS PIPELINE"]


def test_a_loop_that_may_break_is_unrolled_as_often_as_it_runs_at_most(tmp_path: Path):
    text = """
void top(const int x[64], const int level[30], int y[64]) {
#pragma HLS ARRAY_PARTITION variable=level complete
    for (int i = 0; i < 64; ++i) {
        int k;
        for (k = 0; k < @; ++k)
            if (x[i] <= level[k]) break;
        y[i] = k;
    }
}
"""
    assert _chosen(text.replace("@", "30"), tmp_path) == [(4, "HLS PIPELINE")]
    assert _chosen(text.replace("@", "x[0]"), tmp_path) == [(6, "HLS PIPELINE")]
