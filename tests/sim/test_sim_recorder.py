"""The native run of a test bench: every call is noted, whatever the C++ around it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.core.errors import UserError
from hlsgen.sim.interface import Argument, Interface
from hlsgen.sim.recorder import BenchFailed, record_calls, run_bench
from hlsgen.sim.recording import Recording, compare_runs
from hlsgen.sim.signature import Signature


def interface(*arguments: Argument, top: str = "top") -> Interface:
    return Interface(Signature(top, "ap_clk", "ap_rst_n", True, 5.0, "ap_ctrl_hs", (), (), ()), "", arguments, (), ())


def port(name: str, kind: str = "value", direction: str = "in", depth: int = 1) -> Argument:
    return Argument(name, kind, direction, "", 0, depth, "", 0, ())


RESULT = port("ap_return", "return", "out")


def record(
    folder: Path, sources: dict[str, str], bench: str, *arguments: Argument, top: str = "top", **options
) -> Recording:
    files = []
    for name, text in {**sources, "tb.cpp": bench}.items():
        (folder / name).write_text(text)
        if not name.endswith(".h"):
            files.append(folder / name)
    kernels, benches = files[:-1], files[-1:]
    return record_calls(kernels, benches, top, interface(*arguments), folder / "work", folder=folder, **options)


def numbers(rows) -> list[int]:
    return [int.from_bytes(row.tobytes(), "little") for row in rows]


def test_values_arrays_references_and_the_result(tmp_path):
    kernel = """
        #include "ap_int.h"
        ap_uint<9> top(bool flag, const ap_int<5> in[3], short (&out)[2][2], unsigned char& last) {
            for (int i = 0; i < 4; ++i) out[i / 2][i % 2] += in[i % 3];
            last = flag;
            return 500;
        }"""
    bench = """
        #include "ap_int.h"
        ap_uint<9> top(bool flag, const ap_int<5> in[3], short (&out)[2][2], unsigned char& last);
        int main() {
            ap_int<5> in[3] = {1, -2, 3};
            short out[2][2] = {{10, 20}, {30, 40}};
            unsigned char last = 77;
            return top(true, in, out, last) + top(false, in, out, last) == 1000 ? 0 : 1;
        }"""
    arguments = (
        port("flag"),
        port("in", "array", depth=3),
        port("out", "array", "inout", 4),
        port("last", "pointer", "out"),
    )
    found = record(tmp_path, {"k.cpp": kernel}, bench, *arguments, RESULT)
    assert found.bits == {"flag": 1, "in": 5, "out": 16, "last": 8, "ap_return": 9}
    first, second = found.calls
    assert numbers(first.before["in"]) == [1, 30, 3]
    assert numbers(first.before["out"]) == [10, 20, 30, 40]
    assert numbers(first.after["out"]) == numbers(second.before["out"]) == [11, 18, 33, 41]
    assert numbers(second.after["out"]) == [12, 16, 36, 42]
    flags = [numbers(call.before["flag"]) for call in found.calls]
    assert flags == [[1], [0]]
    assert [numbers(call.before["last"]) for call in found.calls] == [[77], [1]]
    assert [numbers(call.after["last"]) for call in found.calls] == [[1], [0]]
    assert numbers(first.after["ap_return"]) == [500]


def test_streams_that_keep_elements(tmp_path):
    kernel = """
        #include "hls_stream.h"
        struct pair { char low; int high; };
        void top(hls::stream<pair>& in, hls::stream<int>& out) {
            for (int i = 0; i < 2; ++i) out.write(in.read().high);
        }"""
    bench = """
        #include "hls_stream.h"
        struct pair { char low; int high; };
        void top(hls::stream<pair>& in, hls::stream<int>& out);
        int main() {
            hls::stream<pair> in("in");
            hls::stream<int> out("out");
            for (int i = 0; i < 5; ++i) in.write({char(i), 100 + i});
            top(in, out);
            top(in, out);
            while (!in.empty()) in.read();
            while (!out.empty()) out.read();
        }"""
    found = record(tmp_path, {"k.cpp": kernel}, bench, port("in", "stream"), port("out", "stream", "out"))
    assert found.bits == {"in": 40, "out": 32} and not found.polled
    first, second = (call.streams for call in found.calls)
    assert (first["in"].waiting, second["in"].waiting, second["out"].waiting) == (5, 3, 2)
    assert numbers(first["in"].read) == [100 << 8 | 0, 101 << 8 | 1]
    assert numbers(second["in"].read) == [102 << 8 | 2, 103 << 8 | 3]
    assert [numbers(call["out"].written) for call in (first, second)] == [[100, 101], [102, 103]]


def test_a_kernel_that_asks_is_known(tmp_path):
    kernel = """
        #include "hls_stream.h"
        void top(hls::stream<int>& in, hls::stream<int>& out) { while (!in.empty()) out.write(in.read()); }"""
    bench = """
        #include "hls_stream.h"
        void top(hls::stream<int>& in, hls::stream<int>& out);
        int main() { hls::stream<int> in, out; in.write(1); top(in, out); return out.read() - 1 + !out.empty(); }"""
    found = record(tmp_path, {"k.cpp": kernel}, bench, port("in", "stream"), port("out", "stream", "out"))
    assert found.polled == {"in"}  # the bench asks for `out`, after the call


@pytest.mark.parametrize(
    ("declared", "defined", "top"),
    [
        (
            "namespace a { namespace b { int top(int); } } using a::b::top;",
            "namespace a::b { int top(int x) { %s } }",
            "a::b::top",
        ),
        ('extern "C" int top(int);', 'extern "C" { int top(int x) { %s } }', "top"),
        ("int top(int x = 5);", "#define NAME top\n#define BODY(x) x\nint NAME(int x) BODY({ %s })", "top"),
        ("int top(int) noexcept;", "static int helper(int top) { return top; } int top(int x) noexcept { %s }", "top"),
    ],
    ids=["namespaces", "extern C", "macros", "the name again"],
)
def test_ways_to_write_it(tmp_path, declared, defined, top):
    bench = f"{declared}\nint main() {{ return top(3) + top(4) == 9 ? 0 : 1; }}"
    found = record(tmp_path, {"k.cpp": defined % "return x + 1;"}, bench, port("x"), RESULT, top=top)
    assert [numbers(call.before["x"]) for call in found.calls] == [[3], [4]]
    assert [numbers(call.after["ap_return"]) for call in found.calls] == [[4], [5]]


@pytest.mark.parametrize("name", ["crypt", "pipe", "select", "random", "index", "link"])
def test_names_of_the_c_library(tmp_path, name):
    kernel = f"""
        #include <cstring>
        #include <unistd.h>
        typedef short number;
        struct pair {{ int low, high; }};
        int {name}(const pair (&x)[2], number y);
        int {name}(const pair (&x)[2], number y) {{ return x[0].low + x[1].high + y; }}"""
    bench = f"""
        struct pair {{ int low, high; }};
        int {name}(const pair (&x)[2], short y);
        int main() {{ pair x[2] = {{{{1, 2}}, {{3, 4}}}}; return {name}(x, 5) - 10; }}"""
    found = record(tmp_path, {"k.cpp": kernel}, bench, port("x", "array", depth=2), port("y"), RESULT, top=name)
    assert [numbers(call.after["ap_return"]) for call in found.calls] == [[10]]


def test_several_sources_headers_and_defines(tmp_path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "types.h").write_text("typedef int number;\n")
    sources = {
        "other.cpp": '#include "types.h"\nnumber top(number);\nnumber twice(number x) { return SCALE * x; }\n',
        "k.cpp": '#include "types.h"\nnumber twice(number);\nnumber top(number x) { return twice(x) + 1; }\n',
    }
    bench = "int top(int);\nint main() { return top(5) - 16; }\n"
    options = {"include_dirs": [tmp_path / "include"], "defines": ["SCALE=3"]}
    found = record(tmp_path, sources, bench, port("x"), RESULT, **options)
    assert [numbers(call.after["ap_return"]) for call in found.calls] == [[16]]


def test_one_source_with_its_main(tmp_path):
    text = "int top(int x) { return x * x; }\nint main() { return top(3) - 9; }\n"
    (tmp_path / "k.cpp").write_text(text)
    found = record_calls([tmp_path / "k.cpp"], [], "top", interface(port("x"), RESULT), tmp_path / "work")
    assert [numbers(call.after["ap_return"]) for call in found.calls] == [[9]]


def test_constants_of_a_class_that_nobody_defines(tmp_path):
    kernel = """
        #include "ap_fixed.h"
        struct config { static const unsigned n = 8; };
        ap_fixed<20, 12> top(ap_fixed<9, 6> x) { return x * config::n; }"""
    bench = """
        #include "ap_fixed.h"
        ap_fixed<20, 12> top(ap_fixed<9, 6> x);
        int main() { return top(1.5) == 12 ? 0 : 1; }"""
    recording = record(tmp_path, {"kernel.cpp": kernel}, bench, port("x"), RESULT)
    assert numbers(recording.calls[0].after["ap_return"]) == [12 << 8]


TASKS = """
    #include "hls_task.h"
    static void twice(hls::stream<int>& in, hls::stream<int>& out) { out.write(2 * in.read()); }
    void top(hls::stream<int>& in, hls::stream<int>& out) {
        hls_thread_local hls::stream<int> between;
        hls_thread_local hls::task first(twice, in, between), second(twice, between, out);
    }"""
BENCH_OF_TASKS = """
    #include "hls_stream.h"
    void top(hls::stream<int>& in, hls::stream<int>& out);
    int main() {
        hls::stream<int> in, out;
        for (int call = 0; call < 2; ++call) {
            for (int i = 0; i <= call; ++i) in.write(i + 5);
            top(in, out);
            LATE
            while (!out.empty())
                if (out.read() % 4) return 1;
        }
        return 0;
    }"""


def test_what_tasks_do_belongs_to_the_call_before(tmp_path):
    streams = port("in", "stream"), port("out", "stream", "out")
    calls = record(tmp_path, {"k.cpp": TASKS}, BENCH_OF_TASKS.replace("LATE", ""), *streams).calls
    assert [numbers(call.streams["in"].read) for call in calls] == [[5], [5, 6]]
    assert [numbers(call.streams["out"].written) for call in calls] == [[20], [20, 24]]


def test_what_tasks_would_do_between_calls_is_refused(tmp_path):
    streams = port("in", "stream"), port("out", "stream", "out")
    with pytest.raises(BenchFailed, match="tasks run between two calls of the top function"):
        record(tmp_path, {"k.cpp": TASKS}, BENCH_OF_TASKS.replace("LATE", "in.write(9);"), *streams)


@pytest.mark.parametrize(
    ("bench", "message"),
    [
        ("int top(int); int main() { return top(1) == 3; }", "the test bench ended with exit status 1"),
        ('#include <stdio.h>\nint top(int); int main() { top(1); puts("bad"); return 4; }', "exit status 4: bad"),
        ("#include <stdlib.h>\nint top(int); int main() { top(1); abort(); }", "ended with signal 6"),
    ],
)
def test_a_bench_that_fails(tmp_path, bench, message):
    with pytest.raises(BenchFailed, match="C simulation failed") as error:
        record(tmp_path, {"k.cpp": "int top(int x) { return x + 2; }"}, bench, port("x"), RESULT)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("kernel", "bench", "message"),
    [
        (
            "int top(int x) { return x }",
            "int top(int); int main() {}",
            r"k.cpp:1: the C\+\+ does not compile: expected ';'",
        ),
        ("int top(int x) { return x; }", "int main() { return 0; }", "the test bench did not call top"),
        ("int top(int x);", "int top(int); int main() { return 0; }", "no source defines the function 'top'"),
        ("int x;  // no top", "int main() { return 0; }", "no source defines the function 'top'"),
        (
            "int top(int x) { return x; } int top(int x, int) { return x; }",
            "int main() { return 0; }",
            "reference to overloaded function could not be resolved",
        ),
        ("int top(int x) { return x; }", "int more(); int main() { return more(); }", "more.* is used and not defined"),
    ],
)
def test_what_is_refused(tmp_path, kernel, bench, message):
    with pytest.raises(UserError, match=message):
        record(tmp_path, {"k.cpp": kernel}, bench, port("x"), RESULT)


def test_memory_of_unknown_size(tmp_path):
    with pytest.raises(UserError, match=r"how much memory argument 'p' points at is not known.*depth=<elements>"):
        record(tmp_path, {"k.cpp": "void top(int* p) {}"}, "", port("p", "pointer", "in", 0))


def test_csim_alone(tmp_path):
    (tmp_path / "k.cpp").write_text("int top(int x) { return x; }\n")
    (tmp_path / "tb.cpp").write_text(
        '#include <iostream>\nint top(int);\nint main() { std::cout << "hi\\n"; return top(7); }\n'
    )
    done = run_bench([tmp_path / "k.cpp"], [tmp_path / "tb.cpp"], tmp_path / "work")
    assert (done.status, done.output) == (7, "hi\n")


OPEN_BITS = """
    #include "hls_stream.h"
    struct pair { char set; int open; };
    void top(hls::stream<pair>& out, int b[2]) {
        pair p;
        p.set = 3;
        out.write(p);
        int x;
        b[1] = x & 0xff00;
    }"""
OPEN_BENCH = """
    #include "hls_stream.h"
    struct pair { char set; int open; };
    void top(hls::stream<pair>& out, int b[2]);
    int main() { hls::stream<pair> out; int b[2] = {5, 5}; top(out, b); out.read(); return 0; }"""


def test_bits_that_the_kernel_leaves_open(tmp_path):
    ports = port("out", "stream", "out"), port("b", "array", "inout", 2)
    runs = [record(tmp_path, {"k.cpp": OPEN_BITS}, OPEN_BENCH, *ports, unset=each) for each in ("zero", "pattern")]
    compared = compare_runs(*runs)
    (defined,) = compared.defined
    assert defined.streams["out"].written.tolist() == [[0xFF, *[defined.streams["out"].written[0, 1]] * 4]]
    assert defined.streams["out"].written[0, 1] != 0xFF
    words = numbers(defined.after["b"])
    assert words[0] == 0xFFFFFFFF and words[1] | 0xFF00 == 0xFFFFFFFF and words[1] != 0xFFFFFFFF
    assert compare_runs(runs[0], runs[0]).defined == ()


def test_variables_that_decide_more_than_values(tmp_path):
    kernel = OPEN_BITS.replace("out.write(p);", "for (int i = 0; i < (p.open >> 1 & 1) + 1; ++i) out.write(p);")
    bench = OPEN_BENCH.replace("out.read();", "while (!out.empty()) out.read();")
    ports = port("out", "stream", "out"), port("b", "array", "inout", 2)
    runs = [record(tmp_path, {"k.cpp": kernel}, bench, *ports, unset=each) for each in ("zero", "pattern")]
    with pytest.raises(UserError, match="reads a variable before it is set, and that decides how many elements"):
        compare_runs(*runs)
