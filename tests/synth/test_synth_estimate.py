"""The Yosys flows on small modules whose resources are known, and what happens to Verilog that Yosys refuses."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.progress import listening
from hlsgen.synth import Estimate, Resources, estimate, yosys

PROBES = Path(__file__).with_name("probes.v")


@pytest.fixture(scope="module", params=["xc7", "xcup"])
def probed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Estimate:
    return estimate([PROBES], "probes", request.param, tmp_path_factory.mktemp("synth"))


def each(probed: Estimate, name: str) -> Resources:
    (module,) = [module for module in probed.modules if module.name == name]
    return module.each


def test_a_multiply_accumulate_is_one_dsp_and_nothing_else(probed: Estimate) -> None:
    assert each(probed, "multiply_accumulate") == Resources(dsp=1)


def test_a_27_by_18_multiplier_fits_one_ultrascale_dsp(probed: Estimate) -> None:
    found = each(probed, "wide_multiply")
    if probed.family == "xcup":
        assert found == Resources(dsp=1)
    else:
        assert found.dsp == 2, "a DSP48E1 multiplies 25 by 18 bits"


def test_memories(probed: Estimate) -> None:
    assert each(probed, "block_ram") == Resources(bram36=1.0)
    assert each(probed, "block_rom") == Resources(bram36=0.5)
    rom = each(probed, "lut_rom")
    assert rom.bram36 == 0 and 0 < rom.lut <= 16 and rom.ff <= 16
    assert each(probed, "lut_ram") == Resources(lut={"xc7": 12, "xcup": 16}[probed.family], ff=16)


def test_modules_are_counted_by_their_instances(probed: Estimate) -> None:
    instances = {module.name: module.instances for module in probed.modules}
    assert instances["multiply_accumulate"] == 3
    assert instances["counter(WIDTH=12)"] == 1
    assert probed.resources.dsp == 3 + each(probed, "wide_multiply").dsp
    assert probed.resources.bram36 == 1.5
    assert each(probed, "counter").ff == 4 and each(probed, "counter(WIDTH=12)").ff == 12


def test_the_longest_path(probed: Estimate) -> None:
    """On xcup out of the block RAM; on xc7 through the two DSPs of the wide multiplier."""
    start = probed.path[-1].split()[-1][:4]
    assert (probed.delay_ns, start) == {"xcup": (2.454, "RAMB"), "xc7": (4.123, "DSP4")}[probed.family]


def test_it_goes_to_json(probed: Estimate) -> None:
    data = json.loads(json.dumps(probed.to_json()))
    assert data["resources"]["bram36"] == 1.5 and data["modules"][0]["name"] == "probes"


def test_the_delay_runs_through_modules(tmp_path: Path) -> None:
    (tmp_path / "path.v").write_text(
        "module add(input [15:0] a, b, output [15:0] s); assign s = a + b; endmodule\n"
        "module top(input clk, input [15:0] a, b, c, d, output reg [15:0] s);\n"
        "  reg [15:0] x, y, z, w; wire [15:0] t, u, v;\n"
        "  add one(x, y, t); add two(t, z, u); add three(u, w, v);\n"
        "  always @(posedge clk) begin x <= a; y <= b; z <= c; w <= d; s <= v; end\n"
        "endmodule\n"
    )
    steps: list[str] = []
    with listening(lambda done, total, what: steps.append(f"{done}/{total} {what}")):
        found = estimate([tmp_path / "path.v"], "top", "xcup", tmp_path)
    assert found.resources == Resources(lut=48, ff=80)
    assert found.delay_ns > 3.0, "three adders in a row, each in a module of its own"
    assert sum("CARRY4" in cell for cell in found.path) >= 6
    assert steps[0] == "0/14 read" and steps[-1] == "13/14 timing"


@pytest.mark.parametrize(
    ("verilog", "message"),
    [
        ("module top(input a; endmodule", r"bad\.v:1: Yosys: syntax error"),
        ("module other; endmodule", r"Yosys: .*top"),
        ("module top(output y); absent u(y); endmodule", r"Yosys: Module `\\absent' .*not part of the design"),
    ],
)
def test_refused_verilog_is_a_user_error_in_yosys_words(verilog: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad.v").write_text(verilog)
    with pytest.raises(UserError, match=message) as caught:
        estimate([tmp_path / "bad.v"], "top", "xc7", tmp_path)
    assert "\n" not in str(caught.value)


def test_unknown_family_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no synthesis flow for family 'ice40'; choose a board of xc7, xcup, ecp5"):
        estimate([PROBES], "probes", "ice40", tmp_path)
    with pytest.raises(UserError, match=r"no such Verilog file: .*absent\.v"):
        estimate([tmp_path / "absent.v"], "top", "xc7", tmp_path)
    with pytest.raises(UserError, match=r"no such Verilog file: \(none given\)"):
        estimate([], "top", "xc7", tmp_path)


def test_a_missing_pyosys_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yosys.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="pyosys is not installed; pip install pyosys"):
        estimate([PROBES], "probes", "xc7", tmp_path)


def test_a_crash_of_yosys_is_an_internal_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def crashing(command: list[str], **more: object) -> subprocess.Popen:
        return real([sys.executable, "-c", "import sys, os; sys.stdin.read(); os.abort()"], **more)  # type: ignore[call-overload]

    monkeypatch.setattr(yosys.subprocess, "Popen", crashing)
    with pytest.raises(InternalError, match="Yosys ended with status -6"):
        yosys.run_yosys([("read", ["help"])], tmp_path / "log")


def test_interrupt_ends_yosys(tmp_path: Path) -> None:
    processes: list[subprocess.Popen] = []
    real = subprocess.Popen

    def interrupt(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    class Remembered(real):  # type: ignore[misc, valid-type]
        def __init__(self, *args: object, **more: object) -> None:
            super().__init__(*args, **more)
            processes.append(self)

    with pytest.MonkeyPatch.context() as patch, listening(interrupt), pytest.raises(KeyboardInterrupt):
        patch.setattr(yosys.subprocess, "Popen", Remembered)
        yosys.run_yosys([("wait", ["exec -- sleep 1000"])], tmp_path / "log")
    started = time.monotonic()
    assert processes[0].wait(timeout=30) != 0 and time.monotonic() - started < 30
