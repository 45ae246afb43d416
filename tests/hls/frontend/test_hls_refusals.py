"""What the front end refuses: the whole message, with its place."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.frontend import compile_cpp

CASES = {
    "clang error": (
        "void top(hls::stream<int>& out) {\n  out.write(undefined);\n}",
        "kernel.cpp:2: use of undeclared identifier 'undefined'",
    ),
    "no top": ("void other() {}", "there is no function 'top' in the sources; choose one of: other"),
    "two tops": (
        "void top(int) {}\nvoid top(long) {}",
        "the top function 'top' is defined more than once: kernel.cpp:1, kernel.cpp:2; give it a unique name",
    ),
    "recursion": (
        "static int f(int n) {\n  return n < 2 ? 1 : n * f(n - 1);\n}\n"
        "void top(hls::stream<int>& a, hls::stream<int>& b) { b.write(f(a.read())); }",
        "kernel.cpp:2: recursion is not supported: f -> f; write it as a loop",
    ),
    "heap": (
        "void top(hls::stream<int>& out) {\n  int* x = new int[4];\n  out.write(x[0]);\n}",
        "kernel.cpp:2: memory from the heap is not supported; use arrays of constant size",
    ),
    "unknown function": (
        "int library(int);\nvoid top(hls::stream<int>& out) {\n  out.write(library(3));\n}",
        "kernel.cpp:3: the function 'library' has no definition that hardware could be made from; "
        "add the source that defines it, or guard the call with #ifndef __SYNTHESIS__",
    ),
    "function pointer": (
        "static int f() { return 1; }\nvoid top(hls::stream<int>& in, hls::stream<int>& out) {\n"
        "  int (*p)() = in.read() ? f : nullptr;\n  out.write(p());\n}",
        "kernel.cpp:4: a call through a function pointer (or inline assembly) is not supported; call functions by name",
    ),
    "floating point": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n"
        "  float x = in.read();\n  out.write(int(x * 0.5f));\n}",
        "kernel.cpp:2: floating-point arithmetic is not supported; use ap_fixed, or a constant of it",
    ),
    "unroll without bounds": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n  int n = in.read();\nrun:\n"
        "  for (int i = 0; i < n; ++i) {\n#pragma HLS UNROLL\n    out.write(i);\n  }\n}",
        "kernel.cpp:4: loop 'run' has to be unrolled (#pragma HLS UNROLL asks for it), but how often it runs is not a "
        "constant; give it constant bounds, or a factor",
    ),
    "below a pipelined loop": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n"
        "  for (int k = 0; k < 9; ++k) {\n#pragma HLS PIPELINE\n"
        "    int n = in.read();\n    for (int i = 0; i < n; ++i) out.write(i);\n  }\n}",
        "kernel.cpp:5: this loop has to be unrolled (it is inside the pipelined loop of line 2), but how often it runs "
        "is not a constant; give it constant bounds, or pipeline the inner loop instead",
    ),
    "state of two processes": (
        "static void sum(hls::stream<int>& in, hls::stream<int>& out) {\n  static int total = 0;\n"
        "  out.write(total += in.read());\n}\n"
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n#pragma HLS DATAFLOW\n"
        "  hls::stream<int> middle;\n  sum(in, middle);\n  sum(middle, out);\n}",
        "kernel.cpp:1: 'total' outlives a call, and more than one module (of sum) would have its own; "
        "let one process have it, called once; or make the function a template, instantiated for each call",
    ),
    "pipelined function": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n#pragma HLS PIPELINE\n  int n = in.read();\n"
        "  for (int i = 0; i < n; ++i) out.write(i);\n}",
        "kernel.cpp:4: this loop has to be unrolled (its function is pipelined), but how often it runs is not a "
        "constant; give it constant bounds",
    ),
    "pragma names nothing": (
        "void top(hls::stream<int>& out) {\n#pragma HLS ARRAY_PARTITION variable=line complete\n  out.write(1);\n}",
        "kernel.cpp:2: #pragma HLS ARRAY_PARTITION variable=line complete: 'line' is not declared here; "
        "place the pragma after the declaration, in the same scope",
    ),
    "pragma outside a function": (
        "#pragma HLS PIPELINE\nvoid top(hls::stream<int>& out) { out.write(1); }",
        "kernel.cpp:1: #pragma HLS PIPELINE cannot stand here; place it inside the body of a function",
    ),
    "pragma in front of a body": (
        "void top(hls::stream<int>& out)\n#pragma HLS DATAFLOW\n{\n  out.write(1);\n}",
        "kernel.cpp:2: #pragma HLS DATAFLOW stands outside of a body; place it inside the braces",
    ),
    "option is no constant": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n  int n = in.read();\n"
        "  for (int i = 0; i < 4; ++i) {\n"
        "#pragma HLS PIPELINE II=n\n    out.write(i);\n  }\n}",
        "kernel.cpp:4: ii=n in #pragma HLS PIPELINE II=n is not a constant; "
        "use a number, a macro, a constexpr or a template parameter",
    ),
    "system call": (
        "#include <ctime>\nvoid top(hls::stream<int>& out) {\n  out.write(time(nullptr));\n}",
        "kernel.cpp:3: 'time' is a system call, and hardware has no system; pass its result as an argument, or guard "
        "the call with #ifndef __SYNTHESIS__",
    ),
    "floating-point library": (
        "#include <cmath>\nvoid top(hls::stream<int>& out) {\n  out.write(sqrt(2.5));\n}",
        "kernel.cpp:3: 'sqrt' computes in floating point, which is not supported; use hls_math.h on ap_fixed",
    ),
    "container": (
        "#include <vector>\nvoid top(hls::stream<int>& out) {\n  std::vector<int> v;\n  v.push_back(1);\n}",
        "kernel.cpp:4: this part of the C++ library needs the heap or exceptions; use arrays of constant size",
    ),
    "option without a value": (
        "void top(hls::stream<int>& in) {\n  for (;;) {\n#pragma HLS PIPELINE II=\n    in.read();\n  }\n}",
        "kernel.cpp:3: #pragma HLS PIPELINE II=: ii= has no value; write it behind the =",
    ),
    "a task of an unknown function": (
        '#include "hls_task.h"\nvoid f(hls::stream<int>&);\nvoid top(hls::stream<int>& in) {\n  hls::task t(f, in);\n}',
        "kernel.cpp:4: a task of a function that is not known here; name a function that the sources define",
    ),
    "unknown header": ('#include "other.h"', "kernel.cpp:1: 'other.h' file not found; name its folder with --include"),
    "stream chosen at run time": (
        "void top(hls::stream<int>& in, hls::stream<int>& a, hls::stream<int>& b) {\n"
        "  hls::stream<int>& out = in.read() ? a : b;\n  out.write(1);\n}",
        "kernel.cpp:3: which stream this is depends on run time; use an `if` around two accesses, one for each stream",
    ),
    "goto into a loop": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n  int i = 0;\n  if (in.read()) goto middle;\nagain:\n"
        "  out.write(i);\nmiddle:\n  out.write(-i);\n  if (++i < in.read()) goto again;\n  if (i & 1) goto middle;\n}",
        "kernel.cpp:1: 'top' has a loop that is entered in the middle; replace the goto by structured loops",
    ),
    "copy of run-time size": (
        "void top(hls::stream<int>& in, hls::stream<int>& out) {\n  char a[64], b[64];\n"
        "  for (int i = 0; i < 64; ++i) a[i] = in.read();\n  __builtin_memcpy_inline(b, a, 64);\n"
        "  out.write(b[in.read() & 63]);\n}",
        None,  # accepted: the size is a constant
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refusal(kernel, case):
    text, message = CASES[case]
    if message is None:
        kernel(text)
        return
    with pytest.raises(UserError) as error:
        kernel(text)
    assert str(error.value) == message


def test_missing_source():
    with pytest.raises(UserError, match=r"^nowhere\.cpp: there is no such source file$"):
        compile_cpp(["nowhere.cpp"], "top")


def test_no_source():
    with pytest.raises(UserError, match=r"^there are no sources; name at least one C\+\+ file$"):
        compile_cpp([], "top")


@pytest.mark.parametrize(
    ("type", "reason"),
    [
        ("ap_ufixed<8, 4, AP_TRN, AP_WRAP_SM>", "AP_WRAP_SM is for numbers with a sign"),
        ("ap_fixed<8, 4, AP_TRN, AP_WRAP, 9>", "saturation bits"),
        ("ap_int<8195>", "the width must be 1 to 4096"),
        ("ap_uint<0>", "the width must be 1 to 4096"),
    ],
)
def test_types_that_the_headers_refuse(kernel, type, reason):
    with pytest.raises(UserError, match=reason):
        kernel(f"void top(hls::stream<int>& out) {{ {type} x = 1; out.write(int(x)); }}")
