"""Scanning preprocessed text for pragmas."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import Place
from hlsgen.hls.frontend.pragmas import scan
from hlsgen.hls.llvm import ir

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


def test_a_list_of_names_is_a_pragma_for_each():
    result = scan(HEAD + "{\n#pragma HLS INTERFACE ap_vld port=a,b , c\n}\n")
    assert [(p.text, p.options["port"]) for p in result.pragmas] == [
        (f"HLS INTERFACE ap_vld port={name}", name) for name in "abc"
    ]
    assert result.text.count("::hlsgen::variable") == 3 and len(result.text.split("\n")) == 5


@pytest.mark.parametrize(
    ("pragma", "call"),
    [
        ("ARRAY_PARTITION variable = buf  dim = 1 complete", "::hlsgen::variable(buf, 0);"),
        ("INTERFACE axis register port=in", "::hlsgen::variable(in, 0);"),
        ("INTERFACE axis port=&in", "::hlsgen::variable(in, 0);"),
        ("INTERFACE ap_ctrl_hs port=return", "::hlsgen_pragma(0);"),
        ("UNROLL factor=N", "::hlsgen_pragma(0, (long long)((4 * 2)));"),
        ("UNROLL factor=0x10", "::hlsgen_pragma(0);"),
        ("STREAM variable=s[2] depth=D+1", "::hlsgen::variable(s[2], 0, (long long)(D+1));"),
        ("LATENCY max=3", "::hlsgen_pragma(0);"),
        (
            "LOOP_TRIPCOUNT min = a* b max = c / ( d << 2 )",
            "::hlsgen_pragma(0, (long long)(a*b), (long long)(c/(d<<2)));",
        ),
        ("RESET variable=x off", "::hlsgen::variable(x, 0);"),
        ("INTERFACE m_axi port=x offset=slave depth=N", "::hlsgen::variable(x, 0, (long long)((4 * 2)));"),
        ("if (N > (2)) PIPELINE II=2", "if constexpr ((4 * 2) > (2)) ::hlsgen_pragma(0);"),
        ("NONSENSE", ""),
    ],
)
def test_what_a_pragma_becomes(pragma, call):
    text = HEAD + f"#define M 4\n#define N (M * 2)\n{{\n#pragma HLS {pragma}\n"
    assert scan(text).text.split("\n")[4] == call


@pytest.mark.parametrize("head", ["for (;f(')');)", "while (g(\n0))", "if (x)", "if constexpr (x)", "if (x) ; else"])
def test_a_body_without_braces(head):
    """Conditions in front of it: it stays one statement, and an `else` behind it finds its `if`."""
    (_, *lines) = scan(HEAD + f"{{\n{head}\n#pragma HLS PIPELINE\n#pragma HLS UNROLL\nh();\n}}\n").text.split("\n")
    assert lines[-5:-3] == ["if (::hlsgen_pragma(0), false); else", "if (::hlsgen_pragma(1), false); else"]


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


@pytest.mark.parametrize(
    "text", ["RESOURCE variable=a core=RAM_2P_LUTRAM", "resource core = ram_2p_lutram variable = a"]
)
def test_resource_is_the_old_name_of_bind_storage(text):
    (pragma,) = scan(HEAD + f"{{\n#pragma HLS {text}\n").pragmas
    assert pragma.kind == "bind_storage" and pragma.options["impl"] == "lutram" and pragma.options["type"] == "ram_2p"


def test_a_pragma_that_is_left_out():
    result = scan(HEAD + "{\n#pragma HLS LATENCY max=3\n#pragma HLS INLINE\n", left_out=frozenset([0]))
    assert result.text.split("\n")[2:4] == ["", "::hlsgen_pragma(1);"] and len(result.pragmas) == 2


EVERY = """
#pragma HLS TOP name=top
struct pair { short a; int b; };
static int helper(int x, int mode) {
#pragma HLS FUNCTION_INSTANTIATE variable=mode
    return mode ? x * 3 : x + 1;
}
void top(hls::stream<pair>& in, int out[8], const int k[4]) {
#pragma HLS INTERFACE ap_memory port=out storage_type=ram_1p
#pragma HLS AGGREGATE variable=in compact=bit
#pragma HLS STABLE variable=k
#pragma HLS ALLOCATION operation instances=mul limit=1
#pragma HLS LATENCY min=2 max=10
    static int count = 0;
#pragma HLS RESET variable=count
    int memory[64];
#pragma HLS RESOURCE variable=memory core=RAM_2P_BRAM
#pragma HLS BIND_STORAGE variable=memory type=ram_2p impl=bram latency=2
fill:
    for (int i = 0; i < 64; ++i) {
#pragma HLS PIPELINE style=frp
#pragma HLS LOOP_TRIPCOUNT min=64 max=64 avg=64
        pair p = in.read();
        memory[i] = p.a + p.b;
    }
sums:
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=4 style=flp
#pragma HLS EXPRESSION_BALANCE off
#pragma HLS PERFORMANCE target_ti=100
#pragma HLS OCCURRENCE cycle=2
        int product = helper(memory[i * 8], 1) * k[i & 3];
#pragma HLS BIND_OP variable=product op=mul impl=dsp latency=2
        for (int j = 0; j < 8; ++j) {
#pragma HLS PROTOCOL fixed
#pragma HLS LOOP_FLATTEN off
            product += memory[i * 8 + j];
        }
        out[i] = product + ++count;
    }
#pragma HLS LOOP_MERGE force
}
"""


def test_every_pragma_is_parsed_bound_and_recorded(kernel):
    front = kernel(EVERY)
    written = [line.removeprefix("#pragma ") for line in EVERY.split("\n") if line.startswith("#pragma")]
    assert [pragma.text for pragma in front.pragmas] == written
    honoured = {pragma.text.split()[1] for pragma in front.pragmas if pragma.honoured}
    assert honoured >= {"PIPELINE", "INTERFACE", "BIND_STORAGE", "RESOURCE", "LOOP_TRIPCOUNT"}
    assert all(pragma.reason for pragma in front.pragmas if not pragma.honoured)
    bound = {directive.kind: directive for directive in front.directives}
    assert bound["latency"].options == {"min": 2, "max": 10} and bound["latency"].target == ir.FunctionTarget()
    assert bound["reset"].target.is_global and bound["stable"].target == ir.VariableTarget("k")
    assert bound["aggregate"].target == ir.VariableTarget("in")
    assert bound["allocation"].options == {"operation": True, "instances": "mul", "limit": 1}
    styles = [d.options["style"] for d in front.directives if d.kind == "pipeline"]
    assert styles == ["frp", "flp"]
    assert bound["performance"].target == bound["occurrence"].target and isinstance(
        bound["performance"].target, ir.LoopTarget
    )
    (memory, old) = [d for d in front.directives if d.kind == "bind_storage"][::-1]
    assert memory.target == old.target == ir.VariableTarget("memory") and old.options["impl"] == "bram"


def test_partition_of_a_member(kernel):
    front = kernel("""
        struct buffers { int a[16]; int b[32]; };
        void top(hls::stream<int>& in, hls::stream<int>& out, buffers& outer) {
        #pragma HLS ARRAY_PARTITION variable=outer.b cyclic factor=2
            buffers inner;
        #pragma HLS ARRAY_PARTITION variable=inner.b cyclic factor=4
            for (int i = 0; i < 16; ++i) inner.a[i] = in.read();
            for (int i = 0; i < 32; ++i) inner.b[in.read() & 31] = i + outer.b[i];
            for (int i = 0; i < 32; ++i) out.write(inner.b[i] + inner.a[in.read() & 15]);
        }""")
    outer, inner = [d for d in front.directives if d.kind == "array_partition"]
    assert outer.target.name == "outer"
    assert (outer.options["member_offset_bytes"], outer.options["member_size_bytes"]) == (64, 128)
    top = front.module.functions[front.top]
    sizes = {i.result: str(i.source_type) for b in top.blocks for i in b.instructions if i.opcode == "alloca"}
    assert sizes[inner.target.name] in ("[32 x i32]", "{ [16 x i32], [32 x i32] }")
