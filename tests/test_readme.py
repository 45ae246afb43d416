"""The README: its three commands are what CI runs, its code is code of this project, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from hlsgen.arch import plan
from hlsgen.cli.main import _parser
from hlsgen.codegen import render
from hlsgen.core.boards import load_board
from hlsgen.hls.compile import compile_sources
from hlsgen.model import load_design, parse_policy, quantise_model

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_three_commands_set_up_and_run() -> None:
    build, tests, drivers = blocks("sh")
    assert build.count("\n") == tests.count("\n") == drivers.count("\n") == 1
    assert build.rstrip().endswith("hlsgen build designs/digits_cnn")
    assert tests.rstrip().endswith("pytest -n auto --dist loadfile")
    assert drivers.rstrip().endswith("pytest tests/overlay")
    assert all(".venv/bin/pip install" in command for command in (build, tests))


def test_every_hlsgen_command_is_one() -> None:
    commands = re.findall(r"hlsgen ((?:build|plan|boards|csim) [^#`\n]+)", TEXT)
    assert len(commands) >= 6
    for command in commands:
        _parser().parse_args(command.replace('"', "").split())


def test_the_python_is_a_design_of_ours() -> None:
    (shown,) = blocks("python")
    source = (ROOT / "designs" / "digits_mlp" / "design.py").read_text(encoding="utf-8")
    assert shown in source


def test_the_cpp_is_what_is_generated() -> None:
    shown, _ = blocks("cpp")
    design = load_design(ROOT / "designs" / "digits_cnn")
    graph = quantise_model(design.model, parse_policy("Int8"), design.calibration)
    files = dict(render(plan(graph, load_board("kv260")), graph))
    assert shown in files["src/digits_cnn.cpp"]


def test_the_kernel_compiles_as_it_says(tmp_path: Path) -> None:
    _, shown = blocks("cpp")
    source = tmp_path / "fir.cpp"
    source.write_text(shown, encoding="utf-8")
    report = compile_sources([source], "fir", clock_ns=10.0, family="xc7", automatic=True, workdir=tmp_path).report
    (loop,) = report.loops
    row = ["fir", loop.label, loop.line, loop.latency_min, loop.latency_max, loop.depth, loop.trip_count]
    row += [loop.ii_asked, loop.ii_reached]
    assert [str(each) for each in row] in [line.split() for line in TEXT.splitlines()]
    assert f"cycles per call: {report.functions[0].latency_max} min" in TEXT


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert len(links) >= 3
    assert [link for link in links if not (ROOT / link).exists()] == []
