"""The C simulation of a small project written here: verdicts, errors, and what is compiled again."""

from __future__ import annotations

import json

import pytest

from hlsgen.core.errors import UserError
from hlsgen.sim import ap_types
from hlsgen.sim.csim import compile_command, simulate

TOP = """
#include "hls_stream.h"
#include "ap_fixed.h"
#include "ap_axi_sdata.h"
int answer() { const ap_fixed<8, 4, AP_RND_CONV, AP_SAT> x = ap_fixed<12, 4>(ap_int<4>(3)); return x.range(7, 4); }
"""
BENCH = """
#include <cstdio>
int answer();
int main(int, char** argv) {
    char path[4096];
    std::snprintf(path, sizeof path, "%s/expected", argv[1]);
    FILE* file = std::fopen(path, "r");
    if (!file) {
        std::fprintf(stderr, "cannot open %s\\n", path);
        return 2;
    }
    const int expected = std::fgetc(file) - '0', got = answer();
    if (expected != got) {
        std::printf("mismatch port=out_stream sample=4 beat=1 lane=2 expected=0x%x got=0x%x\\n", expected, got);
    }
    std::printf("samples=5 mismatches=%d\\n", expected != got);
    return expected != got;
}
"""


@pytest.fixture
def project(tmp_path):
    """A project that computes 3, and vectors that expect it."""
    for name, text in (("src/top.cpp", TOP), ("tb/bench.cpp", BENCH)):
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    port = {"port": "out_stream", "tensor": "digits", "lanes": 4, "beats": 2}
    (tmp_path / "project/interface.json").write_text(json.dumps({"outputs": [port]}))
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors/expected").write_text("3")
    return tmp_path / "project"


def _run(project, headers="hlsgen"):
    return simulate(project, project.parent / "vectors", headers)


@pytest.mark.parametrize(("headers", "level"), [("hlsgen", "csim"), ("ap_types", "cxx_ap_types")])
def test_sim_csim_passes(project, headers, level):
    result = _run(project, headers)
    assert result.passed and result.first_mismatch is None
    assert (result.level, result.samples, result.beats, result.mismatches) == (level, 5, 10, 0)
    assert result.to_json()["first_mismatch"] is None


def test_sim_csim_names_the_first_mismatch(project):
    (project.parent / "vectors/expected").write_text("2")
    result = _run(project)
    assert not result.passed and result.mismatches == 1
    assert result.to_json()["first_mismatch"] == "csim: out_stream, sample 4, digits[6]: expected 0x2, got 0x3"


def test_sim_csim_compiles_only_what_changed(project):
    _run(project)
    (program,) = (path for path in (project.parent / "csim").iterdir() if path.suffix != ".log")
    before = program.stat().st_mtime_ns
    _run(project)
    assert program.stat().st_mtime_ns == before
    (project / "src/top.cpp").write_text(TOP.replace("ap_int<4>(3)", "ap_int<4>(4)"))
    assert _run(project).mismatches == 1


def test_sim_csim_does_not_compile(project):
    (project / "src/top.cpp").write_text("int answer() { return nothing; }")
    with pytest.raises(UserError, match=r"csim: the C\+\+ does not compile: .*nothing.*; see .*hlsgen.log"):
        _run(project)


def test_sim_csim_without_vectors(project):
    (project.parent / "vectors/expected").unlink()
    with pytest.raises(UserError, match=r"csim: the simulation stopped: cannot open .*expected; make the C"):
        _run(project)


def test_sim_csim_without_interface(project):
    (project / "interface.json").unlink()
    with pytest.raises(UserError, match=r"no interface\.json that can be read; run hlsgen codegen"):
        _run(project)


def test_sim_csim_without_the_open_headers(project, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match="the open ap_types headers are not installed; pip install hls4ml"):
        compile_command(project, "ap_types", project / "program")


def test_sim_csim_precompiles_the_open_headers_unless_the_source_configures_them(project, monkeypatch):
    asked = []
    precompiled = ap_types.precompiled

    def spy(*arguments):
        asked.append(precompiled(*arguments))
        return asked[-1]

    monkeypatch.setattr(ap_types, "precompiled", spy)
    assert _run(project, "ap_types").passed and [flag for flag, _ in asked] == ["-include"]
    (project / "src/top.cpp").write_text("#define AP_INT_MAX_W 2048\n" + TOP.replace("ap_int<4>(3)", "ap_int<1500>(3)"))
    assert _run(project, "ap_types").passed and len(asked) == 1
