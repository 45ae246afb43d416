"""The stages on standard error: bars that move on a terminal, one line for each stage anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from hlsgen.flow.engine import Observer
from hlsgen.flow.stage import Outcome


class Display(Observer, Protocol):
    """An observer that is on the screen inside its `with` block."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def display_for(stages: Sequence[str]) -> Display:
    """Bars when standard error is a terminal, lines otherwise."""
    console = Console(stderr=True)
    return Bars(stages, console) if console.is_terminal else Lines(stages)


def words(outcome: Outcome) -> str:
    """How a stage ended, in a few words."""
    if not outcome.passed:
        return "FAILED" + (" (unchanged)" if outcome.fresh else "")
    return "unchanged" if outcome.fresh else "done"


class Lines:
    """One line as each stage ends."""

    def __init__(self, stages: Sequence[str]) -> None:
        self._width = max(map(len, stages))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def started(self, stage: str) -> None:
        pass

    def progressed(self, stage: str, done: int, total: int, what: str) -> None:
        pass

    def ended(self, outcome: Outcome) -> None:
        took = "" if outcome.fresh else f"{outcome.seconds:7.1f} s"
        print(f"{outcome.stage:{self._width}}  {took:9}  {words(outcome)}", file=sys.stderr, flush=True)

    def warned(self, text: str) -> None:
        print(f"hlsgen: warning: {text}", file=sys.stderr, flush=True)


class Bars:
    """A bar for each stage, all in sight from the start."""

    def __init__(self, stages: Sequence[str], console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.fields[stage]}"),
            BarColumn(bar_width=24),
            _Seconds(),
            TextColumn("{task.description}", style="dim"),
            console=console,
        )
        self._tasks = {stage: self._progress.add_task("", start=False, total=None, stage=stage) for stage in stages}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def started(self, stage: str) -> None:
        self._progress.start_task(self._tasks[stage])

    def progressed(self, stage: str, done: int, total: int, what: str) -> None:
        self._progress.update(self._tasks[stage], completed=done, total=total or None, description=escape(what))

    def ended(self, outcome: Outcome) -> None:
        task = self._tasks[outcome.stage]
        style = "dim" if outcome.passed else "bold red"
        self._progress.start_task(task)
        self._progress.update(task, total=1, completed=1, description=f"[{style}]{words(outcome)}")
        self._progress.stop_task(task)

    def warned(self, text: str) -> None:
        self._progress.console.print(f"[yellow]{escape(text)}")


class _Seconds(ProgressColumn):
    def render(self, task: Task) -> Text:
        seconds = task.finished_time if task.finished else task.elapsed
        return Text("" if seconds is None else f"{seconds:6.1f} s", style="cyan")
