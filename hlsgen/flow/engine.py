"""Run a graph of stages: what is up to date is skipped, what is independent runs side by side, results appear whole.

In: stages in an order in which each comes after those it needs, an output folder, settings. Out: an `Outcome` for each.
A stage works in a folder beside, which takes the place of its own folder when it is done, so that a failure, a crash
or Ctrl-C leaves what was there. A check that fails is a result like any other: stages that need it still run.
"""

from __future__ import annotations

import os
import selectors
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hlsgen.core.atomic import disk_errors, locked, recover_folder, replace_folder
from hlsgen.core.errors import UserError

from .child import Child
from .stage import Job, Outcome, Stage
from .state import digest_outputs, key_of, read_stamp, write_stamp

_WORK = ".work"
_CACHE = ".cache"


class Observer(Protocol):
    """Whoever shows the build to the user."""

    def started(self, stage: str) -> None: ...

    def progressed(self, stage: str, done: int, total: int, what: str) -> None: ...

    def ended(self, outcome: Outcome) -> None: ...

    def warned(self, text: str) -> None: ...


def closure(stages: Sequence[Stage], targets: Collection[str]) -> tuple[Stage, ...]:
    """The targets and all that they need, in the order of `stages`."""
    wanted = set(targets)
    for stage in reversed(stages):
        if stage.name in wanted:
            wanted.update(stage.needs)
    return tuple(stage for stage in stages if stage.name in wanted)


def run_stages(
    stages: Sequence[Stage],
    out: Path,
    settings: Mapping[str, Any],
    observer: Observer,
    *,
    keep_edited: bool = False,
    jobs: int = 2,
    finish: Callable[[Mapping[str, Outcome]], None] = lambda outcomes: None,
) -> dict[str, Outcome]:
    """Bring every stage up to date, at most `jobs` at a time; the outcomes in the order of `stages`.

    keep_edited: outputs of editable stages before the last are used as they are when somebody changed them by hand.
    finish: called with the outcomes while the folder is still this run's own.
    Raises the `UserError` or `InternalError` of the first stage that fails; then the others have been ended.
    """
    out = out.resolve()
    with _output_folder(out), locked(out):
        run = _Run(stages, out, settings, observer, keep_edited, jobs)
        run.clean_up()
        try:
            run.loop()
        finally:
            run.end()
        outcomes = {stage.name: run.outcomes[stage.name] for stage in stages}
        finish(outcomes)
    return outcomes


def find_outcome(stages: Sequence[Stage], name: str, out: Path, settings: Mapping[str, Any]) -> Outcome | None:
    """What the stage said when it last ran, if its result is up to date; runs nothing. stages: it and all it needs."""
    known = {stage.name: stage for stage in stages}
    stage, out = known[name], out.resolve()
    stamp = read_stamp(out / stage.folder)
    if stamp is None or digest_outputs(out / stage.folder, stage) != stamp.outputs:
        return None
    inputs = {need: digest_outputs(out / known[need].folder, known[need]) for need in stage.needs}
    return stamp.outcome(stage) if stamp.key == key_of(stage, settings, inputs, out) else None


@dataclass(frozen=True, slots=True)
class _Running:
    stage: Stage
    key: str
    edited: bool
    child: Child


@dataclass(slots=True)
class _Run:
    stages: Sequence[Stage]
    out: Path
    settings: Mapping[str, Any]
    observer: Observer
    keep_edited: bool
    jobs: int
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    running: dict[str, _Running] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    @property
    def work(self) -> Path:
        return self.out / _WORK / str(os.getpid())

    def loop(self) -> None:
        while len(self.outcomes) < len(self.stages):
            # What is up to date frees others at once, so look again until nothing more can be said.
            while any([self.consider(stage) for stage in self.stages]):
                pass
            ended = not self.running
            while not ended:
                ended = any([self.hear(ready.data) for ready, _ in self.selector.select()])

    def consider(self, stage: Stage) -> bool:
        """Skip or start a stage that waits for nothing; True when it is settled by that."""
        waiting = stage.name in self.outcomes or stage.name in self.running
        if waiting or any(need not in self.outcomes for need in stage.needs):
            return False
        folder = self.out / stage.folder
        stamp = read_stamp(folder)
        key = key_of(stage, self.settings, self.digests, self.out)
        edited = stamp is not None and digest_outputs(folder, stage) != stamp.outputs
        kept = edited and stage.editable and self.keep_edited and stage is not self.stages[-1]
        if stamp is not None and stamp.key == key and (kept or not edited):
            self.settle(stage, stamp.outcome(stage))
            return True
        if len(self.running) < self.jobs:
            self.start(stage, key, edited)
        return False

    def start(self, stage: Stage, key: str, edited: bool) -> None:
        if edited:
            aside = f"; the edited copy is now {stage.folder}.edited" if stage.editable else ""
            self.observer.warned(f"{self.out / stage.folder} has changed since it was written: made anew{aside}")
        folder = self.work / stage.folder
        with disk_errors(folder):
            folder.mkdir(parents=True)
            inputs = {need.name: self.out / need.folder for need in self.stages if need.name in stage.needs}
            cache = self.out / _CACHE / stage.name
            job = Job(stage.name, stage.runner, dict(self.settings), inputs, folder, cache)
            child = Child(job, self.out / "logs" / f"{stage.name}.log")
        self.running[stage.name] = _Running(stage, key, edited, child)
        self.selector.register(child, selectors.EVENT_READ, stage.name)
        self.observer.started(stage.name)

    def hear(self, name: str) -> bool:
        """Pass on what a stage says; True when it has ended."""
        run = self.running[name]
        stage, child = run.stage, run.child
        for done, total, what in child.receive():
            self.observer.progressed(name, done, total, what)
        if not child.ended:
            return False
        self.selector.unregister(child)
        del self.running[name]
        facts = child.facts()
        stamp = write_stamp(child.job.folder, stage, run.key, time.monotonic() - child.started, facts)
        folder = self.out / stage.folder
        keep_old = folder.with_name(f"{stage.folder}.edited") if run.edited and stage.editable else None
        replace_folder(child.job.folder, folder, keep_old)
        self.settle(stage, Outcome(name, False, stamp.seconds, facts))
        return True

    def settle(self, stage: Stage, outcome: Outcome) -> None:
        self.digests[stage.name] = digest_outputs(self.out / stage.folder, stage)
        self.outcomes[stage.name] = outcome
        self.observer.ended(outcome)

    def clean_up(self) -> None:
        """Take back what a run that died between two renames had moved, then remove what it left behind."""
        for left in self.out.glob(f"{_WORK}/*"):
            for stage in self.stages:
                recover_folder(left / stage.folder, self.out / stage.folder)
        shutil.rmtree(self.out / _WORK, ignore_errors=True)

    def end(self) -> None:
        for run in self.running.values():
            run.child.interrupt()
        self.selector.close()
        # What cannot be taken back now is left in place for the next run.
        with suppress(UserError):
            self.clean_up()


@contextmanager
def _output_folder(out: Path) -> Iterator[None]:
    """Makes the folder; takes it away again when the user's input or Ctrl-C ends the body before any stage was done."""
    absent = [folder for folder in (out, *out.parents) if not folder.exists()]
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except (UserError, KeyboardInterrupt):
        if absent and not any(path.is_dir() and path.name not in ("logs", _CACHE) for path in out.iterdir()):
            shutil.rmtree(absent[-1], ignore_errors=True)
        raise
