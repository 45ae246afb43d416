"""A kernel behind AXI masters as software sees it: registers, memory, and everything that software can do wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.device import DeviceFault, RtlDevice, build_library
from hlsgen.hls.compile import compile_sources
from hlsgen.sim.interface import Interface, load_interface

SCALE = """
void scale(const short* x, int* y, int n, int by) {
#pragma HLS INTERFACE m_axi port=x bundle=gmem0 depth=64 offset=slave
#pragma HLS INTERFACE m_axi port=y bundle=gmem1 depth=64 offset=slave
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=by
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        y[i] = x[i] * by;
    }
}
"""
WORDS = 777


def compiled(text: str, top: str, folder: Path) -> Interface:
    folder.mkdir(exist_ok=True)
    (folder / "kernel.cpp").write_text(text)
    made = compile_sources([folder / "kernel.cpp"], top, clock_ns=10, family="xc7", workdir=folder)
    rtl = folder / "rtl"
    rtl.mkdir()
    for name, content in made.verilog.items():
        (rtl / name).write_text(content)
    (rtl / "signature.json").write_text(json.dumps(made.signature))
    return load_interface(rtl)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Interface, Path]:
    folder = tmp_path_factory.mktemp("device")
    interface = compiled(SCALE, "scale", folder)
    return interface, build_library(interface, folder / "library")


@pytest.fixture
def device(built: tuple[Interface, Path]) -> Iterator[RtlDevice]:
    interface, library = built
    with RtlDevice(library, tuple(master.name for master in interface.axi_masters)) as opened:
        yield opened


class Host:
    """What a driver does, by the register map of the signature."""

    def __init__(self, device: RtlDevice, interface: Interface) -> None:
        self.device = device
        self.offsets = {register.name: register.offset for register in interface.control_port.registers}
        self.x_address, x = device.allocate(2 * WORDS)
        self.y_address, y = device.allocate(4 * WORDS)
        self.x, self.y = x.view(np.int16), y.view(np.int32)
        self.x[:] = np.random.default_rng(1).integers(-(2**15), 2**15, WORDS)

    def start(self, words: int = WORDS, by: int = -3) -> None:
        for name, address in (("x", self.x_address), ("y", self.y_address)):
            self.device.write(self.offsets[name], address & 0xFFFF_FFFF)
            self.device.write(self.offsets[name] + 4, address >> 32)
        self.device.write(self.offsets["n"], words)
        self.device.write(self.offsets["by"], by & 0xFFFF_FFFF)
        self.device.write(0, 1)

    def wait(self, polls: int = 2000) -> bool:
        return any(self.device.read(0) & 2 for _ in range(polls))


@pytest.fixture
def host(device: RtlDevice, built: tuple[Interface, Path]) -> Host:
    return Host(device, built[0])


def test_a_run_gives_what_the_kernel_says(host: Host) -> None:
    for by in (-3, 1000):
        host.start(by=by)
        assert host.wait()
        assert np.array_equal(host.y, host.x.astype(np.int32) * by)
    host.device.check()
    beats = {name: (port["read_beats"], port["write_beats"]) for name, port in host.device.traffic.items()}
    read_beats, write_beats = -(-2 * WORDS // 4), WORDS  # of 32 bits
    assert beats == {"m_axi_gmem0": (2 * read_beats, 0), "m_axi_gmem1": (0, 2 * write_beats)}


def test_the_interrupt_comes_and_goes(host: Host) -> None:
    host.device.write(host.offsets["GIER"], 1)
    host.device.write(host.offsets["IP_IER"], 1)
    host.start()
    assert not host.device.interrupt
    host.device.run(100 * WORDS)
    assert host.device.interrupt
    host.device.write(host.offsets["IP_ISR"], 1)
    assert not host.device.interrupt


@pytest.mark.parametrize("side", ["x", "y"])
def test_beyond_a_buffer_is_a_fault_and_the_next_run_is_right(host: Host, side: str) -> None:
    address = getattr(host, f"{side}_address")
    setattr(host, f"{side}_address", address + 4096 * 1024)
    host.start()
    assert host.wait()
    with pytest.raises(DeviceFault, match="read outside" if side == "x" else "write outside"):
        host.device.check()
    setattr(host, f"{side}_address", address)
    host.start()
    assert host.wait()
    host.device.check()
    assert np.array_equal(host.y, host.x.astype(np.int32) * -3)


def test_a_freed_buffer_is_out_of_reach(host: Host) -> None:
    host.device.free(host.x_address)
    host.start()
    assert host.wait()
    with pytest.raises(DeviceFault, match="read outside"):
        host.device.check()


def test_stalled_memory_holds_a_run_up_and_no_more(host: Host) -> None:
    host.device.stall(True)
    host.start()
    assert not host.wait(polls=200)
    host.device.stall(False)
    assert host.wait()
    assert np.array_equal(host.y, host.x.astype(np.int32) * -3)


def test_a_reset_during_a_run_leaves_nothing_behind(host: Host) -> None:
    host.start()
    host.device.run(100)
    host.device.reset()
    assert host.device.read(0) & 4  # idle
    host.y[:] = 0
    host.start(words=10)
    assert host.wait()
    assert np.array_equal(host.y[:10], host.x[:10].astype(np.int32) * -3)
    assert not host.y[10:].any()
    host.device.check()


def test_nothing_is_built_twice_and_a_change_is_built(built: tuple[Interface, Path]) -> None:
    interface, library = built
    before = library.stat().st_mtime_ns
    assert build_library(interface, library.parent).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("void f(int a, int* y) { *y = a; }", "one AXI4-Lite port"),
        (
            "void f(const int* x, int n, int* y) {\n#pragma HLS INTERFACE s_axilite port=return\n"
            "#pragma HLS INTERFACE m_axi port=x depth=4\n *y = x[0] + n; }",
            "does not reach",
        ),
    ],
)
def test_a_design_that_software_cannot_drive_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        build_library(compiled(text, "f", tmp_path / "f"), tmp_path / "library")
