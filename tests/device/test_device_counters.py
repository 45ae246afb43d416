"""Performance counters around a kernel: what they show is what crossed the masters, and the kernel is as it was."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from test_device_rtl import compiled

from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.deploy import Design, make_project
from hlsgen.deploy.counters import add_counters
from hlsgen.device import RtlDevice, build_library
from hlsgen.sim.interface import Interface, load_interface
from hlsgen.sim.lint import lint

ADD = """
void add(const short* x, const int* y, int* z, int n) {
#pragma HLS INTERFACE m_axi port=x bundle=gmem0 depth=64 offset=slave
#pragma HLS INTERFACE m_axi port=y bundle=gmem1 depth=64 offset=slave
#pragma HLS INTERFACE m_axi port=z bundle=gmem0 depth=64 offset=slave
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        z[i] = x[i] + y[i];
    }
}
"""
MASTERS = ("m_axi_gmem0", "m_axi_gmem1")
BUS_BYTES = 4


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(RTL, RTL with counters)."""
    folder = tmp_path_factory.mktemp("counters")
    compiled(ADD, "add", folder)
    add_counters(folder / "rtl", folder / "counted")
    return folder / "rtl", folder / "counted"


@pytest.fixture(scope="module")
def built(folders: tuple[Path, Path]) -> tuple[Interface, Path]:
    interface = load_interface(folders[1])
    return interface, build_library(interface, folders[1].parent / "library")


@pytest.fixture
def device(built: tuple[Interface, Path]) -> Iterator[RtlDevice]:
    with RtlDevice(built[1], MASTERS) as opened:
        yield opened


class Host:
    def __init__(self, device: RtlDevice, interface: Interface) -> None:
        self.device = device
        self.offsets = {register.name: register.offset for register in interface.axilite[0].registers}

    def count(self, name: str) -> int:
        low = self.device.read(self.offsets[name])
        return low | self.device.read(self.offsets[name] + 4) << 32

    def counts(self) -> dict[str, int]:
        return {name: self.count(name) for name in self.offsets if name.startswith("PERF_") and name != "PERF_CLEAR"}

    def clear(self) -> None:
        self.device.write(self.offsets["PERF_CLEAR"], 1)

    def run(self, words: int, stall_cycles: int = 0) -> int:
        """Calls the kernel, checks its result; clocks from the start to the interrupt, a little more."""
        device, rng = self.device, np.random.default_rng(words)
        x, y = rng.integers(-999, 999, words).astype(np.int16), rng.integers(-999, 999, words).astype(np.int32)
        for name, data in (("x", x), ("y", y), ("z", np.zeros(words, np.int32))):
            address, buffer = device.allocate(data.nbytes)
            buffer[:] = data.view(np.uint8)
            device.write(self.offsets[name], address)
            device.write(self.offsets[name] + 4, 0)
        device.write(self.offsets["n"], words)
        device.write(self.offsets["GIER"], 1)
        device.write(self.offsets["IP_IER"], 1)
        before = device.cycles
        device.write(self.offsets["CTRL"], 1)
        if stall_cycles:
            device.stall(True)
            device.run(stall_cycles)
            device.stall(False)
        while not device.interrupt:
            device.run(10_000)
        took = device.cycles - before
        device.write(self.offsets["IP_ISR"], 1)
        device.check()
        assert np.array_equal(buffer.view(np.int32), x + y)
        return took


@pytest.fixture
def host(device: RtlDevice, built: tuple[Interface, Path]) -> Host:
    return Host(device, built[0])


def test_counters_show_what_crossed_the_masters(host: Host) -> None:
    assert set(host.counts().values()) == {0} and host.device.read(host.offsets["PERF_CLEAR"]) == len(MASTERS)
    took = host.run(300)
    found = host.counts()
    for master, counted in host.device.traffic.items():
        bundle = master.removeprefix("m_axi_")
        assert found[f"PERF_{bundle}_READ_BYTES"] == BUS_BYTES * counted["read_beats"]
        assert found[f"PERF_{bundle}_WRITE_BYTES"] == BUS_BYTES * counted["write_beats"]
    assert 0 <= took - found["PERF_CYCLES"] < 20  # done and its interrupt follow the last answer
    # Every burst of reads waits for memory once; a beat is due in every other clock in between.
    assert found["PERF_gmem1_READ_STALLS"] >= 32 and found["PERF_gmem1_WRITE_STALLS"] == 0
    assert all(host.count(name) == value for name, value in found.items())  # nothing moves when nothing runs


def test_counters_add_up_until_they_are_cleared(host: Host) -> None:
    host.run(100)
    once = host.counts()
    host.run(100)
    assert host.count("PERF_gmem1_READ_BYTES") == 2 * once["PERF_gmem1_READ_BYTES"]
    host.clear()
    assert set(host.counts().values()) == {0}
    host.run(100)
    again = host.counts()
    same = [name for name in once if not name.endswith("STALLS") and name != "PERF_CYCLES"]
    assert {name: again[name] for name in same} == {name: once[name] for name in same}


def test_a_stalled_memory_shows(host: Host) -> None:
    host.run(200)
    usual = host.counts()
    host.clear()
    host.run(200, stall_cycles=5000)
    stalled = host.counts()
    for name in ("PERF_CYCLES", "PERF_gmem1_READ_STALLS"):
        assert 4900 < stalled[name] - usual[name] < 5100, name


def test_the_wrapper_has_the_pins_of_the_kernel(folders: tuple[Path, Path]) -> None:
    def pins(path: Path, module: str) -> dict[str, str]:
        text = path.read_text()
        header = text[text.index(f"module {module} (") :].partition(");")[0]
        return {
            name: f"{way} {width}" for way, width, name in re.findall(r"(input|output) wire (\[\S+\] )?(\w+)", header)
        }

    outer, inner = pins(folders[1] / "add.v", "add"), pins(folders[0] / "add.v", "add")
    changed = {name for name in outer | inner if outer.get(name) != inner.get(name)}
    assert changed == {"s_axi_control_AWADDR", "s_axi_control_ARADDR"}


def test_the_name_of_a_counter_is_taken(folders: tuple[Path, Path], tmp_path: Path) -> None:
    rtl = shutil.copytree(folders[0], tmp_path / "rtl")
    path = rtl / "signature.json"
    path.write_text(path.read_text().replace('"name": "n"', '"name": "PERF_CYCLES"'))
    with pytest.raises(UserError, match="argument 'PERF_CYCLES' has the name of a counter"):
        add_counters(rtl, tmp_path / "counted")
    with pytest.raises(UserError, match="only a kernel with AXI masters or streams"):
        add_counters(without_masters(rtl), tmp_path / "counted")
    assert not (tmp_path / "counted").exists()


def without_masters(rtl: Path) -> Path:
    found = json.loads((rtl / "signature.json").read_text())
    (rtl / "signature.json").write_text(json.dumps({**found, "axi_masters": []}))
    return rtl


def test_the_wrapper_is_clean_for_linters(built: tuple[Interface, Path]) -> None:
    assert lint(built[0].signature.top, built[0].signature.files) == []


def test_a_project_with_counters(folders: tuple[Path, Path], tmp_path: Path) -> None:
    facts = make_project(Design(folders[0], load_board("kv260"), 5.0, counters=True), tmp_path / "p")
    assert facts["vlnv"] == "hlsgen:kernel:add:1.0"
    assert (tmp_path / "p" / "rtl" / "add.v").read_text() == (folders[1] / "add.v").read_text()
    registers = ElementTree.parse(tmp_path / "p" / "handoff" / "add.hwh").getroot().iterfind(".//REGISTER")
    found = {register.get("NAME"): int(register[0].get("VALUE", ""), 0) for register in registers}
    assert found["PERF_CLEAR"] == 0x80 and found["PERF_CYCLES_1"] == 0x88 and found["PERF_CYCLES_2"] == 0x8C
    assert found["PERF_gmem0_READ_BYTES_1"] == 0x90 and found["PERF_gmem1_WRITE_STALLS_2"] == 0xCC
