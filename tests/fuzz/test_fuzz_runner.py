"""The runner sees every sort of fault that we make on purpose, the reducer keeps it, and kept failures load again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hlsgen.core.errors import InternalError, UserError
from hlsgen.fuzz import batch, reduce
from hlsgen.fuzz.batch import Result, compile_program, run_batch
from hlsgen.fuzz.cases import load_case, outcome_of, save_case
from hlsgen.fuzz.generate import make_program
from hlsgen.fuzz.native import run_natively
from hlsgen.fuzz.program import Port, Program
from hlsgen.fuzz.reduce import reduce_program, renamed
from hlsgen.fuzz.rtl import Design, simulate
from hlsgen.fuzz.tree import Expr, Stmt, size
from hlsgen.fuzz.types import INT, ap

CRASHERS = Path(__file__).parent / "crashers"
BYTE = ap(8, False)


def program(name: str, *body: Stmt, words: int = 4) -> Program:
    ports = (Port("in", "stream", "in", BYTE, words), Port("out", "stream", "out", BYTE, 0))
    parameters = "hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out"
    return Program(name, (Stmt(f"void {name}({parameters}) @0", (), (body,)),), ports, 3, 1, 5.0, "xc7")


def adds_one(name: str) -> Program:
    write = Stmt("out.write($0);", (Expr("ap_uint<8>(in.read() + $0)", BYTE, (Expr("1", INT),)),))
    return program(name, Stmt("for (int i = 0; i < 4; ++i) @0", (), ((write,),), ("PIPELINE II=1",)))


@pytest.fixture(scope="module")
def designs(tmp_path_factory) -> dict[str, Design]:
    """One good design under five names."""
    folder = tmp_path_factory.mktemp("designs")
    programs = [adds_one(name) for name in ("good", "wrong", "lacking", "still", "broken")]
    expected = run_natively(programs, folder / "native")
    found = {}
    for each in programs:
        _, compiled = compile_program(each, folder / each.name)
        outputs = expected[each.name]
        assert compiled is not None and not isinstance(outputs, str)
        found[each.name] = Design(each, compiled.verilog, compiled.signature, outputs)
    return found


def edited(design: Design, old: str, new: str) -> Design:
    """With another text in its top module."""
    top = f"{design.name}.v"
    assert old in design.verilog[top]
    return replace(design, verilog=dict(design.verilog) | {top: design.verilog[top].replace(old, new)})


def with_words(design: Design, number: int, change: Callable[[list[int]], list[int]]) -> Design:
    """With other words expected of one call."""
    expected = list(design.expected)
    expected[number] = replace(expected[number], words={"out": change(expected[number].words["out"])})
    return replace(design, expected=expected)


def test_faults_are_told_apart(designs, tmp_path):
    """A wrong word, a word too many, RTL that stops and Verilog that is none, beside a design that is right."""
    made = dict(designs)
    made["wrong"] = with_words(designs["wrong"], 1, lambda words: [*words[:2], words[2] ^ 4, words[3]])
    made["lacking"] = with_words(designs["lacking"], 2, lambda words: words[:-1])
    made["still"] = edited(designs["still"], "out_r_TVALID = ", "out_r_TVALID = 1'b0 & ")
    made["broken"] = edited(designs["broken"], "endmodule", "oops")
    found = simulate(list(made.values()), tmp_path / "rtl", idle_cycles=500)
    assert found["good"].kind == "" and found["good"].cycles > 12
    assert found["wrong"].kind == "mismatch" and found["wrong"].problem.startswith("call 1, out[2]: expected ")
    assert found["lacking"].kind == "mismatch" and "call 2, out[3]" in found["lacking"].problem
    assert found["still"].kind == "stuck" and "'out' gives 0 of 4 elements" in found["still"].problem
    assert found["broken"].kind == "verilator"


def test_lint_findings_count(designs, tmp_path):
    found = simulate(
        [edited(designs["good"], "endmodule", "    wire unused_thing = ap_clk;\nendmodule")], tmp_path / "rtl"
    )
    assert found["good"].kind == "lint" and "unused_thing" in found["good"].problem


@pytest.mark.parametrize(
    ("error", "kind"),
    [(UserError("no"), "refused"), (InternalError("bad", "state"), "crash"), (ValueError("odd"), "crash")],
)
def test_what_the_compiler_raises_is_sorted(monkeypatch, tmp_path, error, kind):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(batch, "compile_sources", fail)
    result, compiled = compile_program(adds_one("x"), tmp_path)
    assert (result.kind, compiled) == (kind, None)
    assert not (isinstance(error, InternalError) and error.dump and error.dump.exists())


def test_a_compiler_that_never_ends_is_a_hang(monkeypatch, tmp_path):
    def spin(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr(batch, "compile_sources", spin)
    monkeypatch.setattr(batch, "COMPILE_SECONDS", 1)
    assert compile_program(adds_one("x"), tmp_path)[0].kind == "hang"


def test_the_reducer_keeps_what_fails(monkeypatch, tmp_path):
    """A failure that is there while the text has a `*`: everything else goes."""

    def fake(programs, folder, **_: object) -> list[Result]:
        return [Result(each, "crash", "boom") if " * " in each.text else Result(each, "ok") for each in programs]

    monkeypatch.setattr(reduce, "run_batch", fake)
    seed = next(seed for seed in range(100) if " * " in make_program(seed)[0].text)
    found, _ = make_program(seed)
    reduced = reduce_program(Result(found, "crash", "boom"), tmp_path)
    assert " * " in reduced.program.text and size(reduced.program.body) < size(found.body) / 3
    assert reduced.program.name == found.name and reduced.program.calls == 1


def test_renaming_touches_the_name_alone():
    made = renamed(program("t1", Stmt("t1_p0(in); t12(in);")), "t1c3")
    assert "void t1c3(" in made.text and "t1c3_p0(in); t12(in);" in made.text


def test_cases_come_back(tmp_path):
    found, _ = make_program(2)
    save_case(tmp_path / "case", Result(found, "mismatch", "word 3"), seed=2, fixed="")
    back = load_case(tmp_path / "case")
    assert back.text == found.text and back.inputs() == found.inputs()
    assert replace(back, body=found.body) == found
    (tmp_path / "case" / "case.json").write_text("{}")
    with pytest.raises(UserError, match="not a kept failure"):
        load_case(tmp_path / "case")


def test_crashers_are_mended(tmp_path):
    """Every failure that was ever found and reduced."""
    folders = [path for path in sorted(CRASHERS.iterdir()) if path.is_dir()]
    found = run_batch([load_case(path) for path in folders], tmp_path)
    wrong = [
        f"{path.name}: {result.kind}: {result.problem}"
        for path, result in zip(folders, found, strict=True)
        if result.kind != outcome_of(path)
    ]
    assert wrong == []


def test_fresh_programs(tmp_path):
    """Seeds that no campaign has used: few, as this runs with every change (docs/fuzz.md counts those of campaigns)."""
    programs = [make_program(seed)[0] for seed in range(10**9, 10**9 + 8)]
    failed = [f"{r.program.name}: {r.kind}: {r.problem}" for r in run_batch(programs, tmp_path) if r.failed]
    assert failed == []
