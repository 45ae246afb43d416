"""docs/stages.md says of stages, folders and report keys what the code says; links in docs/ lead somewhere."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from hlsgen.core.boards import load_board
from hlsgen.flow.engine import closure
from hlsgen.flow.stages import STAGES
from hlsgen.flow.state import key_of
from hlsgen.report import summarise

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "stages.md").read_text(encoding="utf-8")
SETTINGS = {"pattern": "p", "format": "f", "board": asdict(load_board("kv260")), "clock_ns": 5.0}


def test_the_table_of_stages() -> None:
    rows = re.findall(r"^\| (\w+) \| ([^|]*) \| (?:`(\w+)/`)? \|", TEXT, re.MULTILINE)
    documented = {name: (folder, needs.split(", ")) for name, needs, folder in rows if name not in ("stage", "report")}
    assert list(documented) == [stage.name for stage in STAGES]
    for stage in STAGES:
        folder, needs = documented[stage.name]
        assert folder == stage.folder
        assert list(stage.needs) == needs or not stage.needs


def test_the_table_of_report_keys() -> None:
    keys = {key for row in re.findall(r"^\| (`[^|]*) \|", TEXT, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    assert keys == set(summarise(SETTINGS, {}, {}))


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (DOCS / link).exists()] == []


def test_stages_stand_after_what_they_need() -> None:
    seen: set[str] = set()
    for stage in STAGES:
        assert set(stage.needs) <= seen
        seen.add(stage.name)
    assert [stage.name for stage in closure(STAGES, ["golden"])] == ["load", "quantise", "golden"]
    assert len({stage.folder for stage in STAGES}) == len(STAGES)


def test_all_that_a_stage_depends_on_exists(tmp_path: Path) -> None:
    settings = {**SETTINGS, "design": str(tmp_path), "multipliers": None, "pipelines": 1}
    settings |= {"family": "xcup", "seed": 1, "waves": False, "io": "stream", "axi_width_bits": None, "axi_latency": 16}
    settings |= {"weights": "baked"}
    keys = [key_of(stage, settings, dict.fromkeys(stage.needs, ""), tmp_path / "out") for stage in STAGES]
    assert len(set(keys)) == len(STAGES)
