"""The engine, on toy stages: what runs, what is skipped, what survives failures, and two runs at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hlsgen.core.atomic import locked
from hlsgen.core.errors import InternalError, UserError
from hlsgen.flow import engine
from hlsgen.flow.engine import closure, run_stages
from hlsgen.flow.stage import Outcome, Stage

HERE = Path(__file__).parent


def toy(name: str, function: str = "write", **more: object) -> Stage:
    return Stage(name, name, f"flow_toys:{function}", outputs=("text",), **more)  # type: ignore[arg-type]


CHAIN = (
    toy("one", settings=("one",)),
    toy("two", needs=("one",), settings=("two",), editable=True),
    toy("three", needs=("two",)),
)


@dataclass
class Recorder:
    """An observer that remembers."""

    events: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def started(self, stage: str) -> None:
        self.events.append(f"start {stage}")

    def progressed(self, stage: str, done: int, total: int, what: str) -> None:
        self.events.append(f"{stage} {done}/{total} {what}")

    def ended(self, outcome: Outcome) -> None:
        self.events.append(f"end {outcome.stage}{' fresh' if outcome.fresh else ''}")

    def warned(self, text: str) -> None:
        self.warnings.append(text)


@dataclass
class Bench:
    """An output folder, settings, and what ran in the last `run`."""

    root: Path
    settings: dict[str, object]
    seen: Recorder = field(default_factory=Recorder)

    @property
    def out(self) -> Path:
        return self.root / "out"

    def run(self, stages: tuple[Stage, ...] = CHAIN, **more: object) -> list[str]:
        """The names of the stages that really ran, in order."""
        diary = self.root / "diary"
        diary.write_text("")
        self.seen = Recorder()
        self.outcomes = run_stages(stages, self.out, self.settings, self.seen, **more)  # type: ignore[arg-type]
        return diary.read_text().split()

    def text(self, stage: str) -> str:
        return (self.out / stage / "text").read_text()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    return Bench(tmp_path, {"one": "1", "two": "2", "diary": str(tmp_path / "diary")})


def test_all_run_then_none(bench: Bench) -> None:
    assert bench.run() == ["one", "two", "three"]
    assert bench.text("three") == "12three"
    assert bench.seen.events[:3] == ["start one", "one 1/2 half", "end one"]
    assert bench.run() == []
    assert bench.seen.events == ["end one fresh", "end two fresh", "end three fresh"]
    assert bench.outcomes["two"].facts == {"length": 1} and bench.outcomes["two"].seconds > 0
    assert sorted(path.name for path in bench.out.iterdir()) == [".lock", "logs", "one", "three", "two"]


def test_a_setting_reruns_what_depends_on_it(bench: Bench) -> None:
    bench.run()
    bench.settings["two"] = "II"
    assert bench.run() == ["two", "three"]
    assert bench.text("three") == "1IIthree"


def test_an_unchanged_output_stops_the_ripple(bench: Bench) -> None:
    stages = (toy("one", "constant", settings=("one",)), toy("two", needs=("one",)))
    bench.run(stages)
    bench.settings["one"] = "something else"
    assert bench.run(stages) == ["one"]


def test_content_of_a_folder_read_counts(bench: Bench) -> None:
    design = bench.root / "design"
    design.mkdir()
    (design / "file").write_text("a")
    bench.settings["design"] = str(design)
    stages = (toy("one", "copy_design", reads=("design",)),)
    assert bench.run(stages) == ["one"]
    assert bench.run(stages) == []
    (design / "file").write_text("b")
    assert bench.run(stages) == ["one"]
    assert bench.text("one") == "b"


def test_an_output_folder_inside_the_folder_read_does_not_count(bench: Bench) -> None:
    (bench.root / "file").write_text("a")
    bench.settings["design"] = str(bench.root.resolve())
    stages = (toy("one", "copy_design", reads=("design",)),)
    bench.settings["diary"] = "/dev/null"
    bench.run(stages)
    bench.run(stages)
    assert bench.seen.events == ["end one fresh"]


def test_code_and_tool_versions_count(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    stages = (toy("one", code=("hlsgen.flow", "boards"), tools=("jinja2", "no-such-package")),)
    assert bench.run(stages) == ["one"]
    assert bench.run(stages) == []
    monkeypatch.setattr("hlsgen.flow.state._version", lambda name: "99")
    assert bench.run(stages) == ["one"]
    monkeypatch.setattr("hlsgen.flow.state._code", lambda name: "other text")
    assert bench.run(stages) == ["one"]


def test_an_unknown_package_is_our_fault(bench: Bench) -> None:
    with pytest.raises(InternalError, match=r"no package is called hlsgen\.nothing"):
        bench.run((toy("one", code=("hlsgen.nothing",)),))


@pytest.mark.parametrize("stamp", ["", "[]", '{"key": 3}', "\0"])
def test_a_corrupt_stamp_counts_as_none(stamp: str, bench: Bench) -> None:
    bench.run()
    (bench.out / "two" / ".stage.json").write_text(stamp)
    assert bench.run() == ["two"]


def test_a_damaged_output_is_made_anew(bench: Bench) -> None:
    bench.run()
    (bench.out / "three" / "text").write_text("scribble")
    assert bench.run() == ["three"]
    assert bench.text("three") == "12three"
    assert bench.seen.warnings == [f"{bench.out / 'three'} has changed since it was written: made anew"]


def test_an_edited_output_is_kept_aside_by_a_build(bench: Bench) -> None:
    bench.run()
    (bench.out / "two" / "text").write_text("mine")
    assert bench.run() == ["two"]
    assert bench.text("two") == "12"
    assert bench.text("two.edited") == "mine"
    assert bench.seen.warnings[0].endswith("made anew; the edited copy is now two.edited")


def test_an_edited_output_is_used_by_a_later_stage(bench: Bench) -> None:
    bench.run()
    (bench.out / "two" / "text").write_text("mine")
    assert bench.run(keep_edited=True) == ["three"]
    assert bench.text("three") == "minethree"
    assert bench.text("two") == "mine"


def test_an_edit_of_the_last_stage_or_of_one_not_for_editing_is_damage(bench: Bench) -> None:
    bench.run()
    (bench.out / "one" / "text").write_text("mine")
    assert bench.run(keep_edited=True) == ["one"]
    (bench.out / "two" / "text").write_text("mine")
    assert bench.run(CHAIN[:2], keep_edited=True) == ["two"]


def test_independent_stages_run_side_by_side(bench: Bench) -> None:
    stages = (toy("a"), toy("b"), toy("c", needs=("a", "b")))
    bench.run(stages)
    assert bench.seen.events[:2] == ["start a", "start b"]
    assert list(bench.outcomes) == ["a", "b", "c"]


def test_a_failed_check_is_a_result(bench: Bench) -> None:
    stages = (toy("one", "check"), toy("two", needs=("one",)))
    assert bench.run(stages) == ["one", "two"]
    assert not bench.outcomes["one"].passed and bench.outcomes["two"].passed
    assert bench.run(stages) == []
    assert not bench.outcomes["one"].passed


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        ("user_error", UserError, r"design\.py:3: the weights are of wood; use steel"),
        ("disk_full", UserError, r"stage two: big\.bin: No space left on device"),
        ("internal_error", InternalError, "an invariant is broken"),
        ("bug", InternalError, r"stage two: ZeroDivisionError: .* \(state dumped to .*\)"),
        ("crash", InternalError, r"stage two was ended by SIGABRT; what it printed is in .*two\.log"),
        ("absent", InternalError, "AttributeError: module 'flow_toys' has no attribute 'absent'"),
    ],
)
def test_a_failure_leaves_what_was_there(function: str, error: type[Exception], message: str, bench: Bench) -> None:
    bench.run()
    stages = (CHAIN[0], replace(CHAIN[1], runner=f"flow_toys:{function}"), CHAIN[2])
    bench.settings["two"] = "II"
    with pytest.raises(error, match=message):
        bench.run(stages)
    assert (bench.text("two"), bench.text("three")) == ("12", "12three")
    assert not (bench.out / ".work").exists()
    bench.settings["two"] = "2"
    assert bench.run() == []


def test_a_crash_leaves_its_last_words(bench: Bench) -> None:
    with pytest.raises(InternalError):
        bench.run((toy("one", "crash"),))
    assert "last words" in (bench.out / "logs" / "one.log").read_text()


def test_nothing_is_left_when_the_first_stage_fails(bench: Bench) -> None:
    with pytest.raises(UserError):
        bench.run((toy("one", "user_error"),))
    assert not bench.out.exists()


def test_a_foreign_folder_is_never_replaced(bench: Bench) -> None:
    (bench.out / "two").mkdir(parents=True)
    (bench.out / "two" / "thesis.txt").write_text("three years")
    with pytest.raises(UserError, match=r"two: exists and was not written by hlsgen; name another --out"):
        bench.run()
    assert (bench.out / "two" / "thesis.txt").read_text() == "three years"


def test_an_output_path_below_a_file(bench: Bench) -> None:
    bench.out.write_text("a file")
    with pytest.raises(UserError, match=r"out: File exists; choose a folder that can be written with --out"):
        bench.run()
    with pytest.raises(UserError, match="Not a directory"):
        run_stages(CHAIN, bench.out / "below", bench.settings, bench.seen)
    assert bench.out.read_text() == "a file"


def test_a_read_only_output_folder(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run()

    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(UserError, match=r"out: Permission denied; choose a folder"):
        bench.run()
    monkeypatch.undo()
    assert bench.run() == []


def test_a_rename_that_is_refused_keeps_the_old_folder(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run()
    bench.settings["two"] = "II"
    real = os.replace

    def refuse(source: object, target: object) -> None:
        if str(target).endswith("/two"):
            raise PermissionError(13, "Permission denied", str(target))
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr("hlsgen.core.atomic.os.replace", refuse)
    with pytest.raises(UserError, match="two: Permission denied"):
        bench.run()
    # The stand-in refuses to move the old folder back as well; the next run does that.
    assert not (bench.out / "two").exists()
    monkeypatch.undo()
    bench.settings["two"] = "2"
    assert bench.run() == []
    assert bench.text("two") == "12"


def test_work_of_a_killed_run_is_recovered(bench: Bench) -> None:
    bench.run()
    left = bench.out / ".work" / "1"
    left.mkdir(parents=True)
    (bench.out / "two").rename(left / "two.old")
    (left / "three").mkdir()
    assert bench.run() == []
    assert not (bench.out / ".work").exists()


INTERRUPTED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_flow_engine import Recorder, CHAIN, toy
from hlsgen.flow.engine import run_stages
settings = {"one": "1", "two": "2", "diary": sys.argv[3]}
run_stages((CHAIN[0], toy("two", "slow", needs=("one",))), Path(sys.argv[2]), settings, Recorder())
"""


@pytest.fixture
def slow_run(bench: Bench):
    """A build of another process, waiting inside its stage two, and the id of the tool that the stage waits for."""
    diary = bench.root / "slow"
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(HERE), str(bench.out), str(diary)], stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 60
        while not (diary.exists() and diary.read_text().isdigit()):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        yield process, int(diary.read_text())
        process.kill()


def test_interrupt_ends_the_tools_and_keeps_what_is_done(bench: Bench, slow_run: tuple) -> None:
    process, tool = slow_run
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert b"KeyboardInterrupt" in errors
    with pytest.raises(ProcessLookupError):
        os.kill(tool, 0)
    assert sorted(path.name for path in bench.out.iterdir()) == [".lock", "logs", "one"]
    assert bench.run() == ["two", "three"]


def test_the_death_of_a_build_ends_its_tools(bench: Bench, slow_run: tuple) -> None:
    process, tool = slow_run
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 60
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(tool, 0)
            time.sleep(0.02)
    assert bench.run() == ["two", "three"]


def test_two_runs_in_one_folder(bench: Bench, slow_run: tuple) -> None:
    with pytest.raises(UserError, match=r"out: another hlsgen is at work in this folder; wait for it, or name another"):
        bench.run()
    assert bench.text("one") == "1"


def test_finish_runs_while_the_folder_is_held(bench: Bench) -> None:
    def finish(outcomes: object) -> None:
        with pytest.raises(UserError, match="another hlsgen is at work"), locked(bench.out):
            pass
        (bench.out / "summary").write_text(" ".join(outcomes))  # type: ignore[call-overload]

    bench.run(finish=finish)
    assert (bench.out / "summary").read_text() == "one two three"


def test_closure_keeps_the_order() -> None:
    assert [stage.name for stage in closure(CHAIN, ["two"])] == ["one", "two"]
    assert closure(CHAIN, []) == ()
    assert closure(CHAIN, ["three", "one"]) == CHAIN


def test_the_engine_module_is_light() -> None:
    names = "numpy", "rich", "pyosys", "llvmlite"
    heavy = f"import sys, hlsgen.flow.engine; print([m for m in {names} if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout
    assert printed == "[]\n", f"{engine.__name__} pulls in {printed}"
