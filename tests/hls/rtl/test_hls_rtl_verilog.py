"""The netlist's text: every operator, widths that are checked, names that Verilog does not have."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import InternalError
from hlsgen.hls.rtl.netlist import FALSE, TRUE, Expr, Lit, Module, Net, Register, choose, land, lnot, lor, mux
from hlsgen.hls.rtl.verilog import print_file, print_module, text

A, B, C = Net("a", 8), Net("b", 8), Net("c", 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Lit(5, 8), "8'h5"),
        (Lit(1, 1), "1'b1"),
        (Expr("add", (A, Expr("sub", (B, A), 8)), 8), "a + (b - a)"),
        (Expr("slt", (A, B), 1), "$signed(a) < $signed(b)"),
        (Expr("ult", (A, Lit(3, 8)), 1), "a < 8'h3"),
        (Expr("sdiv", (A, B), 8), "$unsigned($signed(a) / $signed(b))"),
        (Expr("ashr", (A, B), 8), "$unsigned($signed(a) >>> b)"),
        (Expr("shl", (A, B), 8), "a << b"),
        (Expr("slice", (A,), 3, lsb=2), "a[4:2]"),
        (Expr("slice", (A,), 1, lsb=2), "a[2]"),
        (Expr("concat", (A, C), 9), "{a, c}"),
        (Expr("zext", (A,), 12), "{4'h0, a}"),
        (Expr("sext", (A,), 12), "{{4{a[7]}}, a}"),
        (Expr("sext", (C,), 4), "{{3{c}}, c}"),
        (Expr("sext", (Expr("slice", (A,), 3, lsb=2),), 6), "{{3{a[4]}}, a[4:2]}"),
        (Expr("mul", (A, B), 16), "{8'h0, a} * {8'h0, b}"),
        (Expr("mul", (A, B), 16, signs=(True, False)), "$unsigned($signed({{8{a[7]}}, a}) * $signed({8'h0, b}))"),
        (Expr("mul", (A, Lit(0xD, 4)), 8, signs=(False, True)), "$unsigned($signed(a) * $signed(8'hfd))"),
        (mux(C, A, B), "c ? a : b"),
        (choose([(C, A), (TRUE, B)]), "c ? a : b"),
    ],
)
def test_expressions(value, expected):
    assert text(value) == expected


def test_constants_vanish():
    assert land(C, TRUE) == C and land(C, FALSE) == FALSE and land() == TRUE and land(C, C) == C
    assert lor(C, FALSE) == C and lor(C, TRUE) == TRUE and lor() == FALSE
    assert lnot(lnot(C)) == C and lnot(TRUE) == FALSE
    assert mux(TRUE, A, B) == A and mux(FALSE, A, B) == B and mux(C, A, A) == A


def test_widths_of_a_mux_are_checked():
    with pytest.raises(InternalError, match="mux of widths 1, 8, 1"):
        mux(C, A, C)


def test_a_module():
    module = Module("m", comment="an example")
    module.port("ap_clk", 1, "input")
    module.port("ap_rst_n", 1, "input")
    out = module.port("out", 8, "output")
    kept = Net(module.unique("bins"), 8)  # a keyword
    more = module.wire("more", Expr("add", (kept, Lit(1, 8)), 8), "k.cpp:3")
    module.registers.append(Register(kept, more, Net("ap_rst_n", 1), reset=0))
    module.output(out, kept)
    assert print_file("by hand", print_module(module)) == (
        "// by hand\n`default_nettype none\n\n"
        "// an example\nmodule m (\n    input wire ap_clk,\n    input wire ap_rst_n,\n    output wire [7:0] out\n);\n"
        "    reg [7:0] bins_2;\n    wire [7:0] more;\n\n"
        "    assign more = bins_2 + 8'h1;  // k.cpp:3\n    assign out = bins_2;\n\n"
        "    always @(posedge ap_clk) if (!ap_rst_n) bins_2 <= 8'h0;\n"
        "        else if (ap_rst_n) bins_2 <= more;\nendmodule\n\n`default_nettype wire\n"
    )


def test_registers_hold_their_value_of_reset_from_configuration_on_where_a_memory_of_another_module_does():
    module = Module("m")
    module.port("ap_clk", 1, "input")
    kept = Net(module.unique("kept"), 8)
    module.registers.append(Register(kept, kept, TRUE, reset=5))
    assert "initial begin\n        kept = 8'h5;\n    end" in print_module(module, keeps_memory=True)
    assert "initial" not in print_module(module)


def test_a_long_choice_is_a_tree_and_takes_the_first_that_holds():
    options = [(Net(f"c{i}", 1), Lit(i, 12)) for i in range(3000)]
    value = choose([*options, (TRUE, Lit(3000, 12))])
    assert len(text(value)) > 3000

    def evaluate(value, true):
        match value:
            case Expr("mux", (condition, one, other)):
                return evaluate(one if evaluate(condition, true) else other, true)
            case Expr("or", terms):
                return any(evaluate(term, true) for term in terms)
            case Net(name):
                return int(name[1:]) in true
        return value.value

    for true in [(), (0,), (2999,), (7, 2000), (1500, 1501), (2999, 16)]:
        assert evaluate(value, set(true)) == min(true, default=3000)
