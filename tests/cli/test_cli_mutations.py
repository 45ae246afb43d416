"""One changed weight, shift or rounding mode in the generated C++, or constant in the generated Verilog, is found.

A network of two layers is built once for each pattern. Each test changes one thing in a copy and runs the commands that
a user would: they fail with exit code 1, and name the place and both values, which are compared with golden's.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from hlsgen.cli import main

CSIM = r"hlsgen: (csim|cxx_ap_types): (\w+), sample (\d+), (\w+)\[(\d+)\]: expected 0x(\w+), got 0x(\w+)"
COSIM = (
    r"hlsgen: cosim: (\w+): sample (\d+), beat (\d+)(?:, lane (\d+))?: data is 0x(\w+), expected 0x(\w+) \(pass (\w+)\)"
)


@dataclass(frozen=True)
class Difference:
    """What a command says of the first code that is not golden's."""

    sample: int
    element: int
    expected: int
    got: int


@dataclass(frozen=True)
class Build:
    design: Path
    pattern: str
    out: Path

    def run(self, command: str) -> int:
        options = ["--pattern", self.pattern, "--multipliers", "6", "--out", str(self.out)]
        return main([command, str(self.design), *options])

    def change(self, pattern: str, file: str, change: Callable[[re.Match[str]], str]) -> None:
        """Changes the first place in the files `file` that matches."""
        for path in sorted(self.out.glob(file)):
            before = path.read_text()
            after = re.sub(pattern, change, before, count=1)
            if after != before:
                path.write_text(after)
                return
        raise AssertionError(f"nothing in {file} is like {pattern}")

    def golden(self, sample: int, element: int) -> int:
        """The code that golden gives, as the bits of a byte."""
        return int(np.load(self.out / "golden" / "outputs.npy")[sample, element]) & 0xFF


@pytest.fixture(scope="module", params=["dataflow", "sequential"])
def built(
    request: pytest.FixtureRequest, tiny: Path, tiny_build: Path, tmp_path_factory: pytest.TempPathFactory
) -> Build:
    if request.param == "dataflow":
        return Build(tiny, request.param, tiny_build)
    build = Build(tiny, request.param, tmp_path_factory.mktemp("mutations") / "out")
    assert build.run("csim") == 0 and build.run("cosim") == 0
    return build


@pytest.fixture
def build(built: Build, tmp_path: Path) -> Iterator[Build]:
    """A copy to be changed."""
    copy = replace(built, out=tmp_path / "out")
    shutil.copytree(built.out, copy.out)
    yield copy
    shutil.rmtree(copy.out)


def said_by_csim(printed: str) -> dict[str, Difference]:
    """By level."""
    found = re.findall(CSIM, printed)
    assert all(port == "out_stream" and tensor == "second_requantise" for _, port, _, tensor, *_ in found), printed
    return {
        level: Difference(int(sample), int(element), int(expected, 16), int(got, 16))
        for level, _, sample, _, element, expected, got in found
    }


def said_by_cosim(printed: str, lanes: int) -> Difference:
    ((port, sample, beat, lane, got, expected, _),) = re.findall(COSIM, printed)
    assert port == "out_stream"
    return Difference(int(sample), int(beat) * lanes + int(lane or 0), int(expected, 16), int(got, 16))


def lanes_of(build: Build) -> int:
    (found,) = re.findall(
        r'"port": "out_stream".*?"lanes": (\d+)', (build.out / "hls_cpp/interface.json").read_text(), re.S
    )
    return int(found)


MUTATIONS = {
    "weight": (r"(?<=\{)-\d+", "hls_cpp/src/weights.h", lambda found: str(int(found[0]) + 1)),
    "shift": (r"(ap_fixed<\d+, )(\d+)", "hls_cpp/src/tiny.cpp", lambda found: f"{found[1]}{int(found[2]) + 1}"),
    "rounding mode": ("AP_RND_CONV", "hls_cpp/src/tiny.cpp", lambda found: "AP_TRN"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_change_of_the_cpp_fails_csim_and_cosim(
    mutation: str, build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    pattern, file, change = MUTATIONS[mutation]
    build.change(pattern, file, change)
    assert build.run("csim") == 1
    levels = said_by_csim(capsys.readouterr().err)
    assert set(levels) == {"csim", "cxx_ap_types"}
    native = levels["csim"]
    assert native.expected == build.golden(native.sample, native.element) != native.got
    assert levels["cxx_ap_types"] == native
    assert build.run("cosim") == 1
    # The RTL is the changed C++: it differs first in the same place, by the same code.
    assert said_by_cosim(capsys.readouterr().err, lanes_of(build)) == native


def test_a_change_of_the_verilog_fails_cosim_alone(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    build.change(r"(weights\[\d+\] = \d+'h\w*)(\w);", "rtl/*.v", lambda found: f"{found[1]}{int(found[2], 16) ^ 1:x};")
    assert build.run("csim") == 0
    assert capsys.readouterr().err.splitlines()[-1].split() == ["csim", "unchanged"]
    assert build.run("cosim") == 1
    found = said_by_cosim(capsys.readouterr().err, lanes_of(build))
    assert found.expected == build.golden(found.sample, found.element) != found.got
