"""What kernels take from C++ and its library beside the core language."""

from __future__ import annotations

import subprocess

import pytest
from native_program import OURS, build

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir


def instructions(front: ir.FrontEnd) -> list[ir.Instruction]:
    return [i for block in front.module.functions[front.top].blocks for i in block.instructions]


def test_the_standard_library(kernel):
    front = kernel("""
        #include <algorithm>
        #include <array>
        #include <cassert>
        #include <cmath>
        #include <cstdint>
        #include <cstdio>
        #include <iomanip>
        #include <iostream>
        #include <limits>
        #include <tuple>
        #include <type_traits>
        #include "etc/ap_utils.h"
        struct state { int sum; ap_uint<7> last; };
        template <class T> T between(T x) { return std::min(std::max(x, T(-5)), T(100)); }
        void top(hls::stream<int>& in, hls::stream<int>& out) {
            std::array<int, 8> a;
            static state now = {3, 5};
            for (auto& each : a) each = in.read();
            std::pair<int, int> p(a[0], a[1]);
            auto [x, y] = std::make_tuple(a[2], a[3]);
            std::swap(p.first, x);
            assert(x != 77);
            int printed = printf("%d %f", x, x * 0.5);
            std::cout << std::hex << std::setw(9) << x << ap_int<5>(y) << std::endl;
            if (x > std::numeric_limits<short>::max()) x = std::abs(y) + printed;
            now.sum += x;
            switch (x & 3) {
                case 0: out.write(1); break;
                case 1: out.write(now.sum); break;
                default: out.write(now.last);
            }
            int sum = 0;
            for (int i = 0; i < 8; ++i) {
                if (a[i] == 3) continue;
                if (a[i] == 4) break;
                sum += between<std::conditional<true, int, long>::type>(a[i]);
            }
            std::fill(a.begin(), a.end(), sum);
            for (std::int32_t each : a) out.write(each + p.first + y);
        #ifndef __SYNTHESIS__
            std::cout << sum;
        #endif
        }""")
    assert not [i for i in instructions(front) if i.callee and not i.callee.startswith("llvm.")]
    (kept,) = [g for g in front.module.globals.values() if not g.constant]
    assert kept.initializer == (3, (5,))


def test_memory_functions_move_whole_elements(kernel):
    front = kernel("""
        #include <cstdlib>
        #include <cstring>
        void top(const int* in, int out[64], int n) {
        #pragma HLS INTERFACE m_axi port=in depth=64
            int copy[64];
            short seen[40];
            memcpy(copy, in, 64 * sizeof(int));
            std::memset(seen, 0, sizeof seen);
            for (int i = 0; i < n; ++i) seen[copy[i & 63] & 31] += std::abs(copy[i & 63]);
            out[n & 63] = seen[n & 31];
            if (copy[0]) memcpy(out, copy, sizeof copy);
        }""")
    moved = {str(i.source_type) for i in instructions(front) if i.opcode in ("load", "store")}
    assert moved == {"i16", "i32"}
    assert sorted(loop.trip_count for loop in front.loops if loop.trip_count) == [40, 64, 64]
    copies = {d.target.header for d in front.directives if d.kind == "pipeline"}
    assert copies == {loop.header for loop in front.loops if loop.name == "memcpy"} and len(copies) == 2


def test_tables_made_by_constexpr_constructors_and_states_by_others(kernel):
    front = kernel("""
        struct squares { int of[16] = {}; constexpr squares() { for (int i = 0; i < 16; ++i) of[i] = i * i; } };
        struct counters { int of[4]; counters() { for (int i = 0; i < 4; ++i) of[i] = 7 * i; } };
        static const squares table;
        void top(int i, int* out) {
            static counters count;
            *out = table.of[i & 15] + count.of[i & 3]++;
        }""")
    table = next(g for g in front.module.globals.values() if g.pretty == "table")
    assert table.constant and table.initializer == (tuple(i * i for i in range(16)),)


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "struct s { int v[4]; s() { for (int i = 0; i < 4; ++i) v[i] = i; } };\nstatic s table;\n"
            "void top(int i, int* out) { *out = table.v[i & 3]; }",
            "kernel.cpp:2: the first value of 'table' is computed by code that runs before main; "
            "make it a constant, or its constructor constexpr",
        ),
        (
            "struct base { virtual int f(int x) { return x; } };\nstruct more : base { int f(int x) { return -x; } };\n"
            "void top(base* b, int i, int* out) {\n    base one; more two;\n    base* which = i ? &one : &two;\n"
            "    *out = which->f(i);\n}",
            "kernel.cpp:6: a call through a function pointer (or inline assembly) is not supported; "
            "call functions by name",
        ),
    ],
)
def test_refused(kernel, text, message):
    with pytest.raises(UserError) as error:
        kernel(text)
    assert str(error.value) == message


def test_beats_of_any_data(kernel):
    front = kernel("""
        struct pixel { ap_uint<8> r, g, b; };
        void top(hls::stream<hls::axis<pixel, 1, 2, 0>>& in, hls::stream<hls::axis<ap_fixed<12, 4>, 0, 0, 0>>& out) {
            auto beat = in.read();
            hls::axis<ap_fixed<12, 4>, 0, 0, 0> made;
            made.data = beat.data.g;
            made.last = beat.last;
            made.keep_all();
            made.strb = 3;
            out.write(made);
        }""")
    into, out = front.streams
    assert [(f.name, f.width) for f in into.fields] == [
        ("data", 24), ("keep", 3), ("strb", 3), ("user", 1), ("last", 1), ("id", 2),
    ]  # fmt: skip
    assert [(f.name, f.width) for f in out.fields] == [("data", 12), ("keep", 2), ("strb", 2), ("last", 1)]


def test_a_grid_of_processes(kernel):
    front = kernel("""
        typedef hls::stream<ap_uint<8>> link;
        static void cell(link& in, link& out, int k) { for (int i = 0; i < 16; ++i) out.write(in.read() * k); }
        void top(link in[2], link out[2], int n) {
        #pragma HLS DATAFLOW
            link between[2][5];
        #pragma HLS STREAM variable=between depth=3
            for (int j = 0; j < 2; ++j) {
                cell(in[j], between[j][0], n);
                for (int i = 0; i < 4; ++i) cell(between[j][i], between[j][i + 1], i);
                cell(between[j][4], out[j], 3);
            }
        }""")
    assert len(front.module.functions) == 2
    top = front.module.functions[front.top]
    assert len(top.blocks) == 1 and not front.loops[:-1]
    assert sum(i.opcode == "call" for i in instructions(front)) == 12
    addresses = [i for i in instructions(front) if i.opcode == "getelementptr"]
    assert all(isinstance(index, ir.Const) for i in addresses for index in i.operands[1:])
    counts = {info.name: info.count for info in front.streams if info.function == front.top}
    assert counts == {"in": 2, "out": 2, "between": 10}


def test_loops_of_a_region_are_processes_unless_they_are_around_calls(kernel):
    front = kernel("""
        static void add(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read() + 1); }
        void top(hls::stream<int>& in, hls::stream<int>& out, int n) {
        #pragma HLS DATAFLOW
            hls::stream<int> s[3];
        twice:
            for (int i = n - 1; i >= 0; --i) {
            #pragma HLS PIPELINE II=2
                if (i == 9) break;
                s[0].write(in.read() * i);
            }
            for (int i = 0; i < 2; ++i) add(s[i], s[i + 1]);
            for (int i = 0; i < n; ++i) out.write(s[2].read());
        }""")
    processes = [i.callee for i in front.module.functions[front.top].blocks[0].instructions if i.opcode == "call"]
    assert processes == ["Loop_twice_proc", *2 * [f for f in front.module.functions if "add" in f], "Loop_line_13_proc"]
    pipeline = next(d for d in front.directives if d.kind == "pipeline")
    assert (pipeline.function, pipeline.options["ii"]) == ("Loop_twice_proc", 2)
    assert [port.name for port in front.function_ports["Loop_twice_proc"]] == ["in", "n", "s"]


def test_dataflow_in_a_loop_is_reported(kernel):
    front = kernel("""
        static void half(int x, int* out) { *out = x / 2; }
        void top(int x, int out[4]) {
            for (int i = 0; i < 4; ++i) {
            #pragma HLS DATAFLOW
                half(x, &out[i]);
            }
        }""")
    assert [(p.honoured, p.reason) for p in front.pragmas] == [
        (False, "it is in a loop: put the body into a function with DATAFLOW"),
    ]
    assert list(front.module.functions) == [front.top]


@pytest.mark.parametrize("trips, factor", [("10", 4), ("7", 2), ("n", 4), ("5", 8)])
def test_factors_that_do_not_divide_the_count_keep_every_iteration(kernel, trips, factor):
    """Each iteration reads once: the reads in the code and their loops tell how many there are."""
    front = kernel(f"""
        void top(hls::stream<int>& in, int out[64], int n) {{
            for (int i = 0; i < {trips}; ++i) {{
            #pragma HLS UNROLL factor={factor}
                out[i & 63] = in.read();
            }}
        }}""")
    function = front.module.functions[front.top]
    inside = {label: loop for loop in front.loops for label in loop.blocks}
    reads = 0
    for block in function.blocks:
        count = sum("volatile" in i.flags for i in block.instructions)
        loop = inside.get(block.label)
        if trips != "n":
            reads += count * (loop.trip_count if loop is not None else 1)
        else:
            assert not count or loop is not None
    assert trips == "n" or reads == int(trips)
    assert all(pragma.honoured for pragma in front.pragmas)


def test_vectors_and_shift_registers_natively(tmp_path):
    (tmp_path / "program.cpp").write_text(
        """#include "ap_int.h"
        #include "ap_shift_reg.h"
        #include "ap_utils.h"
        #include "hls_vector.h"
        #include <cstdio>
        typedef hls::vector<ap_int<9>, 4> quad;
        static_assert((quad(1, 2, 3, 4) * quad(3) - ap_int<9>(1)).reduce_add() == 26);
        static_assert((quad(1, 2, 3, 4) < quad(3)).reduce_add() && quad(5).reduce_xor() == 0 && quad::size() == 4);
        int main() {
            ap_shift_reg<int, 3> last;
            for (int i = 1; i < 9; ++i) last.shift(i);
            int old = last.shift(99, 1);
            quad x(1, 2, 3, 4);
            x.rotate_left(1);
            x <<= quad(1);
            ap_wait();
            std::printf("%d %d %d %d %d", old, last.read(0), last.read(), x[0].to_int(), x[3].to_int());
        }""",
        encoding="utf-8",
    )
    program = build(tmp_path / "program.cpp", tmp_path / "program", *OURS)
    assert subprocess.run([program], capture_output=True, text=True).stdout == "7 99 7 4 2"


def test_vectors_in_streams_and_arrays(kernel):
    front = kernel("""
        #include "hls_vector.h"
        typedef hls::vector<ap_int<9>, 4> quad;
        void top(hls::stream<quad>& in, quad sums[8]) {
            for (int i = 0; i < 8; ++i) sums[i] += in.read() * quad(3);
        }""")
    assert front.streams[0].element_bits == 36
    (leaf,) = front.ports[1].fields
    assert (leaf.name, leaf.width, leaf.count, leaf.signed) == ("data", 9, 4, True)


def test_an_array_of_streams_whose_type_has_a_depth(kernel):
    front = kernel("""
        typedef hls::stream<int> fifo;
        static void split(fifo& in, fifo s[3]) { for (int i = 0; i < 3; ++i) s[i].write(in.read()); }
        static void join(fifo s[3], fifo& out) { for (int i = 0; i < 3; ++i) out.write(s[i].read()); }
        void top(hls::stream<int>& in, hls::stream<int>& out) {
        #pragma HLS DATAFLOW
            hls::stream<int, 8> s[3];
            split(in, (fifo*)s);
            join((fifo*)s, out);
        }""")
    (depth,) = [d for d in front.directives if d.kind == "stream"]
    assert depth.options == {"depth": 8} and depth.target == ir.VariableTarget("s")


def test_loops_below_an_inlined_function_with_pipeline_are_unrolled(kernel):
    front = kernel("""
        static void inner(const int x[8], int y[8], int n) {
            for (int i = 0; i < 8; i++) y[i] = x[i] * (i + 3);
            for (int i = 0; i < n; i++) y[i & 7]++;
        }
        static void body(const int x[8], int y[8], int n) {
        #pragma HLS PIPELINE II=2
            int z[8];
            for (int i = 0; i < 8; i++) z[i] = x[i] + i;
            inner(z, y, n);
        }
        void top(const int x[8], int y[8], int n) {
            for (int i = 0; i < 8; i++) y[i] = x[i] + y[i];
            body(x, y, n);
        }""")
    assert [loop.loc.line for loop in front.loops] == [13, 4]  # nobody knows how often the other one runs


def test_streams_without_their_header(kernel):
    front = kernel("""
        struct level { int value; };
        inline std::ostream& operator<<(std::ostream& out, const level& x) { return out << "level " << x.value; }
        void top(int i, int& out) {
            std::cout << "unseen" << i << std::endl;
            out = i + 1;
        }""")
    assert [i.opcode for i in instructions(front)] == ["add", "store", "ret"]
