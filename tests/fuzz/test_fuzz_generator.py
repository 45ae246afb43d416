"""The generator: the same program for a seed, all features, and C++ that is defined and ends."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from hlsgen.fuzz.expressions import Expressions, Variable
from hlsgen.fuzz.generate import make_program
from hlsgen.fuzz.native import run_natively
from hlsgen.fuzz.tree import Expr, Stmt, render, size
from hlsgen.fuzz.types import BOOL, INT, UNSIGNED, ap, fixed, literal, native, packet, sum_type


def test_a_seed_is_a_program():
    first, again, other = make_program(5)[0], make_program(5)[0], make_program(6)[0]
    assert first == again and first.text == again.text and first.inputs() == again.inputs()
    assert first.text != other.text


def test_every_feature_turns_up():
    used: Counter[str] = Counter()
    for seed in range(400):
        used.update(make_program(seed)[1].keys())
    wanted = """if, switch, for, while, do while, break, continue, lambda, struct, ROM, ?:, range, bit, reduction,
        concatenation, local array, static variable, variable bound, UNROLL, UNROLL factor, PIPELINE off, perfect nest,
        DEPENDENCE, DATAFLOW, plain function, function, template over a type, template over a width, rewind,
        stream of packets, stream of structs, array of structs, random legal schedule, automatic pipelining,
        ARRAY_PARTITION complete, ARRAY_PARTITION cyclic, ARRAY_PARTITION block, ARRAY_RESHAPE cyclic,
        BIND_STORAGE bram, BIND_STORAGE lutram, LOOP_FLATTEN, AP_TRN, AP_TRN_ZERO, AP_RND, AP_RND_ZERO, AP_RND_INF,
        AP_RND_MIN_INF, AP_RND_CONV, AP_WRAP, AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, family xc7, family xcup,
        INLINE off module, INLINE off module with streams, call of a module, array between processes,
        number between processes, result between processes, m_axi, burst, burst of unknown length, memcpy,
        s_axilite scalar, s_axilite array, ap_hs scalar, ap_vld scalar, ap_ack scalar, ap_ovld scalar, ap_ctrl_chain,
        ap_ctrl_none, control by s_axilite, struct argument, array argument with pragmas, array of streams,
        non-blocking read, non-blocking write, template that calls itself, FUNCTION_INSTANTIATE, BIND_OP, RESET, STABLE,
        AGGREGATE, DISAGGREGATE, ALLOCATION, EXPRESSION_BALANCE, LOOP_MERGE, LATENCY, class with state,
        call of a method, hls::vector by elements, constexpr table, one of two streams, ap_fifo, array that is a stream,
        elements under a condition, STREAM of an array"""
    assert {name.strip() for name in wanted.split(",")} <= used.keys()


def test_ap_ovld_is_written():
    """Whatever it is set to, a bit of it changes at the end: an argument that is only read has no output."""
    found = 0
    for seed in (47, 62, 157, 246):
        text = make_program(seed)[0].text
        for name in re.findall(r"ap_ovld port=(\w+)", text):
            found += 1
            assert f" {name} ^= 1;" in text or f" {name}[0] = !{name}[0];" in text
    assert found


def test_programs_run(tmp_path):
    """They compile, end, leave nothing in a stream, and write something in every call."""
    shadowed, decayed = 40618, 47751  # a local with the name of an argument, a pointer passed as an array
    programs = [make_program(seed)[0] for seed in (*range(900, 912), shadowed, decayed)]
    for name, calls in run_natively(programs, tmp_path).items():
        assert not isinstance(calls, str), f"{name}: {calls}"
        assert all(any(call.words.values()) for call in calls)


def test_what_does_not_compile_or_ends_badly_is_told(tmp_path):
    good = make_program(901)[0]
    wrong = type(good)("wrong", (Stmt("void wrong() { nothing; }"),), (), 1, 1, 5.0, "xc7")
    empty = type(good)(
        "empty", (Stmt("void empty() { hls::stream<int> s; s.read(); }"),), (), 1, 1, 5.0, "xc7"
    )  # fmt: skip
    found = run_natively([good, wrong, empty], tmp_path)
    assert not isinstance(found[good.name], str)
    assert str(found["wrong"]).startswith("does not compile: use of undeclared identifier 'nothing'")
    assert "is read while empty" in str(found["empty"])


@pytest.mark.parametrize(
    ("type", "value", "text"),
    [
        (BOOL, 1, "true"),
        (INT, 2**31, "(-2147483647 - 1)"),
        (INT, 2**32 - 5, "(-5)"),
        (UNSIGNED, 2**32 - 1, "4294967295u"),
        (native("short"), 2**15, "(short)(-32768)"),
        (native("long long"), 2**63, "(-9223372036854775807LL - 1)"),
        (native("unsigned long long"), 7, "7ULL"),
        (ap(3, True), 7, "ap_int<3>(-1)"),
        (ap(40, False), 1 << 39, "ap_uint<40>(549755813888LL)"),
        (ap(65, False), 1 << 64, "ap_uint<65>((ap_uint<60>(16ULL), ap_uint<60>(0ULL)))"),
        (fixed(4, 2, True, "Q", "O"), 15, "ap_fixed<4, 2, Q, O>(ap_fixed<4, 2, Q, O>::of((-1LL)))"),
    ],
)  # fmt: skip
def test_literals(type, value, text):
    assert literal(type, value) == text


def test_widths_of_sums():
    assert sum_type(ap(4, False), ap(4, True)) == ap(6, True)
    assert sum_type(ap(8, False), ap(3, False)) == ap(9, False)
    assert packet(16, user=3).bits == 16 + 2 + 2 + 3 + 1


def test_indices_stay_inside():
    """Every form of an index, evaluated for extreme values."""
    import random

    for seed in range(200):
        maker = Expressions(random.Random(seed), Counter())
        maker.scope.variables.append(Variable("x", ap(9, False)))
        extent = maker.random.choice([1, 2, 3, 5, 8, 11])
        text = str(maker.index(extent))
        text = re.sub(r"ap_uint<(\d+)>\((?=x\))", r"low(\1, ", text).replace("(unsigned)", "")
        for x in (0, 1, 7, 255, 511):
            found = eval(text, {"x": x, "int": int, "low": lambda bits, value: value & ((1 << bits) - 1)})
            assert 0 <= found < extent, text


def test_trees_are_printed():
    inner = Stmt("$0 += 1;", (Expr("a[$0]", INT, (Expr("i", INT),)),))
    loop = Stmt("for (int i = 0; i < 3; ++i) @0", (), ((inner,),), ("PIPELINE",), "const int i = 0;")
    text = render((Stmt("int a[3];", pragmas=("ARRAY_PARTITION variable=a",)), loop))
    assert text == (
        "int a[3];\n#pragma HLS ARRAY_PARTITION variable=a\n"
        "for (int i = 0; i < 3; ++i) {\n#pragma HLS PIPELINE\n    a[i] += 1;\n}\n"
    )
    assert size((loop,)) == 1 + 1 + 1 + 2
