"""A campaign in parts: the page and its data add up, and no seed is counted twice. Nothing is compiled here."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from hlsgen.cli import fuzz, main
from hlsgen.core.errors import UserError
from hlsgen.fuzz import parts
from hlsgen.fuzz.campaign import Failure, Summary
from hlsgen.fuzz.page import kept_part
from hlsgen.fuzz.parts import Part, check_new, load_parts, save_parts, total_of

ONE = Summary(3, 7, 100, 4.5, 5.0, Counter(ok=2, lint=1), Counter({"if": 3}), [Failure(2, "lint", "a | b")])
TWO = Summary(2, 5, 10, 1.5, 2.0, Counter(ok=2), Counter({"if": 1, "for": 2}))


@pytest.fixture
def command(tmp_path, monkeypatch):
    """`hlsgen fuzz hls` with a campaign that is over at once; the page."""
    page = tmp_path / "fuzz.md"

    def run(seed: int, count: int, summary: Summary) -> int:
        monkeypatch.setattr(fuzz, "run_campaign", lambda *_, **__: summary)
        monkeypatch.setattr(fuzz, "compiler_version", lambda: f"commit{seed}")
        return main(["fuzz", "hls", "--seed", str(seed), "--count", str(count), "--page", str(page)])

    return run, page


def test_parts_add_up_on_the_page(command):
    run, page = command
    page.write_text("old\n\n## Found and fixed\n\nby hand\n")
    assert run(1, 3, ONE) == 1 and run(100, 2, TWO) == 0
    text = page.read_text()
    assert "5 random programs" in text and "| outcome | 4 ok, 1 lint |" in text
    assert "| processor time | 6 s, 1.20 s a program |" in text
    assert "| commit1 | 1 to 3 | 3 | 2 ok, 1 lint |\n| commit100 | 100 to 101 | 2 | 2 ok |" in text
    assert "| for | 2 | if | 4 |" in text.replace("  ", " ")
    assert "| commit1 | 2 | lint | a &#124; b |" in text
    assert kept_part(text) == "\n## Found and fixed\n\nby hand\n" and "old" not in text
    assert load_parts(page) == [Part("commit1", 1, 3, ONE), Part("commit100", 100, 2, TWO)]


def test_a_seed_is_run_once(command):
    run, page = command
    run(10, 3, ONE)
    before = page.read_text()
    assert run(12, 5, TWO) != 0 and page.read_text() == before
    known = load_parts(page)
    with pytest.raises(UserError, match="--seed 13"):
        check_new(known, 5, 6)
    check_new(known, 5, 5)
    check_new(known, 13, 100)


def test_a_file_of_something_else(tmp_path):
    page = tmp_path / "page.md"
    assert load_parts(page) == []
    (tmp_path / "page.json").write_text(json.dumps({"parts": [{"version": "x"}]}))
    with pytest.raises(UserError, match=r"page\.json"):
        load_parts(page)


def test_the_sum_leaves_its_parts_alone(tmp_path):
    both = [Part("a", 1, 3, ONE), Part("b", 4, 2, TWO)]
    save_parts(tmp_path / "page.md", both)
    assert load_parts(tmp_path / "page.md") == both
    assert total_of(both).failures == ONE.failures and ONE.programs == 3 and ONE.kinds == Counter(ok=2, lint=1)


def test_the_version_is_a_commit_or_a_number(monkeypatch, tmp_path):
    assert parts.compiler_version()
    monkeypatch.setattr(parts.hlsgen, "__file__", str(tmp_path / "hlsgen" / "__init__.py"))
    assert parts.compiler_version() == parts.hlsgen.__version__
