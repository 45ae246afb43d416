"""Scanning preprocessed text for pragmas."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.frontend.pragmas import scan

HEAD = '# 1 "k.cpp"\n'


def test_lines_do_not_move():
    text = HEAD + "void f() {\n#pragma HLS PIPELINE II=4\n  g();\n}\n"
    result = scan(text)
    assert result.text.split("\n") == (HEAD + "void f() {\n::hlsgen_pragma(0);\n  g();\n}\n").split("\n")
    (pragma,) = result.pragmas
    assert (pragma.kind, pragma.options, pragma.loc) == ("pipeline", {"ii": 4}, Place("k.cpp", 2))


def test_line_markers_and_first_id():
    result = scan(
        HEAD + '{\n# 70 "lib/x.h" 1\n;\n#pragma HLS INLINE\n# 9 "k.cpp" 2\n#pragma hls dataflow\n', first_id=5
    )
    assert [(p.id, p.kind, str(p.loc)) for p in result.pragmas] == [
        (5, "inline", "lib/x.h:71"),
        (6, "dataflow", "k.cpp:9"),
    ]


@pytest.mark.parametrize(
    ("pragma", "call"),
    [
        ("ARRAY_PARTITION variable = buf  dim = 1 complete", "::hlsgen::variable(buf, 0);"),
        ("INTERFACE axis register port=in", "::hlsgen::variable(in, 0);"),
        ("INTERFACE ap_ctrl_hs port=return", "::hlsgen_pragma(0);"),
        ("UNROLL factor=N", "::hlsgen_pragma(0, (long long)((4 * 2)));"),
        ("UNROLL factor=0x10", "::hlsgen_pragma(0);"),
        ("STREAM variable=s[2] depth=D+1", "::hlsgen::variable(s[2], 0, (long long)(D+1));"),
        ("LATENCY max=3", ""),
        ("NONSENSE", ""),
    ],
)
def test_what_a_pragma_becomes(pragma, call):
    text = HEAD + f"#define M 4\n#define N (M * 2)\n{{\n#pragma HLS {pragma}\n"
    assert scan(text).text.split("\n")[4] == call


def test_macros_are_those_in_force():
    text = HEAD + "#define D 3\n{\n#pragma HLS UNROLL factor=D\n#undef D\n#pragma HLS UNROLL factor=D\n"
    first, second = scan(text).pragmas
    assert first.options == {"factor": 3} and second.computed == ("factor",)


def test_loop_labels():
    text = (
        HEAD
        + """void f() {
rows: for (;;) {
columns:
    while (x) {
        switch (x) { case 1: for (;;) break; default: for (;;) break; }
        y = c ? a : b;
    }
other:
    x = 1; last: do { } while (0);
"""
    )
    assert scan(text).labels == {("k.cpp", 2): "rows", ("k.cpp", 4): "columns", ("k.cpp", 9): "last"}


@pytest.mark.parametrize("before", ["for (;;)", "else"])
def test_a_pragma_in_place_of_a_body_is_refused(before):
    with pytest.raises(
        UserError, match=r"^k\.cpp:2: #pragma HLS UNROLL stands where the body .* put braces around the body$"
    ):
        scan(HEAD + f"{before}\n#pragma HLS UNROLL\n")
