"""What a stage of the build is, and the job that it is given. Plain data: a stage is imported only when it runs."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
"""What a stage has to say, as JSON. A stage that checks something sets "passed"; the engine reads nothing else."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the build, and everything that its result depends on.

    name: what the user calls it. folder: its folder below the output folder.
    runner: "module:function", a function from `Job` to `Facts` that fills the job's folder.
    needs: stages whose outputs it reads. settings: names of settings whose values count.
    reads: names of settings that are folders whose content counts.
    code: Python packages and data folders whose text counts. tools: distributions whose version counts.
    outputs: glob patterns of the files that later stages read; the rest of the folder may change freely.
    editable: its outputs are for people to edit: later stages may use them so, and a copy is kept when they are
    written anew. A change to any other stage's outputs is damage.
    """

    name: str
    folder: str
    runner: str
    needs: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ("**/*",)
    editable: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a stage: the settings of the build, the folders of the stages it needs, an empty folder to fill.

    cache: a folder (perhaps not made yet) that outlives the run, for what makes the next one faster and nothing else.
    """

    stage: str
    runner: str
    settings: dict[str, Any]
    inputs: dict[str, Path]
    folder: Path
    cache: Path

    def run(self) -> Facts:
        """Import the stage's code and do the work, here and now."""
        module, function = self.runner.split(":")
        # By name, not by import statement: the graph is known long before (and often without) LLVM or Yosys loaded.
        work: Callable[[Job], Facts] = getattr(importlib.import_module(module), function)
        return work(self)

    def to_json(self) -> dict[str, Any]:
        inputs = {name: str(path) for name, path in self.inputs.items()}
        return {
            "stage": self.stage,
            "runner": self.runner,
            "settings": self.settings,
            "inputs": inputs,
            "folder": str(self.folder),
            "cache": str(self.cache),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Job:
        inputs = {name: Path(path) for name, path in data["inputs"].items()}
        return cls(data["stage"], data["runner"], data["settings"], inputs, Path(data["folder"]), Path(data["cache"]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a stage ended: run or found up to date, in how many seconds when it last ran, and what it says."""

    stage: str
    fresh: bool
    seconds: float
    facts: Facts

    @property
    def passed(self) -> bool:
        """False when the stage is a check and the check failed."""
        return bool(self.facts.get("passed", True))
