"""Window attention at the edges, golden = C++ = RTL: a few designs of every run, all of them on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.core.boards import load_board
from hlsgen.flow import exactness
from hlsgen.flow.exactness import DATA, EDGES, FORMATS, MASKS, all_cases, check

BOARD = load_board("kv260")


def test_every_mask_edge_and_policy_come_together() -> None:
    cases = all_cases()
    assert len({(case.mask, case.edge.name, case.format) for case in cases}) == len(cases)
    assert len(cases) == len(MASKS) * len(EDGES) * len(FORMATS)
    for key in ("mask", "edge", "format"):
        assert len({(getattr(case, key), case.maximum) for case in cases}) == 2 * len(cases) // _each(cases, key)


def _each(cases: list[exactness.ExactCase], key: str) -> int:
    """How many cases have the same `key`."""
    return len(cases) // len({getattr(case, key) for case in cases})


def test_some_are_equal_and_a_wrong_one_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two edges, masks and formats; the last design is compared with results of which one bit is wrong."""
    cases = [case for n, case in enumerate(all_cases()) if n in (0, 42)]
    assert [case.format for case in cases] == ["Int8", "e4m3"]
    golden = exactness.run_golden

    def wrong(graph, codes):
        result = golden(graph, codes)
        if graph.name == "d1":
            result.output[len(DATA) - 1].flat[-1] ^= 1
        return result

    monkeypatch.setattr(exactness, "run_golden", wrong)
    found = check(cases, BOARD, tmp_path, lambda line: None)
    assert [(checked.native, checked.rtl) for checked in found] == [(True, True), (False, False)]
    assert f"sample={len(DATA) - 1}" in found[1].what[0] and f"call {len(DATA) - 1}, out_stream" in found[1].what[1]


@pytest.mark.slow
@pytest.mark.parametrize("fmt", FORMATS)
def test_all_are_equal(fmt: str, tmp_path: Path) -> None:
    for checked in check(all_cases([fmt]), BOARD, tmp_path, lambda line: None):
        assert checked.passed, f"{checked.case}: {checked.what}"
