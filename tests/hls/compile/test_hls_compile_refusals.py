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
#include "hls_task.h"
#define INT hls::stream<int>&
#line 1 "kernel.cpp"
"""
STREAMS = (
    "void top(const int a[8], int b[8], int n) {\n"
    "#pragma HLS INTERFACE axis port=a\n"
    "#pragma HLS INTERFACE axis port=b\n"
)


def unordered(line, array, access, why):
    return (
        f"kernel.cpp:{line}: top: array {array!r} is a stream, and it is not shown that this {access} is of its next "
        f"element: {why}; access its elements once each and in order, under no condition; or copy them to or from a "
        "local array in a loop of its own"
    )


TASKS = (
    "void f(INT in, INT out) { out.write(in.read()); }\n"
    "void two(INT in, INT out) { hls::task t(f, in, out); }\n"
)  # fmt: skip
NEXT = "not every iteration of the loop around it goes on with the next element"
BURST = '#include "hls_burst_maxi.h"\n#line 1 "kernel.cpp"\nvoid top(hls::burst_maxi<int> m, int n) {'
OF_POINTERS = "compare or subtract pointers into one array, or use indices"
TWO_ARRAYS = (
    "void top(INT in, INT out) { int a[8], b[8]; for (int i = 0; i < 8; ++i) a[i] = b[i] = in.read(); "
    "int x = in.read(), *p = a + x; out.write(*p + b[x]); "
)
GOOD = "void top(INT in, INT out) { out.write(in.read()); }"
CASES = {
    "a call of tasks": (
        f"{TASKS}void top(INT in, INT out) {{\n#pragma HLS DATAFLOW\nhls::stream<int> s;\nf(in, s);\ntwo(s, out); }}",
        "kernel.cpp:7: 'two' consists of tasks, so that a call of it never ends; "
        "make it a task itself: hls::task t(function, streams...)",
    ),
    "tasks that C++ has once": (
        f"{TASKS}void top(INT in, INT out) {{ hls::stream<int> s; hls::task t(two, in, s), u(two, s, out); }}",
        "kernel.cpp:2: 'two' makes tasks and is called 2 times; C++ makes them once; "
        "make the function a template, instantiated for each call",
    ),
    "a task with an array": (
        "void f(INT in, int a[4]) { a[in.read() & 3]++; }\nvoid top(INT in, int a[4]) { hls::task t(f, in, a); }",
        "kernel.cpp:2: the task 'f' takes 'a', which is no stream; "
        "send it through a stream, or let a process that is called do it",
    ),
    "a task with a number that a process makes": (
        "void f(INT in, INT out, int n) { out.write(in.read() + n); }\nint g(int n) { return n * n; }\n"
        "void top(INT in, INT out, int n) {\n#pragma HLS DATAFLOW\nint m = g(n);\nhls::task t(f, in, out, m); }",
        "kernel.cpp:6: the task 'f' takes 'n', which is no stream; "
        "send it through a stream, or let a process that is called do it",
    ),
    "tasks with a handshake": (
        f"{TASKS}void top(INT i, INT o) {{\n#pragma HLS INTERFACE s_axilite port=return\nhls::task t(f, i, o); }}",
        "kernel.cpp:4: 'top' consists of tasks: it has no calls that begin or end; "
        "leave the pragma out, or say mode=ap_ctrl_none",
    ),
    "unbounded array": (
        "void top(int a[], int n) { for (int i = 0; i < n; ++i) a[i]++; }",
        "kernel.cpp:1: top: how many elements 'a' has is not known; "
        "give a constant extent, as in x[64]; an argument in memory: INTERFACE m_axi port=a depth=<elements>",
    ),
    "a pointer to one struct of arrays": (
        "struct P { int y[3]; };\nvoid top(P* p, int n) { for (int i = 0; i < n; ++i) p[i].y[0]++; }",
        "kernel.cpp:2: top: how many elements 'p' has is not known; "
        "give a constant extent, as in x[64]; an argument in memory: INTERFACE m_axi port=p depth=<elements>",
    ),
    "an order of pointers into two arrays": (
        f"{TWO_ARRAYS}out.write(p < b + x); }}",
        f"kernel.cpp:1: top: pointers into different objects are compared by < or >; {OF_POINTERS}",
    ),
    "a difference of pointers into two arrays": (
        f"{TWO_ARRAYS}out.write(p - b); }}",
        f"kernel.cpp:1: top: pointers into different objects are subtracted; {OF_POINTERS}",
    ),
    "a pointer as a number": (
        f"{TWO_ARRAYS}out.write((long)p & 31); }}",
        f"kernel.cpp:1: top: a pointer is used as a number; {OF_POINTERS}",
    ),
    "a number as a pointer": (
        f"{TWO_ARRAYS}out.write(*(int*)((long)p & -32)); }}",
        "kernel.cpp:1: integers cannot be turned into pointers; use array indices",
    ),
    "a pointer that walks from a variable": (
        "void top(INT in, INT out) { int x = in.read(); for (int *p = &x, *e = p + x; p != e; ++p) out.write(*p); }",
        f"kernel.cpp:1: top: a pointer that walks from a single variable is compared or subtracted; {OF_POINTERS}",
    ),
    "a master that may be null": (
        "int top(const int* a) {\n#pragma HLS INTERFACE m_axi port=a depth=4\nreturn a ? *a : 3; }",
        "kernel.cpp:3: top: whether the m_axi argument 'a' is null is not known to hardware; pass a bool beside it",
    ),
    "a pointer in a variable of the file": (
        "int a[8];\nstatic int* next = a;\nint top(int x) { return *next++ + x; }",
        "kernel.cpp:3: top: a pointer is kept in the variable 'next'; keep an index of the array in it",
    ),
    "a pointer in an array": (
        "int a[8];\nint top(int x, int y) { int* rows[2] = {a, a + 4}; rows[x & 1]++; return *rows[y & 1]; }",
        "kernel.cpp:2: top: a pointer is kept in the variable 'rows'; keep an index of the array in it",
    ),
    "mode": (
        "void top(int n, INT out) {\n#pragma HLS INTERFACE ap_fifo port=n\nout.write(n); }",
        "kernel.cpp:2: n: INTERFACE ap_fifo cannot be had for a value; "
        "use one of ap_none, ap_vld, ap_hs, ap_ack, ap_stable, s_axilite",
    ),
    "a burst by hand without a response": (
        f"{BURST}\n#pragma HLS INTERFACE m_axi port=m depth=8\nm.write_request(0, 1); m.write(n); }}",
        "kernel.cpp:1: 'm' has a write_request() in 'top', and no write_response(); "
        "keep what belongs to a request in one function, or have it inlined: INLINE",
    ),
    "a struct with a stream in it": (
        "struct P { hls::stream<int> s; int n; };\nvoid top(P& p) { p.s.write(p.n); }",
        "kernel.cpp:2: a struct argument has a stream in it; pass the stream as an argument of its own",
    ),
    "a burst by hand that is no master": (
        f"{BURST}\n#pragma HLS INTERFACE ap_memory port=m\nm.read_request(0, 1); m.read(); }}",
        "kernel.cpp:2: 'm' is an hls::burst_maxi in mode ap_memory; use m_axi",
    ),
    "a burst by hand with byte enables": (
        f"{BURST} m.write_request(0, 1);\nm.write(n, 3); m.write_response(); }}",
        "kernel.cpp:2: call to deleted member function 'write': byte enables are not supported; write whole elements",
    ),
    "an array that is a stream, backwards": (
        f"{STREAMS}  for (int i = 0; i < 8; ++i)\n    b[7 - i] = a[i];\n}}",
        unordered(5, "b", "write", "it leaves out 7 elements"),
    ),
    "a window of an array that is a stream": (
        f"{STREAMS}  for (int i = 0; i < 7; ++i)\n    b[i] = a[i]\n      + a[i + 1];\n}}",
        unordered(6, "a", "read", NEXT),
    ),
    "an array that is a stream, with gaps": (
        f"{STREAMS}  for (int i = 0; i < 4; ++i)\n    b[i] = a[2 * i];\n}}",
        unordered(5, "a", "read", NEXT),
    ),
    "an array that is a stream, twice": (
        f"{STREAMS}  for (int k = 0; k < 2; ++k)\n    for (int i = 0; i < 8; ++i)\n      b[i] = a[i] + k;\n}}",
        unordered(6, "a", "read", NEXT),
    ),
    "an array that is a stream, under a condition": (
        f"{STREAMS}  for (int i = 0; i < 8; ++i)\n    if (a[i] > 0)\n      b[i] = a[i];\n}}",
        unordered(6, "b", "write", "it stands under a condition, and its index does not count how often that held"),
    ),
    "an array that is a stream, after a loop of unknown length": (
        f"{STREAMS}  for (int i = 0; i < n; ++i)\n    b[i] = a[i];\n  b[7] = 0;\n}}",
        unordered(6, "b", "write", "how many accesses come before it depends on conditions: that of line 5 among them"),
    ),
    "an array that is a stream, read and written": (
        "void top(int a[8]) {\n#pragma HLS INTERFACE axis port=a\n  for (int i = 0; i < 8; ++i)\n    a[i] += 1;\n}",
        unordered(4, "a", "write", "it is both read and written"),
    ),
    "a part of an element of a stream": (
        "struct P { int x, y; };\nvoid top(P a[8]) {\n#pragma HLS INTERFACE axis port=a\n"
        "  for (int i = 0; i < 8; ++i)\n    a[i].x = i;\n}",
        unordered(5, "a", "write", "not all members of the element are written together"),
    ),
    "a stream in banks": (
        f"{STREAMS}#pragma HLS ARRAY_PARTITION variable=a cyclic factor=2\n"
        "  for (int i = 0; i < 8; ++i) b[i] = a[i];\n}",
        "kernel.cpp:1: top: 'a' is a stream, which has one word at a time; leave ARRAY_PARTITION out",
    ),
    "a stream passed to a module": (
        "static void f(const int a[8], int b[8]) {\n#pragma HLS INLINE off\n"
        "  for (int i = 0; i < 8; ++i) b[i] = a[i];\n}\n"
        f"{STREAMS}  f(a, b);\n}}",
        "kernel.cpp:8: top: an array that is a stream is passed to a function with a module of its own; inline it",
    ),
    "control flow": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(int n, INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  for (int i = 0; i < n; ++i) f(in, out);\n"
        "}",
        "kernel.cpp:4: this loop has to be unrolled (it is in a dataflow region), but how often it runs is not a "
        "constant; give it constant bounds, or move it into a process",
    ),
    "two modules at a stream": (
        "static void f(INT x, INT y) {\n#pragma HLS INLINE off\n  y.write(x.read());\n}\n"
        "static void g(INT x, INT y) {\n#pragma HLS INLINE off\n  y.write(x.read() + 1);\n}\n"
        "void top(INT in, INT out) {\n  hls::stream<int> s;\n  f(in, s);\n  g(s, out);\n}",
        "kernel.cpp:12: top: 'unit1_f' and 'unit2_g', modules of their own, are at the two ends of stream 's'; use "
        "DATAFLOW, or inline them",
    ),
    "a module at the other end": (
        "static void f(INT x, INT y) {\n#pragma HLS INLINE off\n  y.write(x.read());\n}\n"
        "void top(INT in, INT out) {\n  f(in, out);\n  out.read();\n}",
        "kernel.cpp:5: 'top' and a function that it calls are at the two ends of stream 'out'; use DATAFLOW, or inline "
        "the function",
    ),
    "an array of its own and an m_axi argument": (
        "static void f(int* p, int n) {\n#pragma HLS INLINE off\n  for (int i = 0; i < 8; ++i) p[i] += n;\n}\n"
        "void top(int* m, int n, int& s) {\n#pragma HLS INTERFACE m_axi port=m depth=8\n  int a[8] = {n};\n  f(m, n);\n"
        "  f(a, n);\n  s = a[n & 7];\n}",
        "kernel.cpp:9: top: 'a' is an array of its own, and other calls pass an m_axi argument for it; make the "
        "function a template, or inline it",
    ),
    "two readers of a port": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  for (int i = 0; i < 3; ++i) f(in, out);\n"
        "}",
        "kernel.cpp:2: argument 'in': used by ['f', 'f_2', 'f_3']; pass it to one process only",
    ),
    "two readers of an array": (
        "static void f(INT x, int a[4]) { for (int i = 0; i < 4; ++i) a[i] = x.read(); }\n"
        "static void g(const int a[4], INT y) { for (int i = 0; i < 4; ++i) y.write(a[i]); }\n"
        "void top(INT in, INT out, INT other) {\n"
        "#pragma HLS DATAFLOW\n"
        "  int a[4];\n"
        "  f(in, a);\n"
        "  g(a, out);\n"
        "  g(a, other);\n"
        "}",
        "kernel.cpp:3: array 'a': used by ['f', 'g', 'g_2']; let one process write it and one read it; copy it for a "
        "second reader",
    ),
    "an array read before it is written": (
        "static void f(INT x, int a[4]) { for (int i = 0; i < 4; ++i) a[i] = x.read(); }\n"
        "static void g(const int a[4], INT y) { for (int i = 0; i < 4; ++i) y.write(a[i]); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  int a[4];\n"
        "  g(a, out);\n"
        "  f(in, a);\n"
        "}",
        "kernel.cpp:3: array 'a': 'g' reads it before anything is in it; call its producer first",
    ),
    "a stream behind its array": (
        "void top(hls::stream<int> in[4], int k, INT out) { out.write(in[4 + (k & 3)].read()); }",
        "kernel.cpp:1: top: which stream of the array 'in' is meant is not clear; index the array with numbers that it "
        "has",
    ),
    "a static object of a region with a constructor": (
        "struct S { int n; S() { for (int i = 0; i < 3; ++i) n += i; }\n"
        "void run(INT x, INT y) { y.write(x.read() + n++); } };\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  static S s;\n"
        "  s.run(in, out);\n"
        "}",
        "kernel.cpp:3: the first value of 's' takes code, in a dataflow region; "
        "make its constructor constexpr, with constants for all members",
    ),
    "a part of an array": (
        "static int f(const int x[4]) {\n"
        "#pragma HLS INLINE off\n"
        "  int s = 0;\n"
        "  for (int i = 0; i < 4; ++i) s += x[i];\n"
        "  return s;\n"
        "}\n"
        "void top(int k, const int x[8][4], INT out) {\n"
        "  out.write(f(x[k]));\n"
        "}",
        "kernel.cpp:8: top: a part of an array is passed on; pass the whole array and an index",
    ),
    "computation": (
        "static void f(INT x, INT y) { y.write(x.read()); }\n"
        "void top(INT in, INT out) {\n"
        "#pragma HLS DATAFLOW\n"
        "  hls::stream<int> a;\n"
        "  f(in, a);\n"
        "  out.write(a.read() + 1);\n"
        "}",
        "kernel.cpp:6: 'store' in the dataflow region 'top'; move computation into a process",
    ),
    "array divided in two ways": (
        "static int f(int a[8]) {\n"
        "#pragma HLS INLINE off\n#pragma HLS ARRAY_PARTITION variable=a cyclic factor=2\n"
        "  return a[0] + a[7];\n}\n"
        "void top(INT in, INT out) {\n  int a[8];\n#pragma HLS ARRAY_PARTITION variable=a block factor=2\n"
        "  for (int i = 0; i < 8; ++i) a[i] = in.read();\n  out.write(f(a));\n}",
        "kernel.cpp:6: 'a' of 'f' is divided in another way than the array passed for it; "
        "give every ARRAY_PARTITION of it the same options",
    ),
    "banks of one word and of several": (
        "static void f(int a[16], int n) {\n"
        "#pragma HLS INLINE off\n#pragma HLS ARRAY_PARTITION variable=a cyclic factor=4\n"
        "  for (int i = 1; i < n; ++i) a[i] += a[i - 1];\n}\n"
        "void top(INT in, INT out) {\n  int x[4], y[16];\n"
        "  for (int i = 0; i < 16; ++i) { x[i & 3] = in.read(); y[i] = i; }\n"
        "  f(x, 4); f(y, 16);\n  out.write(x[3] + y[15]);\n}",
        "kernel.cpp:6: 'a' of 'f' has banks of several words, and those of 'x' have one; "
        "divide them into fewer banks, or make the function a template, or inline it",
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
        "kernel.cpp:1: stream 'z' is both read and written by 'f'; use one stream for each direction",
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
        "kernel.cpp:2: stream 'a': written by ['f', 'f_2'], read by ['f_3']; give every stream one producer and one "
        "consumer",
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
    "both ways": (
        "void top(INT in, INT out) {\n  in.write(out.read());\n  out.write(1);\n}",
        "kernel.cpp:1: stream 'out' is both read and written by 'top'; use one stream for each direction",
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
        "  struct { long at[3]; short b; long c[3]; char d; long e[3]; int f; long g[3]; } a = {};\n"
        "  for (int i = 0; i < 3; ++i) a.c[in.read() & 1] = in.read();\n"
        "  struct bytes { long all; } __attribute__((packed));\n"
        "  long word = ((bytes*)((char*)&a + (in.read() & 127)))->all;\n"
        "  out.write(word);\n"
        "  out.write(word >> 32);\n"
        "}",
        "kernel.cpp:5: top: an access of i64 whose place in 'a' is not clear; access whole elements, and give arrays "
        "in structs indices of known range, or names of their own",
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
        "use one of ecp5, xc7, xcup, or measure it with python -m hlsgen.synth.characterise"
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
    assert compiled.signature["control"] == "ap_ctrl_none" and "wire ap_start" not in compiled.verilog["top.v"]
    unused = compile_text("void top(INT in, INT other, INT out) { out.write(in.read()); }")
    assert unused.report.notes == ("kernel.cpp:1: argument 'other' is not used: it has no ports",)
    assert [port["name"] for port in unused.signature["streams"]] == ["in", "out"]
