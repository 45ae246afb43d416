"""From C++ to the CDFG: arrays, switches, loops and what pragmas say of them; run by the interpreter."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Function, Kind, MemoryDependence, Partition
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.passes.pipeline import run_passes

HEADERS = '#include "ap_int.h"\n#include "hls_stream.h"\n#define INT hls::stream<int>&\n#line 1 "kernel.cpp"\n'


@pytest.fixture
def imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(text: str) -> Function:
        Path("kernel.cpp").write_text(HEADERS + text, encoding="utf-8")
        front = compile_cpp([Path("kernel.cpp")], "top")
        return check(import_function(front, front.top))

    return run


def outputs(function: Function, words: list[int]) -> list[int]:
    """What the function writes, signed; the same after all passes."""
    before = interpret(function, {"in": words})["out"]
    assert interpret(run_passes(function), {"in": words})["out"] == before
    return [word - (1 << 32) if word >> 31 else word for word in before]


IRREGULAR = [[1, 2, 3, 0], [0, 0, 0, 0], [-7, 0, 0, 0], [0, 0, 0, 99]]


@pytest.mark.parametrize("type", ["signed char", "short", "ap_int<11>", "ap_int<40>"])
@pytest.mark.parametrize("rows", [IRREGULAR, [[5, 0, 0, 0], [0, 0, 0, 0]], [[1, 2, 3, 4]], [[0] * 4, [0, 1, 0, 0]]])
def test_rom_initialisers(imported, type, rows):
    """Clang writes zeros at the end of a row, and whole rows of zeros, as types of their own."""
    init = ", ".join("{" + ", ".join(map(str, row)).rstrip(", 0") + "}" for row in rows)
    function = imported(f"""
        static const {type} table[{len(rows)}][4] = {{{init}}};
        void top(INT in, INT out) {{
            for (int i = 0; i < {4 * len(rows)}; ++i) {{
                int row = in.read(), column = in.read();
                out.write(int(table[row][column]));
            }}
        }}""")
    places = [(row, column) for row in range(len(rows)) for column in range(4)]
    assert outputs(function, [word for place in places for word in place]) == [word for row in rows for word in row]


def test_array_of_structs(imported):
    function = imported("""
        struct entry { char kind; short at[3]; };
        static const entry table[3] = {{1, {10, 11, 12}}, {2, {20}}, {0, {0, 0, 32}}};
        void top(INT in, INT out) {
            for (int i = 0; i < 3; ++i) {
                int n = in.read(), k = in.read();
                out.write(table[n].kind);
                out.write(table[n].at[k]);
            }
        }""")
    assert sorted((m.name, m.width, m.shape) for m in function.memories.values()) == [
        ("table_0", 8, (3,)),
        ("table_1", 16, (3, 3)),
    ]
    assert outputs(function, [0, 2, 2, 2, 1, 0]) == [1, 12, 0, 32, 2, 20]


def test_indices_are_no_wider_than_the_extent(imported):
    function = imported("""
        void top(INT in, INT out) {
            int a[5][3];
            for (int i = 0; i < 15; ++i) a[i / 3][i % 3] = in.read();
            for (int i = 0; i < 15; ++i) out.write(a[4 - i / 3][i % 3]);
        }""")
    loads = [op for op in function.ops.values() if op.kind is Kind.LOAD]
    assert loads and all([function.ops[arg].width for arg in op.args] == [4] for op in loads)
    words = list(range(100, 115))
    assert outputs(function, words) == [words[3 * (4 - i // 3) + i % 3] for i in range(15)]


SWITCH = """
void top(INT in, INT out) {
    for (int n = 0; n < 9; ++n) {
#pragma HLS PIPELINE off
        int v = in.read(), w = 5;
        switch (v) {
        case 1: out.write(10);
        case 2: out.write(20); break;
        case 7:
        case 9: w = 6; break;
        case -3: out.write(30); w = v; break;
        default: w = 7;
        }
        out.write(w);
    }
}"""


def test_switch(imported):
    words = [1, 2, 7, 9, -3 & 0xFFFFFFFF, 0, 3, 8, 1]
    expected = [10, 20, 5, 20, 5, 6, 6, 30, -3, 7, 7, 7, 10, 20, 5]
    function = imported(SWITCH)
    assert any(".case" in label for label in function.blocks)
    assert outputs(function, words) == expected
    assert outputs(imported(SWITCH.replace("PIPELINE off", "PIPELINE")), words) == expected


def test_loops_and_what_is_said_of_them(imported):
    function = imported("""
        void top(INT in, INT out) {
            int a[4][8];
        #pragma HLS ARRAY_PARTITION variable=a cyclic factor=2 dim=2
        #pragma HLS ARRAY_PARTITION variable=a complete dim=1
        #pragma HLS BIND_STORAGE variable=a type=ram_2p impl=bram
        rows:
            for (int n = in.read(); n > 0; --n) {
            columns:
                for (int i = 0; i < 32; ++i) {
        #pragma HLS PIPELINE II=3 rewind
        #pragma HLS DEPENDENCE variable=a inter distance=4 true
                    a[i & 3][in.read() & 7] += i;
                }
            }
            out.write(a[in.read() & 3][in.read() & 7]);
        }""")
    outer, inner = function.loops.values()
    assert (outer.label, outer.ii, outer.trip_count) == ("rows", None, None)
    assert (inner.label, inner.ii, inner.rewind, inner.trip_count) == ("columns", 3, True, 32)
    assert inner.blocks < outer.blocks and inner.dependences == (MemoryDependence("a", 4),)
    (memory,) = function.memories.values()
    assert memory.storage == "bram"
    assert set(memory.partitions) == {Partition(1, "cyclic", 2), Partition(0, "cyclic", 4)}


def test_streams_know_their_direction(imported):
    function = imported("void top(INT in, INT out) { out.write(in.read()); }")
    assert {s.name: (s.width, s.direction) for s in function.streams.values()} == {"in": (32, "in"), "out": (32, "out")}


def test_bits_of_a_checksum_stay_arithmetic(imported):
    """LLVM knows the CRC and would look it up."""
    function = imported("""
        void top(INT in, INT out) {
            unsigned crc = -1;
            for (int n = 0; n < 3; ++n) {
                crc ^= in.read();
                for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
            }
            out.write(~crc);
        }""")
    assert not function.memories
    word = zlib.crc32(b"hls")
    assert outputs(function, list(b"hls")) == [word - (1 << 32) if word >> 31 else word]


def test_a_struct_is_copied_from_within_a_static_array(imported):
    function = imported("""
        struct item { short key; char value[2]; };
        struct slot { bool used; item held; };
        void top(INT in, INT out) {
            static slot queue[2] = {{true, {1, {2, 3}}}, {false, {4, {5, 6}}}};
            for (int n = 0; n < 3; ++n) {
                item found = in.read() ? queue[1].held : item{-7, {8, 9}};
                out.write(found.key);
                out.write(found.value[1]);
                queue[1].held.key++;
            }
        }""")
    assert outputs(function, [1, 0, 5]) == [4, 6, -7, 9, 6, 6]


def test_a_store_to_one_of_several_arrays(imported):
    """LLVM makes one store of two, through a choice of pointers."""
    function = imported("""
        void top(INT in, INT out) {
            int a[4] = {}, b[4] = {}, c[4] = {};
            for (int n = 0; n < 6; ++n) {
                int which = in.read(), place = in.read();
                if (which == 0) a[place] = n + 1;
                else if (which == 1) b[place] = n + 1;
                else c[3 - place] = n + 1;
            }
            for (int i = 0; i < 4; ++i) {
                out.write(a[i]);
                out.write(b[i]);
                out.write(c[i]);
            }
        }""")
    assert outputs(function, [0, 1, 1, 2, 2, 0, 0, 2, 1, 2, 2, 3]) == [0, 0, 6, 1, 0, 0, 4, 5, 0, 0, 0, 3]


@pytest.mark.parametrize("pipeline", ["", '_Pragma("HLS PIPELINE II=1")'])
def test_loads_and_stores_through_pointers_that_are_chosen(imported, pipeline):
    """Selects of pointers, of what they chose, pointers that loops exchange, places in objects and scalars."""
    function = imported(
        """
        void top(INT in, INT out) {
            int a[8], b[8], single = 1000;
            for (int i = 0; i < 8; ++i) { a[i] = 10 + i; b[i] = 100 + i; }
            int *p = a, *q = b;
            for (int n = 0; n < 6; ++n) {
                PIPELINE
                int x = in.read(), at = in.read();
                int *r = x & 1 ? p + at : q + 7 - at;
                int *s = x & 2 ? r : &single;
                int *t = x & 4 ? s : &p[at];
                out.write(*t);
                *s += n + 1;
                int *other = p;
                p = q;
                q = other;
            }
            out.write(single);
            for (int i = 0; i < 8; ++i) { out.write(a[i]); out.write(b[i]); }
        }""".replace("PIPELINE", pipeline)
    )
    words = [3, 1, 7, 2, 4, 3, 6, 0, 0, 6, 5, 7]
    memory = {"a": [10 + i for i in range(8)], "b": [100 + i for i in range(8)], "single": [1000]}
    expected = []
    names = ["a", "b"]
    for n in range(6):
        x, at = words[2 * n : 2 * n + 2]
        r = (names[0], at) if x & 1 else (names[1], 7 - at)
        s = r if x & 2 else ("single", 0)
        object, place = s if x & 4 else (names[0], at)
        expected.append(memory[object][place])
        memory[s[0]][s[1]] += n + 1
        names.reverse()
    expected += memory["single"] + [word for pair in zip(memory["a"], memory["b"], strict=True) for word in pair]
    assert outputs(function, words) == expected


def test_what_is_not_chosen_on_a_bus_is_not_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("kernel.cpp").write_text("""
        void top(const int* a, const int* b, int which, int n, int* out) {
        #pragma HLS INTERFACE m_axi port=a bundle=m
        #pragma HLS INTERFACE m_axi port=b bundle=m
            *out = which ? a[n] : b[n + 1];
        }""")
    front = compile_cpp([Path("kernel.cpp")], "top")
    function = check(import_function(front, front.top, front.ports))
    loads = [op for op in function.ops.values() if op.kind is Kind.LOAD and function.memories[op.object].bus]
    assert sorted(op.object for op in loads) == ["a", "b"]
    branches = len(function.blocks) > 1  # each in a block of its own
    assert branches or (all(op.guard is not None for op in loads) and loads[0].guard != loads[1].guard)


def test_choices_of_members_and_of_objects_with_members(imported):
    function = imported("""
        struct pair { short few[2]; int more; };
        void top(INT in, INT out) {
            pair a = {{1, 2}, 30}, b = {{4, 5}, 60};
            int c[2] = {7, 8};
            for (int n = 0; n < 5; ++n) {
                int x = in.read();
                short& few = x & 1 ? a.few[x >> 2 & 1] : b.few[1];
                int& more = x & 2 ? (x & 1 ? a.more : b.more) : c[x >> 2 & 1];
                few += 100;
                more += few;
                out.write(x & 4 ? few : x & 8 ? a.few[0] : b.few[1]);
            }
            out.write(a.few[0]); out.write(a.few[1]); out.write(a.more);
            out.write(b.few[0]); out.write(b.few[1]); out.write(b.more);
            out.write(c[0]); out.write(c[1]);
        }""")
    words = [0, 3, 13, 6, 10]
    a, b, c, expected = {0: 1, 1: 2, "more": 30}, {0: 4, 1: 5, "more": 60}, {0: 7, 1: 8, "more": 0}, []
    for x in words:
        few = (a, x >> 2 & 1) if x & 1 else (b, 1)
        more = (a if x & 1 else b, "more") if x & 2 else (c, x >> 2 & 1)
        few[0][few[1]] += 100
        more[0][more[1]] += few[0][few[1]]
        expected.append(few[0][few[1]] if x & 4 else a[0] if x & 8 else b[1])
    assert outputs(function, words) == [*expected, *a.values(), *b.values(), c[0], c[1]]


def test_tables_of_wide_numbers(imported):
    """Clang writes them as bytes, those that end in zeros in their own way."""
    function = imported("""
        static const ap_int<150> table[4] = {ap_int<150>(5), (ap_int<150>(77) << 140) + 3, -1, 0};
        void top(INT in, INT out) {
            for (int i = 0; i < 4; ++i) {
                ap_int<150> word = table[in.read() & 3];
                out.write(int(word));
                out.write(int(word >> 120));
            }
        }""")
    assert [m.shape for m in function.memories.values()] == [(4,)]
    assert outputs(function, [1, 0, 3, 2]) == [3, 77 << 20, 5, 0, 0, 0, -1, -1]


def test_pointers_into_members_of_a_struct(imported):
    """Behind branches, and moved by a loop from one member into the next."""
    function = imported("""
        struct set { int few[3]; int more[5]; short last[2]; };
        void top(INT in, INT out) {
            set s;
            for (int i = 0; i < 8; ++i) (i < 3 ? s.few[i] : s.more[i - 3]) = i;
            s.last[0] = 70;
            s.last[1] = 80;
            for (int n = 0; n < 6; ++n) {
                int x = in.read(), at = in.read();
                int *p;
                if (x & 1) { p = &s.few[at & 1]; out.write(-1); }
                else { p = &s.more[at & 3]; out.write(-2); }
                *p += 100;
                short *q = &s.last[0];
                if (x & 2) { q = &s.last[at & 1]; out.write(-3); }
                *q += *p;
            }
            int *each = s.few;
            for (int i = 0; i < 8; ++i) out.write(*each++);
            out.write(s.last[0]); out.write(s.last[1]);
        }""")
    words = [1, 1, 0, 3, 2, 0, 3, 1, 1, 0, 2, 7]
    numbers, last, expected = list(range(8)), [70, 80], []
    for x, at in zip(words[::2], words[1::2], strict=True):
        place = at & 1 if x & 1 else 3 + (at & 3)
        expected += [-1 if x & 1 else -2, *([-3] if x & 2 else [])]
        numbers[place] += 100
        last[at & 1 if x & 2 else 0] += numbers[place]
    assert outputs(function, words) == expected + numbers + last


def test_members_that_move_together(imported):
    """LLVM copies eight bytes at once; some of them may be between members."""
    function = imported("""
        struct mixed { char a; short b; unsigned char c[3]; };
        struct halves { short at[4]; };
        void top(INT in, INT out) {
            mixed m[4] = {}, one = {1, 2, {3, 4, 5}};
            halves h[4] = {}, other = {{6, 7, 8, 9}};
            for (int n = 0; n < 3; ++n) {
                int x = in.read();
                m[x & 3] = one;
                h[x & 3] = other;
                one = m[(x + 1) & 3];
                other = h[(x + 3) & 3];
                one.b += x;
                one.c[x & 1] += 10;
                other.at[x & 3] += x;
            }
            for (int n = 0; n < 4; ++n) {
                out.write(m[n].a); out.write(m[n].b); out.write(m[n].c[0]); out.write(m[n].c[1]); out.write(m[n].c[2]);
                for (int i = 0; i < 4; ++i) out.write(h[n].at[i]);
            }
        }""")
    words = [3, 0, 2]
    m, h, one, other = [[0] * 5 for _ in range(4)], [[0] * 4 for _ in range(4)], [1, 2, 3, 4, 5], [6, 7, 8, 9]
    for x in words:
        m[x & 3], h[x & 3] = one, other
        one, other = list(m[(x + 1) & 3]), list(h[(x + 3) & 3])
        one[1] += x
        one[2 + (x & 1)] += 10
        other[x & 3] += x
    assert outputs(function, words) == [word for n in range(4) for word in m[n] + h[n]]


def test_three_way_comparisons(imported):
    function = imported("""
        void top(INT in, INT out) {
            for (int n = 0; n < 4; ++n) {
                int x = in.read(), y = in.read();
                unsigned u = x, v = y;
                out.write((x > y) - (x < y));
                out.write(ap_int<6>((u > v) - (u < v)));
            }
        }""")
    words = [1, 2, 2, 2, -1 & 0xFFFFFFFF, 3, 5, -7 & 0xFFFFFFFF]
    assert outputs(function, words) == [-1, -1, 0, 0, -1, 1, 1, -1]


def test_checks_for_overflow(imported):
    """LLVM makes operations of their own of them."""
    function = imported("""
        void top(INT in, INT out) {
            for (int n = 0; n < 4; ++n) {
                unsigned x = in.read(), y = in.read();
                int s;
                out.write(x && x * y / x != y);
                out.write(__builtin_smul_overflow(int(x), int(y), &s) ? 5 : s);
            }
        }""")
    words = [3, 5, 1 << 31, 2, 0xFFFFFFFF, 7, 1 << 16, 1 << 15]
    assert outputs(function, words) == [0, 15, 1, 5, 1, -7, 0, 5]


def test_checks_for_overflow_in_two_branches(imported):
    """LLVM lets the pairs of results and bits meet, not each by itself."""
    function = imported("""
        void top(INT in, INT out) {
            for (int n = 0; n < 4; ++n) {
                unsigned x = in.read(), y = in.read(), s;
                bool wraps;
                if (x & 1) {
                    out.write(x);
                    wraps = __builtin_mul_overflow(x, y, &s);
                } else {
                    out.write(y);
                    wraps = __builtin_add_overflow(x, y, &s);
                }
                out.write(wraps ? -5 : int(s));
            }
        }""")
    words = [3, 5, 1 << 31, 2, 0xFFFFFFFF, 7, 0xFFFFFFFE, 2]
    assert outputs(function, words) == [3, 15, 2, -(1 << 31) + 2, -1, -5, 2, -5]


@pytest.mark.parametrize("type", ["int", "short", "ap_int<40>"])
def test_members_that_the_class_itself_gives_values(imported, type):
    """LLVM counts bytes in the loop that does it: each step is one element."""
    function = imported(f"""
        struct bins {{
            {type} seen[6] = {{}};
            int add(int which, int value) {{ return int(seen[which] += value); }}
        }};
        void top(INT in, INT out) {{
            bins found;
            for (int i = 0; i < 8; ++i) {{
                int value = in.read();
                out.write(found.add(value & 3, value));
            }}
        }}""")
    kinds = [op.kind for op in function.ops.values()]
    assert (kinds.count(Kind.STORE), kinds.count(Kind.LOAD)) == (2, 1)
    assert outputs(function, [5, 1, 6, 2, 4, 9, 8, -1]) == [5, 6, 6, 8, 4, 15, 12, -1]
