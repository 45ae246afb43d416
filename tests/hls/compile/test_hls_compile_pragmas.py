"""What becomes of each pragma, and that the page about the compiler names them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hlsgen.hls.cdfg.ir import Kind
from hlsgen.hls.compile import compile_sources
from hlsgen.hls.frontend import pragmas

PAGE = Path(__file__).parents[3] / "docs" / "hls.md"
TOP = "void top(hls::stream<int>& in, hls::stream<int>& out) {\n"
COPY = "for (int i = 0; i < 8; ++i) {\n#pragma HLS PIPELINE\n out.write(in.read()); }\n"
ONCE = "static int once(int x) {\n#pragma HLS INLINE off\nreturn x * 3; }\n"


def storage(options: str) -> str:
    return ARRAY.replace("@", f"#pragma HLS BIND_STORAGE variable=a {options}")


ARRAY = "int a[8];\n@\nfor (int i = 0; i < 8; ++i) a[i] = in.read();\nout.write(a[in.read() & 7]);\n"
OUTSIDE = "the stream is an argument: its FIFO lies outside, where it is declared"
COPIED = "only scalars that are passed by value are copied when a call begins"
HEAD = f'#include "hls_stream.h"\n{ONCE}'
COUNTER = "static int count = 3;\n#pragma HLS @\nout.write(count); count += in.read();"
PRODUCT = "int v = in.read() * in.read();\n#pragma HLS BIND_OP variable=v @\nout.write(v);\n"
BOUND = """#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<ap_int<18>>& s, hls::stream<ap_int<36>>& o, hls::stream<int>& q) {
for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=2
ap_int<18> a = s.read(), b = s.read();
ap_int<36> v = a * b;
#pragma HLS BIND_OP variable=v op=mul impl=fabric latency=2
o.write(v);
int w;
#pragma HLS BIND_OP variable=w op=mul impl=dsp latency=4
w = (int)a(4, 0) * (int)b(3, 0);
q.write(w); }
}
"""
FOUR_PRODUCTS = """#include "ap_int.h"
#include "hls_stream.h"
struct row { ap_int<16> a, b, c, d; };
void top(hls::stream<row>& s, hls::stream<row>& u, hls::stream<ap_int<34>>& o) {
#pragma HLS ALLOCATION operation instances=mul limit=@
for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE
row x = s.read(), y = u.read();
o.write(x.a * y.a + x.b * y.b + x.c * y.c + x.d * y.d); }
}
"""


@pytest.mark.parametrize(
    ("body", "honoured", "reason"),
    [
        ("#pragma HLS PIPELINE\nout.write(in.read());", True, ""),
        (f"#pragma HLS LATENCY max=3\n{COPY}", False, "it takes 10 cycles"),
        (f"#pragma HLS LATENCY min=2 max=10\n{COPY}", True, ""),
        (
            f"#pragma HLS LOOP_MERGE\n{COPY}",
            False,
            "no two pipelined loops there follow each other, have constant trip counts and nothing in common",
        ),
        (f"#pragma HLS NONSENSE\n{COPY}", False, "'nonsense' is not an HLS pragma"),
        (
            COPY.replace("#pragma HLS PIPELINE", "#pragma HLS LOOP_FLATTEN"),
            False,
            "the loop in it is not pipelined, or there are several",
        ),
        (ARRAY.replace("@", "#pragma HLS BIND_STORAGE variable=a impl=bram"), True, ""),
        (storage("impl=AUTO"), True, ""),
        (storage("impl=BRAM type=RAM_2P"), True, "both ports can write"),
        (storage("impl=srl"), False, "impl is one of bram, lutram, uram"),
        (
            COPY.replace("PIPELINE", "UNROLL facter=2"),
            False,
            "UNROLL has no option 'facter'; the rest of it is done",
        ),
        (
            COPY.replace("PIPELINE", "PIPELINE style=stp"),
            True,
            "style: stages run empty where II=1 (flp) and stand still together otherwise (stp)",
        ),
        (
            "#pragma HLS INTERFACE axis port=in register_mode=both\n" + COPY,
            True,
            "register_mode: a stream has a FIFO of two words at its port",
        ),
        ("#pragma HLS INTERFACE axis\n" + COPY, False, "it names no port: port="),
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
        (
            "int a[8];\nfor (int i = 0; i < 8; ++i) {\n#pragma HLS PIPELINE rewind\n a[i] = in.read(); }\n"
            "for (int i = 8; i-- > 0;) out.write(a[i]);\n#pragma HLS DATAFLOW\n",
            True,
            "not rewound: calls that take numbers or arrays follow one another",
        ),
        (
            "for (int i = 0; i < 8; ++i) {\n#pragma HLS PIPELINE II=2 rewind\n if (i & 1) out.write(in.read()); }",
            True,
            "not rewound: an iteration may begin without a word",
        ),
        (COPY.replace("PIPELINE", "LOOP_TRIPCOUNT max=9"), True, "it is known to be 8"),
        (PRODUCT.replace("@", "op=add impl=fabric"), True, ""),
        (storage("type=ram_1p"), True, ""),
        (storage("type=ram_t2p impl=lutram"), False, "LUT RAM has one write port"),
        (storage("type=ram_2p impl=uram"), False, "an UltraRAM has one port for reads and one for writes"),
        (storage("type=ram_2p impl=bram"), True, "both ports can write"),
        (storage("type=rom_2p"), False, "the array is written"),
        (storage("type=ram_1p latency=2"), True, "a read takes one cycle"),
        (COUNTER.replace("@", "RESET variable=count"), True, ""),
        (COUNTER.replace("@", "RESET variable=count off"), False, "a register with a first value gets it at reset"),
        (
            ARRAY.replace("@", "#pragma HLS RESET variable=a"),
            False,
            "a memory keeps what is in it: only registers are reset",
        ),
        (PRODUCT.replace("@", "op=mul impl=fabric latency=2"), True, ""),
        (PRODUCT.replace("@", "op=mul impl=auto"), True, ""),
        (PRODUCT.replace("@", "op=mul impl=lut"), False, "impl is one of dsp, fabric"),
        (
            PRODUCT.replace("@", "op=add impl=dsp"),
            False,
            "only products are bound (op=mul): other operators are logic without registers",
        ),
        (
            PRODUCT.replace("in.read() * in.read()", "3").replace("@", "op=mul"),
            False,
            "no product is left on the lines that assign to it",
        ),
        ("#pragma HLS ALLOCATION operation instances=mul limit=1\n" + PRODUCT.replace("#pragma", "//"), True, ""),
        (
            "#pragma HLS ALLOCATION operation instances=add limit=1\n" + COPY,
            False,
            "only products take turns: operation instances=mul limit=",
        ),
        (
            "#pragma HLS ALLOCATION function instances=once limit=1\nout.write(once(in.read()));",
            True,
            "all calls from one function share a module",
        ),
        ("#pragma HLS STREAM variable=in depth=4\n" + COPY, False, OUTSIDE),
        ("#pragma HLS AGGREGATE variable=in\n" + COPY, True, ""),
        ("#pragma HLS STABLE variable=in\n" + COPY, False, COPIED),
        ("#pragma HLS TOP name=other\n" + COPY, False, "the top function is named on the command line"),
        ("#pragma HLS PROTOCOL fixed\n" + COPY, False, "operations are placed by the schedule alone"),
        (
            COPY.replace("PIPELINE", "OCCURRENCE cycle=2"),
            False,
            "what is under a condition has the interval of its loop",
        ),
        (COPY.replace("PIPELINE", "PERFORMANCE target_ti=9"), False, "ask for an interval: PIPELINE II="),
        ("#pragma HLS FUNCTION_INSTANTIATE variable=in\n" + COPY, False, "the top function is not called"),
    ],
)
def test_what_becomes_of_a_pragma(body, honoured, reason, tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(f"{HEAD}{TOP}{body}}}", encoding="utf-8")
    report = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report
    found = next(pragma for pragma in report.pragmas if pragma["line"] > HEAD.count("\n"))
    assert (found["honoured"], found["reason"]) == (honoured, reason)


STRUCTS = """#include "hls_stream.h"
struct pair { int a; short b; };
void top(pair one, pair& both, pair many[8], int n, hls::stream<int>& out) {
#pragma HLS @
both.a += one.a + one.b + many[n].b * many[n].a;
for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE
#pragma HLS LOOP_TRIPCOUNT min=3 max=9
out.write(i); }
}
"""


@pytest.mark.parametrize(
    ("pragma", "honoured", "reason"),
    [
        ("AGGREGATE variable=one", True, ""),
        ("AGGREGATE variable=both", True, ""),
        ("AGGREGATE variable=many", False, "an array of structs is one memory per member"),
        ("DISAGGREGATE variable=many", True, ""),
        ("DISAGGREGATE variable=one", False, "a struct is one word, in memory behind AXI as in C++"),
        ("STABLE variable=n", True, ""),
        ("STABLE variable=both", False, COPIED),
        ("ALIAS variable=many distance=0", False, "different arguments are taken for different memories"),
    ],
)
def test_the_form_of_arguments(pragma, honoured, reason, tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(STRUCTS.replace("@", pragma), encoding="utf-8")
    compiled = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path)
    found = compiled.report.pragmas[0]
    assert (found["honoured"], found["reason"]) == (honoured, reason)
    assert ("n_held" not in "".join(compiled.verilog.values())) == (pragma == "STABLE variable=n")


def test_a_trip_count_that_is_stated_is_in_the_latency(tmp_path):
    source = tmp_path / "kernel.cpp"
    longest = []
    for most in (9, 19):
        source.write_text(STRUCTS.replace("max=9", f"max={most}").replace("HLS @", "HLS INTERFACE port=n"))
        (function,) = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report.functions
        longest.append(function.latency_max)
    assert longest[1] - longest[0] == 10


def test_a_product_is_made_as_it_is_bound(tmp_path):
    """Not by size: 18 x 18 bits in logic, 5 x 4 bits in a DSP block, each with its registers."""
    source = tmp_path / "kernel.cpp"
    source.write_text(BOUND, encoding="utf-8")
    compiled = compile_sources([source], "top", clock_ns=5.0, family="xc7", workdir=tmp_path)
    (function,) = compiled.functions.values()
    products = {op.id: op for op in function.function.ops.values() if op.kind is Kind.MUL}
    latency = {
        products[id].width: block.available[id] - stage
        for block in function.blocks.values()
        for id, stage in block.stage.items()
        if id in products
    }
    assert latency == {36: 2, 9: 4}
    text = "".join(compiled.verilog.values())
    assert re.search(r'\(\* use_dsp = "no" \*\) wire \[35:0\]', text)
    assert re.search(r'\(\* use_dsp = "yes" \*\) wire \[8:0\]', text)


@pytest.mark.parametrize(("limit", "interval"), [(1, 4), (2, 2), (3, 2), (4, 1)])
def test_a_pipeline_waits_for_its_multipliers(limit, interval, tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(FOUR_PRODUCTS.replace("@", str(limit)), encoding="utf-8")
    report = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report
    assert report.loops[0].ii_reached == interval and report.multipliers <= limit
    assert report.pragmas[0]["honoured"]


@pytest.mark.parametrize(("type", "interval"), [("ram_1p", 2), ("ram_2p", 1), ("ram_s2p", 1), ("ram_t2p", 1)])
def test_ports_of_a_memory(type, interval, tmp_path):
    """A read and a write an iteration."""
    source = tmp_path / "kernel.cpp"
    body = ARRAY.replace("@", f"#pragma HLS BIND_STORAGE variable=a type={type} impl=bram").replace("[8]", "[64]")
    loop = "for (int i = 0; i < 31; ++i) {\n#pragma HLS PIPELINE\nout.write(a[2 * i]); a[2 * i + 1] = in.read(); }\n"
    source.write_text(f'#include "hls_stream.h"\n{TOP}{body}{loop}out.write(a[in.read() & 63]);}}', encoding="utf-8")
    report = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report
    assert report.loops[-1].ii_reached == interval


def test_the_page_names_every_pragma():
    named = {word.lower() for word in re.findall(r"[A-Z][A-Z_]{2,}", PAGE.read_text(encoding="utf-8"))}
    assert named >= pragmas._HONOURED | pragmas._WITHOUT_EFFECT.keys()


REGION = """#include "hls_stream.h"
static void fill(hls::stream<int>& in, hls::stream<int>& mid, int a[8]) {
for (int i = 0; i < 8; ++i) { a[i] = in.read(); mid.write(i); } }
static void use(hls::stream<int>& mid, int a[8], hls::stream<int>& out) {
for (int i = 0; i < 8; ++i) out.write(mid.read() + a[7 - i]); }
void top(hls::stream<int>& in, hls::stream<int>& out, int n) {
#pragma HLS DATAFLOW
hls::stream<int> mid;
int a[8];
#pragma HLS @
fill(in, mid, a); use(mid, a, out); }
"""


@pytest.mark.parametrize(
    ("pragma", "honoured", "reason"),
    [
        ("STREAM variable=mid depth=8", True, ""),
        ("STREAM variable=mid type=pipo", False, "an hls::stream is a FIFO"),
        ("STREAM variable=a type=pipo", True, ""),
        (
            "STREAM variable=a depth=8",
            False,
            "it has two banks: it is not shown that the read at kernel.cpp:5 is of the next element: it leaves out 7 "
            "elements",
        ),
        ("BIND_STORAGE variable=a type=ram_1p", False, "an array between processes has the ports that they use"),
        ("BIND_STORAGE variable=a type=ram_2p impl=lutram", True, ""),
        (
            "ALLOCATION operation instances=mul limit=1",
            False,
            "the function is a region: say it in its processes",
        ),
        ("ALLOCATION function instances=use limit=1", True, "all calls from one function share a module"),
        ("SHARED variable=a", False, "arrays between processes are buffered"),
        ("CACHE port=a lines=8", False, "AXI masters read what the code reads"),
    ],
)
def test_between_processes(pragma, honoured, reason, tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(REGION.replace("@", pragma), encoding="utf-8")
    report = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report
    found = report.pragmas[1]
    assert (found["honoured"], found["reason"].replace(f"{tmp_path}/", "")) == (honoured, reason)


def test_an_unrolled_loop_of_unknown_count_stores_every_cycle(tmp_path):
    """LLVM writes the odd indices as `j | 1`; stated iterations are those of the source."""
    source = tmp_path / "kernel.cpp"
    longest = []
    for most in (9, 19):
        source.write_text(f"""void top(const short a[32], short b[32], int n) {{
            for (int j = 0; j < n; ++j) {{
            #pragma HLS PIPELINE II=1
            #pragma HLS UNROLL factor=2
            #pragma HLS LOOP_TRIPCOUNT max={most}
                b[j] = a[j] + 1;
            }}
        }}""")
        report = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report
        assert [loop.ii_reached for loop in report.loops] == [1]
        longest.append(report.functions[0].latency_max)
    assert longest[1] - longest[0] == 10 - 5


def test_a_read_in_both_arms_of_an_if_is_one(tmp_path):
    """So that it needs one port, and is a burst of an AXI master."""
    source = tmp_path / "kernel.cpp"
    source.write_text("""void top(const int* in, int* out, int n) {
        #pragma HLS INTERFACE m_axi port=in depth=64
        #pragma HLS INTERFACE m_axi port=out depth=64
        for (int i = 0; i < n; ++i) {
        #pragma HLS PIPELINE II=1
            int t;
            if (i != 12)
                t = in[i] + 1;
            else
                t = in[i];
            out[i] = t;
        }
    }""")
    (loop,) = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path).report.loops
    assert loop.ii_reached == 1 and loop.depth < 5  # the request stands before the loop


def test_the_division_with_most_banks_holds_for_arrays_that_a_function_shares(tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(
        "static void f(int p[8], int k) {\n#pragma HLS INLINE off\n  p[k & 7] += p[0];\n}\n"
        "int top(int k) {\n  int a[8], b[8];\n"
        "#pragma HLS ARRAY_PARTITION variable=a cyclic factor=4\n"
        "#pragma HLS ARRAY_PARTITION variable=b block factor=2\n"
        "  for (int i = 0; i < 8; ++i) a[i] = b[i] = k * i;\n  f(a, k);\n  f(b, 3);\n  return a[k & 7] + b[5];\n}",
        encoding="utf-8",
    )
    compiled = compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=tmp_path)
    (function,) = (found for name, found in compiled.functions.items() if "f" not in name)
    assert {f"{name}_b{bank}" for name in "ab" for bank in range(4)} <= function.function.memories.keys()
    told = {pragma["line"]: (pragma["honoured"], pragma["reason"]) for pragma in compiled.report.pragmas}
    assert told[7] == (True, "")
    reason = "kernel.cpp:7 divides this array, or one that the same function takes, into more banks: that holds for all"
    assert (told[8][0], told[8][1].replace(f"{tmp_path}/", "")) == (False, reason)
