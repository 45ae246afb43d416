"""The parameters of the top function, by their C++ types, and those of the functions that stay below it."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.frontend.definition import find_definition
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import leaves


def only(front: ir.FrontEnd, name: str) -> ir.Port:
    (port,) = [port for port in front.ports if port.name == name]
    return port


def test_scalars_by_value(kernel):
    front = kernel("""
        void top(bool b, char c, ap_uint<18> x, ap_int<5> y, ap_int<200> w, __int128 big, ap_fixed<12, 3> f, int* out) {
            *out = b + c + x + y + int(w) + int(big) + f.to_int();
        }""")
    ports = {port.name: (str(port.type), port.bits, port.fields[0].signed, port.by_pointer) for port in front.ports}
    assert ports == {
        "b": ("i1", 1, False, False), "c": ("i8", 8, True, False), "x": ("i32", 18, False, False),
        "y": ("i8", 5, True, False), "w": ("ptr", 200, True, True), "big": ("ptr", 128, True, True),
        "f": ("i16", 12, True, False), "out": ("ptr", 32, True, False),
    }  # fmt: skip
    assert {port.kind for port in front.ports[:-1]} == {"value"} and front.ports[-1].kind == "pointer"
    top = front.module.functions[front.top]
    assert [param.name for param in top.params] == [port.name for port in front.ports]


def test_arrays_have_their_extents(kernel):
    front = kernel("""
        namespace sizes { constexpr int n = 3; }
        using namespace sizes;
        #define ROWS (n + 1)
        typedef ap_uint<9> line[7];
        void top(const int a[ROWS][5], line b, short (&c)[2][6], int d[], int* e, ap_int<3> f[n][2][2], line& g) {
            for (int i = 0; i < 2; ++i) c[i][i] = a[i][i] + b[i] + d[i] + e[i] + f[i][1][1] + g[i];
        }""")
    assert {port.name: (port.kind, port.shape, port.bits) for port in front.ports} == {
        "a": ("array", (4, 5), 32), "b": ("array", (7,), 9), "c": ("array", (2, 6), 16), "d": ("pointer", (), 32),
        "e": ("pointer", (), 32), "f": ("array", (3, 2, 2), 3), "g": ("array", (7,), 9),
    }  # fmt: skip
    assert [port.name for port in front.ports if port.is_const] == ["a"]


def test_an_axi_master_without_extent_has_the_depth_of_its_pragma(kernel):
    front = kernel("""
        void top(const int* in, int* out, int* endless) {
        #pragma HLS INTERFACE m_axi port=in depth=100 bundle=gmem offset=slave
        #pragma HLS INTERFACE mode=m_axi port=out depth=2*8 num_write_outstanding=4
        #pragma HLS INTERFACE m_axi port=endless
        #pragma HLS INTERFACE s_axilite port=in bundle=control
            *out = *in + *endless;
        }""")
    into, out, endless = front.ports
    assert (into.mode, into.shape, into.kind) == ("m_axi", (100,), "array")
    assert into.options == {
        "bundle": "gmem", "depth": 100, "offset": "slave", "axilite": True, "axilite_bundle": "control",
    }  # fmt: skip
    assert out.shape == (16,) and out.options == {"depth": 16, "num_write_outstanding": 4}
    assert endless.shape == (0,)
    assert all(pragma.honoured for pragma in front.pragmas)


def test_fields_of_structs(kernel):
    front = kernel("""
        struct pair { ap_uint<3> low; short high; };
        template <class T> struct record { T values[2]; pair pairs[2]; bool ok; };
        void top(record<ap_int<5>> all[4], pair& one) {
            for (int i = 0; i < 4; ++i) one.high += all[i].values[1] + all[i].pairs[1].high;
        }""")
    record, one = front.ports
    assert [(f.name, f.width, f.lsb, f.signed, f.offset_bytes, f.count, f.step_bytes) for f in record.fields] == [
        ("values", 5, 0, True, 0, 2, 1), ("pairs_0_low", 3, 10, False, 2, 1, 0),
        ("pairs_0_high", 16, 13, True, 4, 1, 0), ("pairs_1_low", 3, 29, False, 6, 1, 0),
        ("pairs_1_high", 16, 32, True, 8, 1, 0), ("ok", 1, 48, False, 10, 1, 0),
    ]  # fmt: skip
    assert record.bits == 49 and one.bits == 19 and one.kind == "pointer"
    assert {(f.offset_bytes, 16 if f.width == 16 else 8) for f in one.fields} == {
        (offset, type.bits) for offset, type in leaves(one.element)
    }


@pytest.mark.parametrize(
    "type, value, bits, returned, by_pointer",
    [
        ("int", "x", 32, "i32", False),
        ("bool", "x", 1, "i1", False),
        ("ap_uint<18>", "x", 18, "i32", False),
        ("ap_int<100>", "x", 100, "ptr", True),
        ("pair", "{short(x), x}", 48, "i64", False),
        ("triple", "{x, x, x}", 96, "ptr", True),
    ],
)
def test_return_values(kernel, type, value, bits, returned, by_pointer):
    front = kernel(
        "struct pair { short a; int b; }; struct triple { int a, b, c; };\n"
        f"{type} top(int x) {{\n#pragma HLS INTERFACE s_axilite port=return\n    return {value};\n}}"
    )
    result = front.result
    assert (result.name, result.kind, result.bits, str(result.type), result.by_pointer) == (
        "ap_return", "value", bits, returned, by_pointer,
    )  # fmt: skip
    assert (front.control, front.control_bundle, result.mode) == ("ap_ctrl_hs", "control", "s_axilite")
    names = [param.name for param in front.module.functions[front.top].params]
    assert names == (["ap_return", "x"] if by_pointer else ["x"])


def test_a_top_without_a_result(kernel):
    front = kernel("void top(int* x) {\n#pragma HLS INTERFACE ap_ctrl_chain port=return\n*x = 1; }")
    assert front.result is None and front.control == "ap_ctrl_chain" and front.control_bundle == ""


def test_streams_that_are_only_handed_on_or_unused(kernel):
    front = kernel("""
        typedef hls::stream<ap_uint<8>> link;
        static void copy(link& from, link& to) { to.write(from.read()); }
        void top(link& in, link out[3], link (&more)[2], link& idle) {
        #pragma HLS DATAFLOW
            copy(in, out[2]);
        }""")
    assert [(p.name, p.kind, p.shape, p.bits) for p in front.ports] == [
        ("in", "stream", (), 8), ("out", "streams", (3,), 8), ("more", "streams", (2,), 8), ("idle", "stream", (), 8),
    ]  # fmt: skip
    assert [p.stream.count for p in front.ports] == [1, 3, 2, 1]
    assert [(p.stream.reads, p.stream.writes) for p in front.ports] == [
        (True, False), (False, True), (False, False), (False, False),
    ]  # fmt: skip
    (copied,) = front.function_ports.values()
    assert [port.kind for port in copied] == ["stream", "stream"]


def test_pragmas_reach_every_kind_of_port(kernel):
    front = kernel("""
        struct pair { short a; int b; }; struct big { int a[5]; };
        void top(ap_uint<18> x, pair p, big q, int i, int (&a)[4]) {
        #pragma HLS INTERFACE ap_vld port=x
        #pragma HLS INTERFACE ap_none register port=p
        #pragma HLS INTERFACE s_axilite port=q bundle=b
        #pragma HLS INTERFACE ap_hs port=i
        #pragma HLS INTERFACE ap_memory port=a latency=2 storage_type=ram_1p
            a[i & 3] = x + p.a + q.a[i & 3];
        }""")
    assert [(port.mode, port.options) for port in front.ports] == [
        ("ap_vld", {}), ("ap_none", {"register": True}), ("s_axilite", {"bundle": "b"}), ("ap_hs", {}),
        ("ap_memory", {"latency": 2, "storage_type": "ram_1p"}),
    ]  # fmt: skip
    assert [port.loc.line for port in front.ports] == [4, 5, 6, 7, 8]


def test_processes_get_scalars_arrays_and_structs(kernel):
    front = kernel("""
        typedef ap_uint<18> u18;
        struct config { ap_uint<3> a; short b; int c[4]; };
        static void load(const int* in, u18 to[64], int n) { for (int i = 0; i < n; ++i) to[i] = in[i]; }
        static void work(u18 from[64], u18 to[64], u18 k, config p, config& state, int& total) {
            for (int i = 0; i < 64; ++i) { to[i] = from[i] * k + p.b; state.c[i % 4] += i; }
            total = p.a;
        }
        static void store(int* out, u18 from[64], int total) { for (int i = 0; i < 64; ++i) out[i] = from[i] + total; }
        void top(const int in[64], int out[64], int n, u18 k, config p, config& state) {
        #pragma HLS DATAFLOW
            u18 x[64], y[64];
            int total;
            load(in, x, n);
            work(x, y, k, p, state, total);
            store(out, y, total);
        }""")
    top = front.module.functions[front.top]
    code = [i for i in top.blocks[0].instructions if i.opcode not in ("alloca", "ret")]
    assert [i.opcode for i in code] == ["call", "call", "load", "call"]  # no copy of p here, nothing computed
    assert {operand.name for operand in code[1].operands} == {"x", "y", "k", "p", "state", "total"}
    described = {front.module.functions[name].pretty: ports for name, ports in front.function_ports.items()}
    work = {p.name.removesuffix("_coerce"): p for p in described["work_proc"]}
    assert {name: (p.kind, p.shape) for name, p in work.items()} == {
        "x": ("array", (64,)), "y": ("array", (64,)), "k": ("value", ()), "p": ("pointer", ()),
        "state": ("pointer", ()), "total": ("pointer", ()),
    }  # fmt: skip
    assert work["state"].bits == 147
    assert set(described) == {"load", "work_proc", "store"}


def test_a_process_that_writes_its_copy_makes_it(kernel):
    front = kernel("""
        struct config { int c[4]; };
        static void work(config p, int* out) { for (int i = 0; i < 4; ++i) { p.c[i] += i; *out = p.c[3 - i]; } }
        void top(config& p, int* a, int* b) {
        #pragma HLS DATAFLOW
            work(p, a);
            work(p, b);
        }""")
    calls = [i for i in front.module.functions[front.top].blocks[0].instructions if i.opcode == "call"]
    assert ["p" in {operand.name for operand in call.operands} for call in calls] == [True, True]
    for call in calls:
        body = [i for block in front.module.functions[call.callee].blocks for i in block.instructions]
        made = [i.source_type for i in body if i.opcode == "alloca"]
        assert ir.StructType((ir.ArrayType(4, ir.IntType(32)),)) in made


def test_a_struct_that_is_changed_afterwards_is_copied(kernel):
    front = kernel("""
        struct config { int c[4]; };
        static void use(config p, int* out) { *out = p.c[1] + p.c[2]; }
        static void change(int* one) { *one += 5; }
        void top(config& p, int* a) {
        #pragma HLS DATAFLOW
            use(p, a);
            change(&p.c[1]);
        }""")
    calls = [i for i in front.module.functions[front.top].blocks[0].instructions if i.opcode == "call"]
    assert calls[0].operands[0].name != "p"


def test_struct_copies_move_whole_scalars(kernel):
    front = kernel("""
        struct item { ap_uint<3> a; short b; int c[2]; ap_int<70> z; };
        static void swap(item& a, item& b) { item t = a; a = b; b = t; }
        void top(hls::stream<item>& in, hls::stream<item>& out) {
            item p[4];
            for (int i = 0; i < 4; ++i) p[i] = in.read();
            swap(p[in.read().b & 3], p[2]);
            item q = p[1], r = p[3];
            swap(q, r);
            out.write(q); out.write(r);
            for (int i = 0; i < 4; ++i) out.write(p[i]);
        }""")
    top = front.module.functions[front.top]
    moves = [i for b in top.blocks for i in b.instructions if i.opcode in ("load", "store")]
    moved = {str(i.source_type) for i in moves if "volatile" not in i.flags}
    assert moved <= {"i8", "i16", "i32", "i128"}


@pytest.mark.parametrize(
    "text, what",
    [
        ("void top(hls::stream<int> s) { s.write(1); }", "passed by value"),
        ("int& top(int* x) { return *x; }", "returns a pointer or reference"),
        ("struct s { static void top(int* x) { *x = 1; } };", "there is no function"),
        ("struct s { static void top(int* x) { *x = 1; } }; void go(int* x) { s::top(x); }", "cannot be read"),
    ],
)
def test_refused(kernel, text, what):
    with pytest.raises(UserError, match=what):
        kernel(text)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("void top(int a, int *b[3])", [("a", "int", ""), ("b", "", "3")]),
        ("void top(std::pair<int, int> p = {1, 2}, unsigned, T)", [("p", "std::pair<int, int>", ""),
                                                                   ("", "unsigned", ""), ("", "T", "")]),
        ("void top(int (&x)[4], [[maybe_unused]] int y[f(1, 2)])", [("x", "", ""), ("y", "", "f(1, 2)")]),
        ("void top(T<(2 > 1)> x, int a[1 << 3], int b[(16 >> 1) < 9], int c)",
         [("x", "T<(2 > 1)>", ""), ("a", "", "1 << 3"), ("b", "", "(16 >> 1) < 9"), ("c", "int", "")]),
        ("void top(void)", []),
        ("int top()", []),
        ('const char* s = "top(int q) {"; char c = \'"\'; int n = 1\'000;\nvoid top(long x)', [("x", "long", "")]),
        ("void top(int a);\nstruct s { void top(int b) {} };\nint y = top(3);\nvoid top(int z)", [("z", "int", "")]),
        ("namespace a { namespace b { inline namespace { void top(int z)", [("z", "int", "")]),
        ('extern "C" { void top(int z)', [("z", "int", "")]),
        ("# 1 \"top(int q) {\"\nvoid topper(int a) {}\nvoid top(\n# 7 \"x.h\"\nint z\n)", [("z", "int", "")]),
    ],
)  # fmt: skip
def test_finding_the_definition(text, expected):
    body = ' { if (x) { y("}"); } }'
    found = find_definition(f"{text}{body} void after() {{}}", "top")
    assert [(p.name, p.type, p.extent) for p in found.parameters] == expected
    assert found.end == len(text) + len(body)
