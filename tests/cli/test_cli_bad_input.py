"""Bad input, tried: one line that says what is wrong, a non-zero exit, nothing half-written, earlier output intact."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hlsgen.cli import main
from hlsgen.core.digest import digest_files

DESIGN = """
import numpy as np
from hlsgen.model import Model

random = np.random.default_rng(1)
weight, bias = random.normal(size=(3, 4)), np.zeros(3)
model = Model("tiny")
x = model.input("x", (4,))
x = model.dense(x, weight, bias, name="layer")
model.output(x)
inputs = random.normal(size=(8, 4))
model.calibration = inputs
model.test = inputs, np.arange(8) % 3
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "design.py").write_text(DESIGN)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "build" / "out"


def fails(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 2) -> str:
    """The error line of a command that must fail, and say so in one line at the end of standard error."""
    assert main([str(argument) for argument in arguments]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    *stages, line = printed.err.splitlines()
    assert all(stage.endswith(("done", "unchanged")) for stage in stages), printed.err
    assert "Traceback" not in printed.err
    return line


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bias = random", "bias = open('absent.npz'), random", "design.py:6: FileNotFoundError: "),
        ("np.zeros(3)\n", "np.zeros(3)\nweight[1, 2] = np.nan\n", "layer layer: weight is nan at index (1, 2)"),
        ("np.zeros(3)", "np.zeros(4)", "layer layer: "),
        ("size=(8, 4)", "size=(8, 5)", "model.calibration"),
        ("model.dense(x", "model.sigmoid(x", "there is no operator 'sigmoid'; use one of "),
        ('Model("tiny")', 'Model("a;rm -rf")', "model name 'a;rm -rf' is not an identifier; use a letter"),
        ('Model("tiny")', 'Model("1x")', "model name '1x' is not an identifier"),
        ('name="layer"', 'name="$(touch x)"', "layer name '$(touch x)' is not an identifier"),
        ("model.output(x)", "", "has no output"),
        ("import numpy", "import nosuchmodule", "ModuleNotFoundError"),
        ("import numpy", "import (", "design.py:2: not Python"),
        ("import numpy", "raise SystemExit(0)\nimport numpy", "design.py:2: SystemExit"),
    ],
)
def test_a_bad_design(
    old: str, new: str, message: str, design: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = DESIGN.replace(old, new, 1)
    assert text != DESIGN
    (design / "design.py").write_text(text)
    line = fails(capsys, "build", design, "--out", out)
    assert line.startswith(f"hlsgen: error: {design}/design.py") and message in line
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "Int9x"], "'Int9x' is not a number format; write for example Int8"),
        (["--format", "Int4/Int8/e4m3"], "format: 'Int4/Int8/e4m3' names 3 formats"),
        (["--board", "nope"], "no board is called 'nope'; choose one of aup_zu3, "),
        (["--pattern", "magic"], "no pattern is called 'magic'; choose one of dataflow, sequential"),
        (["--multipliers", "0"], "--multipliers: a budget of 0 multipliers; use at least 1"),
        (["--multipliers", "-3"], "--multipliers: a budget of -3 multipliers; use at least 1"),
        (["--multipliers", "many"], "argument --multipliers: invalid int value: 'many'; see hlsgen build --help"),
        (["--clock", "0"], "--clock: a clock period of 0.0 ns; use a positive number of ns"),
        (["--clock", "nan"], "--clock: a clock period of nan ns; use a positive number of ns"),
        (["--nonsense"], "unrecognized arguments: --nonsense; see hlsgen --help"),
    ],
)
def test_a_bad_option(
    arguments: list[str], message: str, design: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails(capsys, "build", design, "--out", out, *arguments).startswith(f"hlsgen: error: {message}")
    assert not out.parent.exists()


@pytest.mark.parametrize("name", ["nowhere", "a;rm -rf", "1x"])
def test_a_missing_design(name: str, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = fails(capsys, "build", tmp_path / name, "--out", out)
    assert line == f"hlsgen: error: {tmp_path / name}: no such design; name a folder that holds design.py"
    assert not out.parent.exists()


def test_bad_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert "arguments are required: COMMAND" in fails(capsys)
    assert "invalid choice: 'paint'" in fails(capsys, "paint")
    assert "no board is called 'nope'" in fails(capsys, "boards", "nope")


def test_an_output_below_a_file(design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("precious")
    line = fails(capsys, "golden", design, "--out", tmp_path / "file" / "out")
    assert line.endswith("Not a directory; choose a folder that can be written with --out")
    line = fails(capsys, "golden", design, "--out", tmp_path / "file")
    assert line.endswith("File exists; choose a folder that can be written with --out")
    assert (tmp_path / "file").read_text() == "precious"


def test_a_read_only_output(
    design: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["golden", str(design), "--out", str(out)]) == 0
    before = digest_files(out)
    capsys.readouterr()
    (design / "design.py").write_text(DESIGN.replace("default_rng(1)", "default_rng(2)"))
    real = os.replace

    def refuse(source: str, target: str) -> None:
        if out in (Path(source).parent, Path(target).parent):
            raise PermissionError(13, "Permission denied", str(target))
        real(source, target)

    monkeypatch.setattr("hlsgen.core.atomic.os.replace", refuse)
    line = fails(capsys, "golden", design, "--out", out)
    assert line.endswith("Permission denied; choose a folder that can be written with --out")
    assert digest_files(out) == before


def test_the_design_itself_is_no_output(design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = fails(capsys, "golden", design, "--out", design)
    assert line == f"hlsgen: error: {design}: is the design itself; name another --out"
    assert [path.name for path in design.iterdir()] == ["design.py"]


def test_a_later_mistake_keeps_the_earlier_output(design: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["golden", str(design), "--out", str(out)]) == 0
    before = digest_files(out)
    capsys.readouterr()
    (design / "design.py").write_text(DESIGN.replace("np.zeros(3)", "np.full(3, np.inf)"))
    assert "bias is inf at index (0,)" in fails(capsys, "golden", design, "--out", out)
    assert digest_files(out) == before


@pytest.mark.parametrize("name", ["load/.stage.json", "quantise/graph.json", "golden/outputs.npy"])
def test_a_corrupt_file_of_an_earlier_run_is_made_anew(
    name: str, design: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["golden", str(design), "--out", str(out)]
    assert main(command) == 0
    before = digest_files(out)
    (out / name).write_text("{ rubbish")
    assert main(command) == 0
    assert digest_files(out) == before
    assert "changed since it was written" in capsys.readouterr().err or name.endswith(".stage.json")


def test_two_builds_into_one_folder(design: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slow = DESIGN + "import time, pathlib; pathlib.Path(__file__).with_name('started').touch(); time.sleep(1000)\n"
    (design / "design.py").write_text(slow)
    with started_build(design, out) as first:
        line = fails(capsys, "golden", design, "--out", out)
        assert line == (
            f"hlsgen: error: {out}: another hlsgen is at work in this folder; wait for it, or name another --out"
        )
        first.send_signal(signal.SIGINT)
        assert first.wait(timeout=60) == 130


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_in_the_middle(
    number: signal.Signals, design: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["golden", str(design), "--out", str(out)]) == 0
    before = digest_files(out)
    slow = DESIGN + "import time, pathlib; pathlib.Path(__file__).with_name('started').touch(); time.sleep(1000)\n"
    (design / "design.py").write_text(slow)
    with started_build(design, out) as build:
        build.send_signal(number)
        _, errors = build.communicate(timeout=60)
    assert build.returncode == 130
    assert errors == "hlsgen: interrupted; the stages that were done are kept\n"
    assert digest_files(out) == before
    assert not (out / ".work").exists()


def started_build(design: Path, out: Path) -> subprocess.Popen[str]:
    """A build of another process that is inside the design's own code."""
    code = "import sys; from hlsgen.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "golden", str(design), "--out", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (design / "started").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    return process


def test_our_own_mistake_is_told_apart(
    design: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hlsgen.cli.build.run_stages", lambda *args, **more: 1 // 0)
    line = fails(capsys, "golden", design, "--out", out, code=3)
    assert line.startswith("hlsgen: internal error: ZeroDivisionError: ") and "state dumped to" in line
    dump = Path(line.rpartition(" ")[2].rstrip(")"))
    assert "Traceback" in dump.read_text()
    dump.unlink()


def test_a_full_disk_at_the_end(
    design: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hlsgen.cli.build.run_stages", full)
    assert fails(capsys, "golden", design, "--out", out) == "hlsgen: error: [Errno 28] No space left on device"


def test_json_errors_leave_standard_output_empty(design: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fails(capsys, "golden", design, "--out", out, "--format", "x", "--json")
    assert main(["golden", str(design), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stage"] == "golden"
