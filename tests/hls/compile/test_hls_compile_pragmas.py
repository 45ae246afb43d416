"""What becomes of each pragma, and that the page about the compiler names them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hlsgen.hls.compile import compile_sources
from hlsgen.hls.frontend import pragmas

PAGE = Path(__file__).parents[3] / "docs" / "hls.md"
TOP = "void top(hls::stream<int>& in, hls::stream<int>& out) {\n"
COPY = "for (int i = 0; i < 8; ++i) {\n#pragma HLS PIPELINE\n out.write(in.read()); }\n"
ARRAY = "int a[8];\n@\nfor (int i = 0; i < 8; ++i) a[i] = in.read();\nout.write(a[in.read() & 7]);\n"


@pytest.mark.parametrize(
    ("body", "honoured", "reason"),
    [
        ("#pragma HLS PIPELINE\nout.write(in.read());", True, ""),
        (f"#pragma HLS LATENCY max=3\n{COPY}", False, "it takes 10 cycles"),
        (f"#pragma HLS LATENCY min=2 max=10\n{COPY}", True, ""),
        (
            f"#pragma HLS LOOP_MERGE\n{COPY}",
            False,
            "no two pipelined loops there follow each other, run equally often and have nothing in common",
        ),
        (f"#pragma HLS NONSENSE\n{COPY}", False, "'nonsense' is not an HLS pragma"),
        (
            COPY.replace("#pragma HLS PIPELINE", "#pragma HLS LOOP_FLATTEN"),
            False,
            "the loop in it is not pipelined, or there are several",
        ),
        (ARRAY.replace("@", "#pragma HLS BIND_STORAGE variable=a impl=bram"), True, ""),
        (
            ARRAY.replace("@", "#pragma HLS BIND_STORAGE variable=a impl=auto"),
            False,
            "impl is one of bram, lutram, uram",
        ),
        (
            ARRAY.replace("@", "#pragma HLS ARRAY_RESHAPE variable=a cyclic factor=2"),
            True,
            "the array is written: its lanes are memories of their own",
        ),
        (
            COPY.replace("PIPELINE", "PIPELINE rewind") + "out.write(1);",
            True,
            "not rewound: the function does more than this loop",
        ),
        (COPY.replace("PIPELINE", "PIPELINE rewind"), True, ""),
    ],
)
def test_what_becomes_of_a_pragma(body, honoured, reason, tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(f'#include "hls_stream.h"\n{TOP}{body}}}', encoding="utf-8")
    report = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report
    assert (report.pragmas[0]["honoured"], report.pragmas[0]["reason"]) == (honoured, reason)


def test_the_page_names_every_pragma():
    named = {word.lower() for word in re.findall(r"[A-Z][A-Z_]{2,}", PAGE.read_text(encoding="utf-8"))}
    assert named >= pragmas._HONOURED | pragmas._WITHOUT_EFFECT.keys()
