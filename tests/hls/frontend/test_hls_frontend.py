"""compile_cpp on small kernels, one feature each: what arrives in the dataclasses."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.core.errors import Place
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.llvm import ir

COPY = """
void top(hls::stream<ap_uint<18>>& in, hls::stream<ap_uint<18>>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE mode=axis port=out
#pragma HLS INTERFACE ap_ctrl_none port=return
steps:
    for (int i = 0; i < 100; ++i) {
#pragma HLS PIPELINE II=2 rewind
        out.write(in.read() + 1);
    }
}
"""


def instructions(front: ir.FrontEnd, function: str = "top") -> list[ir.Instruction]:
    found = next(f for f in front.module.functions.values() if f.pretty == function)
    return [i for block in found.blocks for i in block.instructions]


def directives(front: ir.FrontEnd, kind: str) -> list[ir.Directive]:
    return [directive for directive in front.directives if directive.kind == kind]


def test_a_pipelined_loop(kernel):
    front = kernel(COPY)
    (loop,) = front.loops
    assert (loop.name, loop.trip_count, loop.loc) == ("steps", 100, Place("kernel.cpp", 7))
    assert loop.exiting == (loop.latch,) and loop.parent is None
    (pipeline,) = directives(front, "pipeline")
    assert pipeline.options == {"ii": 2, "rewind": True}
    assert pipeline.target == ir.LoopTarget(loop.header) and pipeline.function == front.top
    assert pipeline.loc == Place("kernel.cpp", 8) and pipeline.text == "HLS PIPELINE II=2 rewind"
    assert all(pragma.honoured for pragma in front.pragmas) and len(front.pragmas) == 4
    assert front.control == "ap_ctrl_none"


def test_ports_and_streams(kernel):
    front = kernel(COPY)
    assert [(port.name, port.mode) for port in front.ports] == [("in", "axis"), ("out", "axis")]
    assert front.ports[0].loc == Place("kernel.cpp", 3)
    into, out = front.streams
    assert into.element_bits == 18 and into.fields == (ir.StreamField("data", 18, 0),)
    assert (into.reads, into.writes, out.reads, out.writes) == (True, False, False, True)


def test_a_stream_access_is_one_volatile_load_or_store(kernel):
    front = kernel(COPY)
    volatile = [i for i in instructions(front) if "volatile" in i.flags]
    assert [i.opcode for i in volatile] == ["load", "store"]
    assert volatile[0].type == ir.IntType(32) and volatile[0].loc == Place("kernel.cpp", 9)


def test_widths_survive(kernel):
    front = kernel("""
        void top(hls::stream<ap_int<17>>& in, hls::stream<ap_int<40>>& out) {
            ap_int<40> sum = 0;
            for (int i = 0; i < 9; ++i) sum += in.read() * in.read();
            out.write(sum);
        }""")
    (product,) = [i for i in instructions(front) if i.opcode == "mul"]
    (total,) = [i for i in instructions(front) if i.opcode == "phi" and i.type == ir.IntType(40)]
    assert product.type == ir.IntType(34) and total.operands[0] == ir.Const(ir.IntType(40), 0)


def test_places_are_of_the_user_not_of_the_headers(kernel):
    files = {i.loc.file for i in instructions(kernel(COPY)) if i.loc.line}
    assert files == {"kernel.cpp"}


def test_fields_of_an_axi_beat(kernel):
    front = kernel("""
        typedef ap_axiu<24, 2, 3, 0> beat;
        void top(hls::stream<beat>& in, hls::stream<beat>& out) { out.write(in.read()); }""")
    into = front.streams[0]
    assert into.axis and into.element_bits == 24 + 3 + 3 + 2 + 1 + 3
    assert [(f.name, f.width, f.lsb) for f in into.fields] == [
        ("data", 24, 0), ("keep", 3, 24), ("strb", 3, 27), ("user", 2, 30), ("last", 1, 32), ("id", 3, 33),
    ]  # fmt: skip


def test_structs_are_packed_without_padding(kernel):
    front = kernel("""
        struct pair { ap_uint<3> a; ap_int<9> b; bool c; short d[2]; };
        void top(hls::stream<pair>& in, hls::stream<ap_int<9>>& out) { out.write(in.read().b); }""")
    info = front.streams[0]
    assert info.element_bits == 3 + 9 + 1 + 32 and [f.lsb for f in info.fields] == [0, 3, 12, 13]


def test_non_blocking_access_guards_the_read(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
            ap_uint<8> x;
            if (in.read_nb(x)) { if (!out.full()) out.write(x); }
        }""")
    into, out = front.streams
    volatile = [i for i in instructions(front) if "volatile" in i.flags]
    assert [i.opcode for i in volatile] == ["load", "load", "load", "store"]
    assert into.offset_readable != into.offset_writable != into.offset_raw
    assert volatile[0].type == ir.IntType(8)
    assert out.writes and into.reads


def test_dataflow_keeps_processes_and_signatures(kernel):
    front = kernel("""
        typedef hls::stream<ap_uint<72>> link;
        static ap_uint<72> twice(ap_uint<72> x) { return x * 2; }
        static void stage(link& in, link& out) { for (int i = 0; i < 4; ++i) out.write(twice(in.read())); }
        void top(link& in, link& out) {
        #pragma HLS DATAFLOW
            link between("between");
        #pragma HLS STREAM variable=between depth=8
            hls::stream<ap_uint<72>, 5> last;
            stage(in, between);
            stage(between, last);
            stage(last, out);
        }""")
    assert {f.pretty for f in front.module.functions.values()} == {"top", "stage"}
    stage = next(f for f in front.module.functions.values() if f.pretty == "stage")
    assert [p.name for p in stage.params] == ["in", "out"]
    calls = [i for i in instructions(front) if i.opcode == "call"]
    assert [i.callee for i in calls] == [stage.name] * 3
    assert [o.name for o in calls[1].operands] == ["between", "last"]
    depths = {d.target.name: d.options["depth"] for d in directives(front, "stream")}
    assert depths["between"] == 8 and depths["last"] == 5
    local = next(s for s in front.streams if s.name == "between")
    assert local.element_bits == 72 and local.reads and local.writes
    (dataflow,) = directives(front, "dataflow")
    assert dataflow.target == ir.FunctionTarget() and dataflow.function == front.top


def test_inline_off_keeps_a_function(kernel):
    front = kernel("""
        static void put(hls::stream<int>& out, int x) {
        #pragma HLS INLINE off
            out.write(x);
        }
        void top(hls::stream<int>& out) { put(out, 3); put(out, 4); }""")
    assert {f.pretty for f in front.module.functions.values()} == {"top", "put"}
    assert {s.function for s in front.streams} == set(front.module.functions)


def test_loops_below_a_pipelined_one_are_unrolled(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out) {
            for (int i = 0; i < 16; ++i) {
            #pragma HLS PIPELINE
                ap_uint<32> x = in.read(), y = 0;
                for (int j = 0; j < 4; ++j)
                    for (int k = 0; k <= j; ++k) y += x.range(8 * j + 7, 8 * j) * k;
                out.write(y);
            }
        }""")
    assert [loop.trip_count for loop in front.loops] == [16]


def test_loops_without_a_pragma_stay(kernel):
    front = kernel("""
        void top(hls::stream<int>& out) {
            for (int i = 0; i < 3; ++i)
                for (int j = 7; j >= 0; j -= 2) out.write(i * j);
        }""")
    outer, inner = front.loops
    assert (outer.trip_count, inner.trip_count) == (3, 4) and inner.parent == outer.header


def test_of_loops_on_one_line_the_first_has_the_label(kernel):
    front = kernel("""void top(hls::stream<int>& out) {
        rows: for (int i = 0; i < 3; ++i) for (int j = 7; j >= 0; j -= 2) out.write(i * j);
        }""")
    assert [loop.name for loop in front.loops] == ["rows", ""]


def test_partial_unrolling(kernel):
    front = kernel("""
        void top(hls::stream<int>& in, hls::stream<int>& out) {
            for (int i = 0; i < 32; ++i) {
            #pragma HLS PIPELINE
            #pragma HLS UNROLL factor=4
                out.write(in.read());
            }
        }""")
    (loop,) = front.loops
    assert loop.trip_count == 8 and loop.loc == Place("kernel.cpp", 3)
    assert len([i for i in instructions(front) if i.opcode == "store"]) == 4
    assert [d.target for d in directives(front, "pipeline")] == [ir.LoopTarget(loop.header)]


def test_partial_unrolling_with_a_remainder_keeps_the_count(kernel):
    front = kernel("""
        void top(hls::stream<int>& in, hls::stream<int>& out) {
            for (int i = 0; i < 10; ++i) {
            #pragma HLS UNROLL factor=4
                out.write(in.read());
            }
        }""")
    (loop,) = front.loops
    assert len([i for i in instructions(front) if i.opcode == "store"]) == 4 + 10 % 4
    assert (loop.trip_count, loop.loc.line) == (2, 3) and front.pragmas[0].honoured


def test_a_fully_partitioned_array_dissolves(kernel):
    front = kernel("""
        void top(hls::stream<ap_int<20>>& in, hls::stream<ap_int<20>>& out) {
            ap_int<20> sum[4] = {0, 0, 0, 0};
        #pragma HLS ARRAY_PARTITION variable=sum complete
            for (int i = 0; i < 16; ++i) {
            #pragma HLS PIPELINE
                ap_int<20> x = in.read();
                for (int j = 0; j < 4; ++j) sum[j] += x * j;
            }
            for (int j = 0; j < 4; ++j) {
            #pragma HLS UNROLL
                out.write(sum[j]);
            }
        }""")
    assert not [i for i in instructions(front) if i.opcode == "alloca"]
    assert front.pragmas[0].honoured and front.pragmas[0].reason == "the variable became plain registers and wires"
    assert [loop.trip_count for loop in front.loops] == [16]


def test_arrays_keep_name_and_type(kernel):
    front = kernel("""
        static ap_int<18> sum_of(hls::stream<ap_uint<5>>& at) {
            ap_int<18> line[2][32];
        #pragma HLS BIND_STORAGE variable=line type=ram_2p impl=bram
            for (int i = 0; i < 32; ++i) { line[0][i] = i; line[1][31 - i] = i * i; }
            ap_uint<5> k = at.read();
            return line[0][k] + line[1][k];
        }
        void top(hls::stream<ap_uint<5>>& at, hls::stream<ap_int<18>>& out) {
            out.write(sum_of(at));
            out.write(sum_of(at));
        }""")
    arrays = {i.result: i.source_type for i in instructions(front) if i.opcode == "alloca"}
    element = ir.StructType((ir.StructType((ir.IntType(32),)),))
    assert arrays == dict.fromkeys(("line", "line_1"), ir.ArrayType(2, ir.ArrayType(32, element)))
    assert {d.target.name for d in directives(front, "bind_storage")} == {"line", "line_1"}
    assert directives(front, "bind_storage")[0].options["impl"] == "bram"


def test_constants_become_globals(kernel):
    front = kernel("""
        static const ap_int<6> weights[2][3] = {{1, -2, 3}, {-32, 31, 0}};
        static const ap_fixed<8, 4> scale[2] = {1.5, -0.25};
        static const ap_uint<100> wide[2] = {ap_uint<100>("0x123456789abcdef0123456789"), 1};
        void top(hls::stream<ap_uint<2>>& in, hls::stream<ap_uint<100>>& out) {
        #pragma HLS ARRAY_RESHAPE variable=weights complete dim=2
            ap_uint<2> i = in.read();
            out.write(weights[i & 1][i % 3] * scale[i & 1].range() + wide[i & 1]);
        }""")
    by_name = {g.pretty: g for g in front.module.globals.values()}
    assert all(g.constant for g in by_name.values())

    def plain(value):  # a struct of a struct of one integer is that integer
        return value if isinstance(value, int) else plain(value[0]) if len(value) == 1 else tuple(map(plain, value))

    assert plain(by_name["weights"].initializer) == ((1, -2, 3), (-32, 31, 0))
    assert plain(by_name["scale"].initializer) == (24, -4)
    assert plain(by_name["wide"].initializer) == (0x123456789ABCDEF0123456789, 1)
    (reshape,) = directives(front, "array_reshape")
    assert reshape.target == ir.VariableTarget(by_name["weights"].name, is_global=True)
    assert reshape.options == {"variable": "weights", "complete": True, "dim": 2, "shape": "2x3"}


def test_static_variables_are_state(kernel):
    front = kernel("void top(hls::stream<int>& out) { static int calls = 7; out.write(calls++); }")
    (state,) = front.module.globals.values()
    assert (state.pretty, state.constant, state.initializer) == ("calls", False, 7)


def test_dependences_name_their_loop(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<4>>& in, hls::stream<int>& out) {
            int count[16];
            for (int i = 0; i < 16; ++i) count[i] = 0;
            for (int i = 0; i < 100; ++i) {
            #pragma HLS PIPELINE
            #pragma HLS DEPENDENCE variable=count inter distance=2 true
                ap_uint<4> k = in.read();
                out.write(count[k]++);
            }
        }""")
    (dependence,) = directives(front, "dependence")
    assert dependence.target == ir.VariableTarget("count")
    counted = next(loop for loop in front.loops if loop.trip_count == 100)
    expected = {"variable": "count", "inter": True, "distance": 2, "true": True, "loop": counted.header}
    assert dependence.options == expected


def test_option_values_may_be_macros_constants_and_template_parameters(kernel):
    front = kernel("""
        #define DEPTH (2 * BASE)
        #define BASE 8
        const int INTERVAL = 3;
        template <int FACTOR> static void work(hls::stream<int>& in, hls::stream<int>& out) {
        #pragma HLS INLINE off
            for (int i = 0; i < 64; ++i) {
            #pragma HLS PIPELINE II=INTERVAL
            #pragma HLS UNROLL factor=FACTOR
                out.write(in.read());
            }
        }
        void top(hls::stream<int>& in, hls::stream<int>& out) {
        #pragma HLS DATAFLOW
            hls::stream<int> a, b;
        #pragma HLS STREAM variable=a depth=DEPTH
            work<2>(in, a);
            work<8>(a, out);
        }""")
    assert [d.options["depth"] for d in directives(front, "stream")] == [16]
    assert {d.options["ii"] for d in directives(front, "pipeline")} == {3}
    assert sorted(loop.trip_count for loop in front.loops) == [8, 32]


def test_defines_includes_and_several_sources(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "scale.h").write_text("#include <cstdint>\nint32_t scale(int32_t x);\n")
    (tmp_path / "scale.cpp").write_text(
        '#include "scale.h"\nstatic int k() { return 3; }\nint32_t scale(int32_t x) { return x * k(); }\n'
    )
    (tmp_path / "top.cpp").write_text(
        '#include "scale.h"\n#include "hls_stream.h"\nstatic int k() { return N; }\n'
        "void top(hls::stream<int>& a, hls::stream<int>& b) { b.write(scale(a.read()) + k()); }\n"
    )
    front = compile_cpp(["top.cpp", "scale.cpp"], "top", include_dirs=["lib"], defines=["N=5"])
    opcodes = [(i.opcode, i.operands[1]) for i in instructions(front) if i.opcode in ("mul", "add")]
    assert opcodes == [("mul", ir.Const(ir.IntType(32), 3)), ("add", ir.Const(ir.IntType(32), 5))]


def test_short_macro_names_do_not_reach_into_the_headers(kernel):
    names = "A B C D E F I M N O Q R S T W X Y DEPTH WIDTH SIZE MAX MIN max min W2 S2 I2 F2".split()
    kernel(COPY, defines=[f"{name}=77" for name in names])


def test_pragmas_that_are_not_honoured_are_reported(kernel):
    front = kernel("""
        static void unused(int* x) {
        #pragma HLS INLINE
            *x = 1;
        }
        void top(hls::stream<int>& in, hls::stream<int>& out) {
        #pragma HLS PROTOCOL fixed
        #pragma HLS PIPELIN
        #pragma HLS UNROLL
            int x = in.read();
        #pragma HLS BIND_STORAGE variable=x type=ram_1p
            out.write(x);
        }""")
    assert [(p.loc.line, p.honoured, p.reason) for p in front.pragmas] == [
        (3, False, "its function is not reached from the top"),
        (7, False, "operations are placed by the schedule alone"),
        (8, False, "'pipelin' is not an HLS pragma"),
        (9, False, "it is not inside a loop"),
        (11, True, "the variable became plain registers and wires"),
    ]


def test_a_loop_that_is_gone_is_reported(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
            for (int i = 0; i < 8; ++i) {
            #pragma HLS PIPELINE
                ap_uint<8> x = in.read();
                for (int j = 0; j < 8; ++j) {
                #pragma HLS PIPELINE
                    x = x ^ (x << j);
                }
                out.write(x);
            }
        }""")
    assert [p.reason for p in front.pragmas] == ["", "the loop is gone: unrolled, or without effect"]


def test_variable_bounds_have_no_trip_count(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
            ap_uint<8> n = in.read();
            for (int i = 0; i < n; ++i) {
            #pragma HLS LOOP_TRIPCOUNT min=0 max=255
                out.write(i);
            }
        }""")
    (loop,) = front.loops
    assert loop.trip_count is None
    assert directives(front, "loop_tripcount")[0].options == {"min": 0, "max": 255}


@pytest.mark.parametrize("copied", ["plain a = from[i], b = a; to[i] = b;", "to[i] = from[i];"])
def test_struct_copies_move_typed_members(kernel, copied):
    front = kernel(f"""
        struct plain {{ int x; short y; char z; }};
        void top(hls::stream<ap_uint<3>>& in, hls::stream<int>& out) {{
            plain from[8], to[8];
            for (int i = 0; i < 8; ++i) from[i] = plain{{i, short(i + 1), char(i + 2)}};
            for (int i = 0; i < 8; ++i) {{ {copied} }}
            ap_uint<3> k = in.read();
            out.write(to[k].x + to[k].y + to[k].z);
        }}""")
    assert not [i for i in instructions(front) if i.opcode == "call"]
    widths = {i.source_type.bits for i in instructions(front) if i.opcode in ("load", "store") and not i.flags}
    assert widths == {8, 16, 32}


def test_array_initialisers_become_loops(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<6>>& in, hls::stream<int>& out) {
            int table[40] = {1, 2, 3, 4, 5}, zeros[40] = {};
            ap_uint<6> k = in.read();
            table[k] += 1;
            zeros[k] += 1;
            out.write(table[in.read()] + zeros[in.read()]);
        }""")
    assert not [i for i in instructions(front) if i.opcode == "call"]
    assert sorted(loop.trip_count for loop in front.loops) == [40, 40]


def test_wide_numbers_in_arrays(kernel):
    front = kernel("""
        void top(hls::stream<ap_uint<3>>& at, hls::stream<ap_uint<162>>& in, hls::stream<ap_uint<162>>& out) {
            ap_uint<162> line[8];
            for (int i = 0; i < 8; ++i) line[i] = in.read();
            for (int i = 0; i < 8; ++i) out.write(line[at.read()]);
        }""")
    (line,) = [i for i in instructions(front) if i.opcode == "alloca"]
    assert "i192" in str(line.source_type) and "i8" not in str(line.source_type)
    assert {i.source_type for i in instructions(front) if i.opcode == "load" and not i.flags} == {ir.IntType(192)}


def test_workdir_keeps_every_stage(kernel, tmp_path: Path):
    kernel(COPY, workdir=tmp_path / "stages")
    assert [p.name for p in sorted((tmp_path / "stages").glob("[1-9]_*"))] == [
        "1_clang.ll", "2_inlined.ll", "3_asked.ll", "4_simplified.ll",
    ]  # fmt: skip


def test_a_switch_over_all_values_has_no_way_out(kernel):
    """LLVM sends what cannot be to a block that never comes; the loop would have a second exit."""
    front = kernel("""
        void top(hls::stream<unsigned>& in, hls::stream<unsigned>& out) {
            for (int i = 0; i < 8; ++i) {
                const unsigned word = in.read();
                switch (word & 3) {
                    case 0: out.write(word); out.write(1); break;
                    case 1: out.write(word * 3); break;
                    case 2: out.write(5); out.write(word); out.write(7); break;
                    case 3: out.write(word + 9); break;
                }
            }
        }""")
    (loop,) = front.loops
    ends = [block.terminator for block in front.module.functions[front.top].blocks]
    assert loop.trip_count == 8 and not any(end.opcode == "unreachable" for end in ends)
    (switch,) = (end for end in ends if end.opcode == "switch")
    assert len(switch.operands) == len(switch.labels) == 4
