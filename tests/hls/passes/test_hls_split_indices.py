"""Indices through whole arrays: what C++ means when LLVM has added up rows and places, whichever way it did."""

from __future__ import annotations

import itertools

import pytest

from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Kind
from hlsgen.hls.dataflow import ports_of
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.passes.pipeline import run_passes

ROWS, COLUMNS = 7, 12
PARTITIONS = [
    "complete dim=1",
    "complete dim=2",
    "cyclic factor=4 dim=2",
    "block factor=3 dim=2",
    "cyclic factor=2 dim=1",
]


def compiled(tmp_path, body: str, partition: str):
    source = tmp_path / "kernel.cpp"
    source.write_text(
        f"""#include "ap_int.h"
        #include "hls_stream.h"
        void top(hls::stream<int>& in, hls::stream<int>& out) {{
            int a[{ROWS}][{COLUMNS}];
        #pragma HLS ARRAY_PARTITION variable=a {partition}
            for (int i = 0; i < {ROWS}; ++i) for (int j = 0; j < {COLUMNS}; ++j) a[i][j] = 100 * i + j;
            {body}
        }}"""
    )
    front = compile_cpp([source], "top", workdir=tmp_path)
    return run_passes(import_function(front, front.top, ports_of(front, front.top)))


@pytest.mark.parametrize("partition", PARTITIONS)
def test_rows_and_places_around_a_counter(tmp_path, partition):
    """Offsets of both signs in both dimensions, which LLVM folds into one constant."""
    offsets = list(itertools.product((-1, 0, 1), (-2, -1, 1, 5)))
    reads = " ".join(f"out.write(a[i + {di}][j + {dj}]);" for di, dj in offsets)
    body = f"for (int i = 1; i < {ROWS - 1}; ++i) for (int j = 2; j < {COLUMNS - 5}; ++j) {{ {reads} }}"
    function = compiled(tmp_path, body, partition)
    places = itertools.product(range(1, ROWS - 1), range(2, COLUMNS - 5))
    expected = [100 * (i + di) + j + dj for i, j in places for di, dj in offsets]
    assert interpret(function, {"in": []})["out"] == expected


@pytest.mark.parametrize("partition", PARTITIONS)
def test_rows_and_places_from_outside(tmp_path, partition):
    """Nothing is known of the indices but that they stay in their dimensions."""
    function = compiled(
        tmp_path,
        "for (int n = 0; n < 20; ++n) { int i = in.read(), j = in.read();"
        " out.write(a[i + 1][j - 2]); out.write(a[i][j]); }",
        partition,
    )
    given = [(n % (ROWS - 1), 2 + n % (COLUMNS - 2)) for n in range(20)]
    expected = [value for i, j in given for value in (100 * (i + 1) + j - 2, 100 * i + j)]
    assert interpret(function, {"in": [word for pair in given for word in pair]})["out"] == expected


@pytest.mark.parametrize("partition", PARTITIONS)
def test_rows_in_a_signed_register(tmp_path, partition):
    """All its bits count, so that no range says how it is extended; the operations on it do."""
    function = compiled(
        tmp_path,
        "ap_int<4> row = in.read(); for (int n = 0; n < 9; ++n) { int sum = 0; for (int j = 0; j < 5; ++j) {\n"
        "#pragma HLS UNROLL\n sum = 3 * sum + a[row][j]; } out.write(sum); row += ap_int<4>(in.read()); }",
        partition,
    )
    assert not [op for op in function.ops.values() if op.kind in (Kind.UDIV, Kind.UREM)]
    moves = [2, 1, 1, -4, 3, 3, -6, 2, 4, -1]
    rows = list(itertools.accumulate(moves))[:-1]
    expected = [sum(3 ** (4 - j) * (100 * row + j) for j in range(5)) for row in rows]
    assert interpret(function, {"in": [move % (1 << 32) for move in moves]})["out"] == expected


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("place", ["x", "in.read()", "at[x]"])
def test_places_far_into_a_row(tmp_path, partition, place):
    """Nearer to the next row than to the start of theirs: what a counter starts from tells, or the index is divided."""
    far = COLUMNS - 3
    function = compiled(
        tmp_path,
        "int at[3]; for (int n = 0; n < 3; ++n) at[n] = n * n % 3 + n / 2; int w = in.read(), i = in.read();"
        f"for (int x = 0; x < w; ++x) out.write(a[i][{place} + {far}]);",
        partition,
    )
    for row in range(ROWS):
        words = [3, row, 0, 1, 2] if place == "in.read()" else [3, row]
        assert interpret(function, {"in": words})["out"] == [100 * row + far + x for x in range(3)]


@pytest.mark.parametrize("partition", PARTITIONS)
def test_over_the_end_of_a_row(tmp_path, partition):
    """The array seen as a row of all its elements: the index is divided."""
    function = compiled(
        tmp_path, f"for (int n = 0; n < {ROWS * COLUMNS}; ++n) out.write((&a[0][0])[in.read()]);", partition
    )
    words = [(5 * n + 3) % (ROWS * COLUMNS) for n in range(ROWS * COLUMNS)]
    assert interpret(function, {"in": words})["out"] == [100 * (w // COLUMNS) + w % COLUMNS for w in words]


@pytest.mark.parametrize("shape", ["[1][2][4]", "[2][1][4]", "[2][4][1]"])
def test_dimensions_of_one_element(tmp_path, shape):
    """A row behind them is as long as the array, which an index into it cannot count to."""

    def at(i: str, j: str) -> str:
        return "a" + shape.replace("[1]", "[0]").replace("[2]", f"[{i}]").replace("[4]", f"[{j}]")

    source = tmp_path / "kernel.cpp"
    source.write_text(
        f"""#include "hls_stream.h"
        void top(hls::stream<int>& in, hls::stream<int>& out) {{
            int a{shape};
        #pragma HLS ARRAY_PARTITION variable=a complete dim=1
            for (int n = 0; n < 8; ++n) {at("n >> 2", "n & 3")} = n;
            for (int n = 0; n < 8; ++n) out.write({at("in.read() & 1", "in.read() & 3")});
        }}"""
    )
    front = compile_cpp([source], "top", workdir=tmp_path)
    function = run_passes(import_function(front, front.top, ports_of(front, front.top)))
    assert not [op for op in function.ops.values() if op.kind in (Kind.UDIV, Kind.UREM)]
    given = [(n * 3 % 8 >> 2, n * 3 & 3) for n in range(8)]
    found = interpret(function, {"in": [word for pair in given for word in pair]})
    assert found["out"] == [4 * i + j for i, j in given]


@pytest.mark.parametrize("partition", PARTITIONS)
def test_pointers_that_walk_over_rows(tmp_path, partition):
    """From a row that run time chooses, by a counter whose end is known, by one whose end is not, by a number."""
    body = f"""const int r = in.read(), n = in.read();
        int* p = &a[r][0];
        for (int k = 0; k < 30; ++k) out.write(p[k]);
        for (int k = 0; k < n; ++k) out.write(p[k]);
        p[in.read()] = 7;
        const int* q = &a[r][5];
        for (int k = 0; k < n; k += 4) out.write(*q++);
        for (int i = 0; i < {ROWS}; ++i) for (int j = 0; j < {COLUMNS}; ++j) out.write(a[i][j]);"""
    function = compiled(tmp_path, body, partition)
    for row, words, at in ((0, 40, 83), (3, 17, 14), (4, 29, 35)):
        flat = [100 * i + j for i in range(ROWS) for j in range(COLUMNS)]
        start = row * COLUMNS
        expected = flat[start : start + 30] + flat[start : start + words]
        flat[start + at] = 7
        expected += flat[start + 5 : start + 5 + -(-words // 4)] + flat
        assert interpret(function, {"in": [row, words, at]})["out"] == expected
