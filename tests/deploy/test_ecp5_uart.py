"""A board top of the ULX3S in simulation: the driver of the project talks to it, bit by bit, over the serial line."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from hlsgen.core.atomic import write_json
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.core.flow_table import load_flow
from hlsgen.deploy import Design, ecp5
from hlsgen.flow.engine import closure, run_stages
from hlsgen.flow.options import Options
from hlsgen.flow.stage import Outcome
from hlsgen.flow.stages import STAGES
from hlsgen.sim.model import build_simulator
from hlsgen.sim.simulator import run_simulator

HERE = Path(__file__).parent
CLOCKS_PER_BIT = 8  # as in uart_bench.sv
CLOCK_PS = 20000
PORT = {"beats": 16, "lanes": 4, "element_bits": 8, "format": "Fixed(8,8)", "width_bits": 32}
CONTROL = """`verilator_config
public_flat_rw -module "tb" -var "to_board"
public_flat_rd -module "tb" -var "from_board"
"""


def build(project: Path, work: Path) -> Path:
    """The simulator of a project's board."""
    (work / "uart.vlt").write_text(CONTROL)
    top = next(project.glob("*_ulx3s.v")).stem
    sources = [work / "uart.vlt", *sorted(project.glob("rtl/*.v")), *sorted(project.glob("*.v"))]
    bench = (HERE / "uart_bench.sv").read_text().replace("board_top", top)
    return build_simulator(sources, {"tb.sv": bench}, work / "model", quick=True).executable


def simulate(simulator: Path, project: Path, run: Path, only: str = "") -> dict[str, bool]:
    """Run `uart_link` on a project: which of its tests passed."""
    bit_ps = CLOCKS_PER_BIT * CLOCK_PS
    environment = {"UART_PROJECT": str(project), "UART_BIT_PS": str(bit_ps), "COCOTB_TEST_FILTER": only}
    run_simulator(simulator, "uart_link", run, environment, [], seed=1)
    cases = ElementTree.parse(run / "results.xml").iter("testcase")
    return {c.attrib["name"]: all(c.find(kind) is None for kind in ("failure", "error", "skipped")) for c in cases}


def beats(values: Sequence[int]) -> str:
    """32-bit beats as lines of {TLAST, TDATA}."""
    return "".join(f"{value + (1 << 32 if n % 16 == 15 else 0):09x}\n" for n, value in enumerate(values))


@pytest.fixture(scope="module")
def project(kernels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the kernel that multiplies 16 words by 3, less its bitstream."""
    folder = tmp_path_factory.mktemp("uart")
    values = np.random.default_rng(1).integers(1 << 30, size=3 * 16).tolist()
    (folder / "in.hex").write_text(beats(values))
    (folder / "out.hex").write_text(beats([value * 3 % (1 << 32) for value in values]))
    ports = [{"port": name, "tensor": name, **PORT} for name in ("in", "out")]
    write_json(folder / "interface.json", {"inputs": ports[:1], "outputs": ports[1:]})
    out = folder / "project"
    out.mkdir()
    design = Design(kernels["scale"], load_board("ulx3s"), 20.0, cpp=folder, vectors=folder)
    ecp5.write_sources(design, load_flow("ulx3s"), out)
    return out


@pytest.fixture(scope="module")
def simulator(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(project, tmp_path_factory.mktemp("uart_model"))


def test_the_board_answers_the_driver(simulator: Path, project: Path, tmp_path: Path) -> None:
    said = simulate(simulator, project, tmp_path)
    assert len(said) == 5 and all(said.values()), said


def test_a_wrong_result_is_seen(simulator: Path, project: Path, tmp_path: Path) -> None:
    other = tmp_path / "project"
    shutil.copytree(project, other)
    with np.load(project / "samples.npz") as samples:
        np.savez(other / "samples.npz", inputs=samples["inputs"], outputs=samples["outputs"] ^ 1)
    said = simulate(simulator, other, tmp_path, "of_golden|equal_golden")
    assert said == {"results_equal_golden": False, "real_numbers_are_those_of_golden": False}


class Quiet:
    """An observer of stages that says nothing."""

    def started(self, stage: str) -> None: ...
    def progressed(self, stage: str, done: int, total: int, what: str) -> None: ...
    def ended(self, outcome: Outcome) -> None: ...
    def warned(self, text: str) -> None: ...


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
def test_digits_over_the_line(pattern: str, tmp_path: Path) -> None:
    """A trained network on held-out images, as `hlsgen project designs/digits_mlp --board ulx3s` has it."""
    options = Options(design=HERE.parents[1] / "designs/digits_mlp", board="ulx3s", pattern=pattern, out=tmp_path / "b")
    run_stages(closure(STAGES, ("vectors", "hls")), options.output, options.settings(), Quiet())
    folders = {stage.name: options.output / stage.folder for stage in STAGES}
    (out := tmp_path / "project").mkdir()
    design = Design(folders["hls"], load_board("ulx3s"), 20.0, cpp=folders["codegen"], vectors=folders["vectors"])
    ecp5.write_sources(design, load_flow("ulx3s"), out)
    (work := tmp_path / "work").mkdir()
    said = simulate(build(out, work), out, work)
    assert len(said) == 5 and all(said.values()), said


def test_what_a_project_says(project: Path) -> None:
    design = json.loads((project / "design.json").read_text())
    assert (design["top"], design["board"], design["clock_mhz"], design["baud"]) == ("scale", "ulx3s", 50.0, 1000000)
    top = (project / "scale_ulx3s.v").read_text()
    assert f"64'h{design['identity']}" in top and ".CLOCKS_PER_BIT(CLOCKS_PER_BIT)" in top
    constraints = (project / "scale_ulx3s.lpf").read_text()
    for line in ('LOCATE COMP "ftdi_txd" SITE "M1";', 'LOCATE COMP "ftdi_rxd" SITE "L4";', '"clk_25mhz" 25 MHZ;'):
        assert line in constraints
    assert "nextpnr" in (project / "Makefile").read_text() and "driver.py" in (project / "README.md").read_text()


def test_ports_that_a_serial_line_cannot_feed(kernels: dict[str, Path], tmp_path: Path) -> None:
    write_json(tmp_path / "interface.json", {"inputs": [], "outputs": []})
    design = Design(kernels["vadd"], load_board("ulx3s"), 20.0, cpp=tmp_path)
    with pytest.raises(UserError, match=r"design vadd: ports a, b, c, n: a serial line feeds one AXI stream"):
        ecp5.write_sources(design, load_flow("ulx3s"), tmp_path)


def test_a_clock_without_a_baud_rate(kernels: dict[str, Path], tmp_path: Path) -> None:
    write_json(tmp_path / "interface.json", {"inputs": [PORT], "outputs": [PORT]})
    design = Design(kernels["scale"], load_board("ulx3s"), 20.0, cpp=tmp_path)
    flow = {**load_flow("ulx3s"), "baud": 33_000_000}
    with pytest.raises(UserError, match=r"50 MHz make no 33,000,000 baud \(off by .*; choose another --clock"):
        ecp5.write_sources(design, flow, tmp_path)


def test_a_clock_that_is_not_met_names_one_that_would_do() -> None:
    text = ecp5._too_slow(50.0, 41.9, 25.0)
    assert text.startswith("the clock of 50 MHz is not met: 41.90 MHz after place and route; --clock 24 (41.6667 MHz)")
