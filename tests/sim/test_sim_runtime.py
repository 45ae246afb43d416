"""The cache of compiled runtimes: complete or absent, shared, and with a way out when a compiler fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hlsgen.core import tools
from hlsgen.sim import runtime


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HLSGEN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "one.cpp").write_text("int one() { return 1; }\n")
    (tmp_path / "include" / "bad.cpp").write_text("garbage\n")
    return tmp_path / "cache"


def build(cache, name: str, source: str):
    cxx = tools.cxx_candidates()[0]
    return runtime._built(cxx, name, cache.parent / "include", (source,), (), None)


def test_two_builders_at_once_agree(cache):
    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(lambda _: build(cache, "key", "one"), range(4)))
    assert set(folders) == {cache / "key"}
    assert [path.name for path in cache.iterdir()] == ["key"]
    assert [path.name for path in (cache / "key").iterdir()] == ["one.o"]


def test_a_failure_is_remembered(cache, monkeypatch):
    with pytest.raises(tools.ProgramFailed, match="garbage"):
        build(cache, "key", "bad")
    assert [path.name for path in cache.iterdir()] == ["key.failed"]
    monkeypatch.setattr(tools, "run_all", None)  # not called again
    with pytest.raises(tools.ProgramFailed, match="garbage"):
        build(cache, "key", "bad")


def test_the_next_compiler_is_taken(monkeypatch):
    tried = []

    def fails(cxx, waves, quick):
        tried.append(cxx)
        if cxx == "bad":
            raise tools.ProgramFailed(("bad",), 1, "no such flag")
        return cxx

    monkeypatch.setattr(runtime, "_runtime", fails)
    monkeypatch.setattr(tools, "cxx_candidates", lambda: ("bad", "good", "other"))
    assert runtime.load_runtime() == "good"
    assert tried == ["bad", "good"]
    monkeypatch.setattr(tools, "cxx_candidates", lambda: ("bad",))
    with pytest.raises(
        tools.ToolMissing, match=r"no C\+\+ compiler builds the simulator: bad ended with 1: no such flag"
    ):
        runtime.load_runtime()
