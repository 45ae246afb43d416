"""What the middle of the compiler refuses: the whole message, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.compile import compile_sources

HEADERS = """\
#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
#define INT hls::stream<int>&
#line 1 "kernel.cpp"
"""
GOOD = "void top(INT in, INT out) { out.write(in.read()); }"
CASES = {
    "scalar port": (
        "void top(int n, INT out) { out.write(n); }",
        "kernel.cpp:1: port 'n' of 'top' is not a stream, or nothing uses it; use hls::stream and axis",
    ),
    "array port": (
        "void top(int a[4], INT out) { out.write(a[1]); }",
        "kernel.cpp:1: port 'a' of 'top' is not a stream, or nothing uses it; use hls::stream and axis",
    ),
    "mode": (
        "void top(INT in, INT out) {\n#pragma HLS INTERFACE ap_fifo port=in\nout.write(in.read()); }",
        "kernel.cpp:2: port 'in' is a stream with interface 'ap_fifo'; use axis",
    ),
    "returns": (
        "int top(INT in) { return in.read(); }",
        "kernel.cpp:1: top: a process or top function returns a value; return void and write to a stream",
    ),
    "process returns": (
        "static int f(INT x, INT y) { y.write(x.read()); return 1; }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  f(in, out);\n"
        "}",
        "kernel.cpp:1: 'load' in the dataflow region 'top'; move computation into a process",
    ),
    "control flow": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "  for (int i = 0; i < 3; ++i) f(in, out);\n"
        "}",
        "kernel.cpp:2: control flow in the dataflow region 'top'; leave only calls of processes in it",
    ),
    "computation": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "  f(in, a);\n"
        "  out.write(a.read() + 1);\n"
        "}",
        "kernel.cpp:6: 'load' in the dataflow region 'top'; move computation into a process",
    ),
    "scalar argument": (
        "static void f(int n, INT x, INT y) { y.write(x.read() + n); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  f(3, in, out);\n"
        "}",
        "kernel.cpp:4: argument 'n' of process 'f' is not a stream of the region; pass streams only",
    ),
    "feedback": (
        "static void f(INT x, INT z, INT y) { y.write(x.read() + z.read()); }\n"
        "static void g(INT x, INT y, INT z) { int v = x.read(); y.write(v); z.write(v); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a, back;\n"
        "  f(in, back, a);\n"
        "  g(a, out, back);\n"
        "}",
        "kernel.cpp:3: stream 'back': feedback: 'g' comes after its consumer 'f'; call producers first",
    ),
    "itself": (
        "static void f(INT x, INT z, INT y) { int v = x.read() + z.read(); y.write(v); z.write(v); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "  f(in, a, out);\n"
        "}",
        "kernel.cpp:2: stream 'a': feedback: 'f' comes after its consumer 'f'; call producers first",
    ),
    "two producers": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "  f(in, a);\n"
        "  f(in, a);\n"
        "  f(a, out);\n"
        "}",
        "kernel.cpp:2: stream 'in': written by nobody, read by ['f', 'f_2']; give every stream one producer and "
        "one consumer",
    ),
    "nobody": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "static void s(INT y) { y.write(1); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "  f(in, out);\n"
        "  s(a);\n"
        "}",
        "kernel.cpp:3: stream 'a': written by ['s'], read by nobody; give every stream one producer and one consumer",
    ),
    "depth": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "#pragma HLS STREAM variable=a depth=0\n"
        "  f(in, a);\n"
        "  f(a, out);\n"
        "}",
        "kernel.cpp:2: stream 'a': depth=0; give a positive depth",
    ),
    "unused port": (
        "void top(INT in, INT other, INT out) { out.write(in.read()); }",
        "kernel.cpp:1: port 'other' of 'top' is not a stream, or nothing uses it; use hls::stream and axis",
    ),
    "array of streams": (
        "static void f(hls::stream<int> (&x)[2], INT y) { y.write(x[0].read() + x[1].read()); }\n"
        "void top(hls::stream<int> (&in)[2], INT out) {\n"
        "  f(in, out);\n"
        "}",
        "kernel.cpp:1: top: 'in' is an array of streams; give each stream a name of its own",
    ),
    "local array of streams": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a[2];\n"
        "  f(in, a[0]);\n"
        "  f(a[0], a[1]);\n"
        "  f(a[1], out);\n"
        "}",
        "kernel.cpp:6: 'getelementptr' in the dataflow region 'top'; move computation into a process",
    ),
    "empty": (
        "void top(INT in, INT out) {\n  if (!in.empty()) out.write(in.read());\n}",
        "kernel.cpp:2: top: empty(), full() and non-blocking access of a stream; use read() and write()",
    ),
    "both ways": (
        "void top(INT in, INT out) {\n  in.write(out.read());\n  out.write(1);\n}",
        "kernel.cpp:1: stream 'out' is both read and written by 'top'; use one stream for each direction",
    ),
    "pointer chosen": (
        "void top(INT in, INT out) {\n"
        "  int a[8], b[8];\n"
        "  for (int i = 0; i < 8; ++i) { a[i] = in.read(); b[i] = in.read(); }\n"
        "  int* p = in.read() ? a : b;\n"
        "  int k = in.read() & 7;\n"
        "  p[k] = 1;\n"
        "  out.write(p[7-k] + a[k] + b[k]);\n"
        "}",
        "kernel.cpp:4: top: a value of type ptr; use integers, ap_int or ap_fixed",
    ),
    "not inlined": (
        "static int f(int x) {\n"
        "#pragma HLS INLINE off\n"
        "  return x + 1;\n"
        "}\n"
        "void top(INT in, INT out) {\n"
        "  out.write(f(in.read()));\n"
        "}",
        "kernel.cpp:6: top: call of 'f', which is not inlined; inline it, or call it from a dataflow region",
    ),
    "dim": (
        "void top(INT in, INT out) {\n"
        "  int a[8];\n"
        "#pragma HLS ARRAY_PARTITION variable=a cyclic factor=2 dim=2\n"
        "  for (int i = 0; i < 8; ++i) a[i] = in.read();\n"
        "  out.write(a[in.read()&7]);\n"
        "}",
        "kernel.cpp:3: a: dim=2 of an array with 1 dimensions; count from 1",
    ),
    "factor": (
        "void top(INT in, INT out) {\n"
        "  int a[8];\n"
        "#pragma HLS ARRAY_PARTITION variable=a cyclic dim=1\n"
        "  for (int i = 0; i < 8; ++i) a[i] = in.read();\n"
        "  out.write(a[in.read()&7]);\n"
        "}",
        "kernel.cpp:3: a: cyclic partition with factor 0 of 8 elements; give factor=",
    ),
    "bytes": (
        "void top(INT in, INT out) {\n"
        "  ap_uint<32> a[8];\n"
        "  for (int i = 0; i < 8; ++i) a[i] = in.read();\n"
        "  out.write(((unsigned char*)a)[in.read() & 31]);\n"
        "}",
        "kernel.cpp:4: top: an access of i8 across elements of 'a'; access whole elements",
    ),
    "extern": (
        "extern int table[8];\nvoid top(INT in, INT out) {\n  out.write(table[in.read() & 7]);\n}",
        "kernel.cpp:3: top: 'table' has no definition here; define it in this file",
    ),
    "global stream": (
        "hls::stream<int> g;\nvoid top(INT in, INT out) {\n  g.write(in.read());\n  out.write(g.read());\n}",
        "kernel.cpp:3: top: 'g' is a stream of the file; pass it as an argument, or make it local",
    ),
}


@pytest.fixture
def compile_text(tmp_path, monkeypatch):
    """Compiles C++ text as `kernel.cpp`; places are relative to the test's folder."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, *, top: str = "top", clock_ns: float = 5.0, family: str = "xcup"):
        source = Path("kernel.cpp")
        source.write_text(HEADERS + text, encoding="utf-8")
        return compile_sources([source], top, clock_ns=clock_ns, family=family, workdir=tmp_path)

    return run


@pytest.mark.parametrize("case", CASES)
def test_refusal(compile_text, case):
    text, message = CASES[case]
    with pytest.raises(UserError) as error:
        compile_text(text)
    assert str(error.value) == message


@pytest.mark.parametrize("clock_ns", [0.1, 0, -5, 5000, float("nan")])
def test_silly_clock(compile_text, clock_ns):
    with pytest.raises(UserError) as error:
        compile_text(GOOD, clock_ns=clock_ns)
    assert str(error.value) == f"a clock period of {clock_ns} ns; give nanoseconds between 0.5 and 1000"


@pytest.mark.parametrize("family", ["abacus", "../xcup", ""])
def test_unknown_family(compile_text, family):
    with pytest.raises(UserError) as error:
        compile_text(GOOD, family=family)
    assert str(error.value) == (
        f"no delay table for the device family {family!r}; "
        "use one of xc7, xcup, or measure it with python -m hlsgen.synth.characterise"
    )


def test_a_top_that_verilog_could_not_name(compile_text):
    with pytest.raises(UserError) as error:
        compile_text(GOOD.replace("top", "module"), top="module")
    assert str(error.value) == (
        "kernel.cpp:1: top function name 'module' is reserved in C++ or Verilog; choose another name"
    )
    assert "top.v" in compile_text(f"namespace inner {{ {GOOD} }}", top="inner::top").verilog


def test_accepted(compile_text):
    """What is near to a refusal and is none."""
    while_loop = """
        void top(INT in, INT out) {
            int v = in.read();
            while (v != 3) {
        #pragma HLS PIPELINE
                out.write(v);
                v = in.read();
            }
        }"""
    (loop,) = compile_text(while_loop).report.loops
    assert (loop.trip_count, loop.ii_reached) == (None, 1)
    static = "void top(INT in, INT out) { static int n; n += in.read(); out.write(n); }"
    (memory,) = compile_text(static).report.memories
    assert (memory.kind, memory.width_bits) == ("registers", 32)
    free = GOOD.replace("{", "{\n#pragma HLS INTERFACE ap_ctrl_none port=return\n", 1)
    compiled = compile_text(free)
    assert compiled.signature["control"] == "ap_ctrl_none" and "ap_start" not in compiled.verilog["top.v"]
