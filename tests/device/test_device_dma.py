"""DMA engines on the streams of a design, by the registers that PG021 tells of, and the registers around the design."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_device_rtl import compiled

from hlsgen.core.errors import UserError
from hlsgen.deploy.counters import add_counters
from hlsgen.deploy.stream_control import add_stream_control
from hlsgen.device import DeviceFault, Dma, RtlDevice, build_library
from hlsgen.sim.interface import Interface, load_interface
from hlsgen.sim.lint import lint

PAIRS = """
#include "ap_axi_sdata.h"
#include "ap_int.h"
#include "hls_stream.h"
void pairs(hls::stream<ap_axiu<16, 0, 0, 0>>& in, hls::stream<ap_axiu<32, 0, 0, 0>>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE ap_ctrl_hs port=return
    for (int i = 0; i < 3; ++i) {
#pragma HLS PIPELINE II=2
        ap_axiu<32, 0, 0, 0> beat;
        const ap_int<16> a = in.read().data, b = in.read().data;
        beat.data = ap_int<32>(a) * b + i;
        beat.keep = beat.strb = -1;
        beat.last = i == 2;
        out.write(beat);
    }
}
"""
IN, OUT = 6, 3  # beats of a sample
# PG021, "Direct Register Mode Register Address Map".
MM2S_DMACR, MM2S_DMASR, MM2S_SA, MM2S_SA_MSB, MM2S_LENGTH = 0x00, 0x04, 0x18, 0x1C, 0x28
S2MM_DMACR, S2MM_DMASR, S2MM_DA, S2MM_DA_MSB, S2MM_LENGTH = 0x30, 0x34, 0x48, 0x4C, 0x58
RUN, RESET = 1, 4
HALTED, IDLE, INTERNAL, DECODE, IOC, ERROR_IRQ = 1, 2, 0x10, 0x40, 0x1000, 0x4000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Interface, Path]:
    folder = tmp_path_factory.mktemp("dma")
    compiled(PAIRS, "pairs", folder)
    add_stream_control(folder / "rtl", {"in": IN, "out": OUT}, folder / "called")
    add_counters(folder / "called", folder / "counted")
    interface = load_interface(folder / "counted")
    return interface, build_library(interface, folder / "library")


class Host:
    """The design, an engine, and memory for calls."""

    def __init__(self, device: RtlDevice, interface: Interface, engine: Dma) -> None:
        self.device, self.engine = device, engine
        engine.connect(device)
        self.offsets = {register.name: register.offset for register in interface.control_port.registers}

    def read(self, offset: int) -> int:
        return self.engine.read(self.device, offset)

    def write(self, offset: int, value: int) -> None:
        self.engine.write(self.device, offset, value)

    def control(self, name: str) -> int:
        return self.device.read(self.offsets[name])

    def prepare(self, samples: int, seed: int = 1) -> None:
        """Data for a call of so many samples."""
        x = np.random.default_rng(seed).integers(-(2**15), 2**15, (samples, OUT, 2)).astype(np.int16)
        self.samples, self.bytes_in, self.bytes_out = samples, x.nbytes, 4 * OUT * samples
        self.expected = x[..., 0].astype(np.int32) * x[..., 1] + np.arange(OUT, dtype=np.int32)
        self.source, source = self.device.allocate(self.bytes_in)
        self.target, self.result = self.device.allocate(self.bytes_out)
        source[:] = x.reshape(-1).view(np.uint8)

    def receive(self, length: int | None = None) -> None:
        self.write(S2MM_DMACR, RUN)
        self.write(S2MM_DA, self.target & 0xFFFF_FFFF)
        self.write(S2MM_DA_MSB, self.target >> 32)
        self.write(S2MM_LENGTH, self.bytes_out if length is None else length)

    def send(self, first: int = 0, length: int | None = None) -> None:
        self.write(MM2S_DMACR, RUN)
        self.write(MM2S_SA, (self.source + first) & 0xFFFF_FFFF)
        self.write(MM2S_SA_MSB, (self.source + first) >> 32)
        self.write(MM2S_LENGTH, self.bytes_in if length is None else length)

    def start(self) -> None:
        self.device.write(self.offsets["samples"], self.samples)
        self.device.write(self.offsets["CTRL"], 1)

    def settled(self, register: int, polls: int = 400) -> int:
        """The status once the channel is idle or halted, or after so many polls."""
        for _ in range(polls):
            status = self.read(register)
            if status & (IDLE | HALTED):
                break
        return status

    def call(self, samples: int, seed: int = 1) -> None:
        self.prepare(samples, seed)
        self.receive()
        self.send()
        self.start()
        self.check_result()

    def check_result(self) -> None:
        assert self.settled(S2MM_DMASR) & (IDLE | HALTED) == IDLE
        assert self.settled(MM2S_DMASR) & (IDLE | HALTED) == IDLE
        assert np.array_equal(self.result.view(np.int32).reshape(self.expected.shape), self.expected)
        assert self.read(S2MM_LENGTH) == self.bytes_out
        self.device.check()


@pytest.fixture
def device(built: tuple[Interface, Path]) -> Iterator[RtlDevice]:
    interface, library = built
    with RtlDevice(library, (), streams=tuple(stream.name for stream in interface.signature.streams)) as opened:
        yield opened


@pytest.fixture
def host(device: RtlDevice, built: tuple[Interface, Path]) -> Host:
    return Host(device, built[0], Dma("in", "out"))


def test_registers_after_a_reset(host: Host) -> None:
    for control, status, *others in (
        (MM2S_DMACR, MM2S_DMASR, MM2S_SA, MM2S_SA_MSB, MM2S_LENGTH),
        (S2MM_DMACR, S2MM_DMASR, S2MM_DA, S2MM_DA_MSB, S2MM_LENGTH),
    ):
        assert [host.read(offset) for offset in (control, status, *others)] == [0x0001_0002, HALTED, 0, 0, 0]
        host.write(control, RUN)
        assert (host.read(control), host.read(status)) == (0x0001_0003, 0)  # not idle before the first transfer
        host.write(others[0], 0x89AB_CDEF), host.write(others[1], 7)
        assert (host.read(others[0]), host.read(others[1])) == (0x89AB_CDEF, 7)
        host.write(others[2], 0)  # starts nothing
        assert host.read(status) == 0
    host.write(S2MM_DMACR, RESET)  # of the whole engine
    found = [host.read(offset) for offset in (MM2S_DMACR, MM2S_DMASR, MM2S_SA, S2MM_DMACR, S2MM_DMASR, S2MM_DA)]
    assert found == [0x0001_0002, HALTED, 0, 0x0001_0002, HALTED, 0]
    assert (host.read(0x08), host.read(0x100)) == (0, 0)


def test_a_batch_is_one_transfer_each_way(host: Host) -> None:
    for samples in (1, 2, 50):
        host.call(samples, seed=samples)
        assert (host.read(MM2S_DMASR), host.read(S2MM_DMASR)) == (IDLE | IOC, IDLE | IOC)
        assert [host.control(f"{name}_beats") for name in ("in", "out")] == [IN * samples, OUT * samples]
    host.write(S2MM_DMASR, IOC)
    assert host.read(S2MM_DMASR) == IDLE


def test_random_waits_change_nothing(host: Host) -> None:
    for seed in range(1, 25):
        host.device.jitter("in", seed, 10 * seed)
        host.device.jitter("out", 100 + seed, 250 - 10 * seed)
        host.call(1 + seed % 7, seed)


def test_a_transfer_ends_with_the_packet_and_tells_its_length(host: Host) -> None:
    host.prepare(4)
    host.target, host.result = host.device.allocate(host.bytes_out + 100)
    host.receive(host.bytes_out + 100)
    host.send()
    host.start()
    assert host.settled(S2MM_DMASR) == IDLE | IOC and host.read(S2MM_LENGTH) == host.bytes_out
    assert (host.result[host.bytes_out :] == 0xA5).all()


@pytest.mark.parametrize("missing", [4, 6, 12])
def test_a_packet_that_is_longer_stops_the_channel_until_a_reset(host: Host, missing: int) -> None:
    host.prepare(2)
    host.receive(host.bytes_out - missing)
    host.send()
    host.start()
    assert host.settled(S2MM_DMASR) == HALTED | INTERNAL | IOC | ERROR_IRQ
    assert (host.result[-missing:] == 0xA5).all()
    with pytest.raises(DeviceFault, match="a packet longer than the DMA engine was told"):
        host.device.check()
    host.receive()
    assert host.read(S2MM_DMASR) & HALTED  # runs again after a reset only
    host.device.reset()
    host.call(2)


@pytest.mark.parametrize(
    ("side", "register", "what"), [("source", MM2S_DMASR, "read"), ("target", S2MM_DMASR, "write")]
)
def test_an_address_outside_of_every_buffer(host: Host, side: str, register: int, what: str) -> None:
    host.prepare(3)
    setattr(host, side, getattr(host, side) + 0x100_0000)
    host.receive(), host.send(), host.start()
    assert host.settled(register) == HALTED | DECODE | ERROR_IRQ
    with pytest.raises(DeviceFault, match=f"{what} outside of every buffer"):
        host.device.check()
    host.device.reset()
    host.call(3)


def test_a_transfer_beyond_its_buffer_stops_where_the_buffer_ends(host: Host) -> None:
    host.prepare(3)
    host.receive()
    host.send(length=host.bytes_in + 2)
    host.start()
    assert host.settled(MM2S_DMASR) == HALTED | DECODE | ERROR_IRQ
    with pytest.raises(DeviceFault, match=f"read outside of every buffer: 1 times, first .* 0x{host.source + 36:x}"):
        host.device.check()


def test_a_halted_channel_takes_no_length(host: Host) -> None:
    host.prepare(2)
    host.write(MM2S_SA, host.source)
    host.write(MM2S_LENGTH, host.bytes_in)
    host.receive()
    host.start()
    assert host.settled(S2MM_DMASR, polls=50) == 0 and host.read(MM2S_DMASR) == HALTED
    host.send()
    host.check_result()


def test_a_stopped_channel_drops_its_transfer(host: Host) -> None:
    host.prepare(2)
    host.receive()
    host.write(S2MM_DMACR, 0)
    assert host.read(S2MM_DMASR) == HALTED
    host.receive(), host.send(), host.start()
    host.check_result()


def test_one_call_in_several_transfers(host: Host) -> None:
    host.prepare(4)
    host.receive()
    host.start()
    for first in range(0, host.bytes_in, 16):
        host.send(first, min(16, host.bytes_in - first))
        assert host.settled(MM2S_DMASR) == IDLE | IOC
    host.check_result()


@pytest.mark.parametrize("realigns", [True, False])
def test_addresses_without_alignment_need_realignment(
    device: RtlDevice, built: tuple[Interface, Path], realigns: bool
) -> None:
    host = Host(device, built[0], Dma("in", "out", realigns=(realigns, realigns)))
    host.prepare(2)
    host.target, whole = device.allocate(host.bytes_out + 3)
    host.target, host.result = host.target + 3, whole[3:].copy()
    host.receive(), host.send(), host.start()
    assert host.settled(S2MM_DMASR) == IDLE | IOC
    assert np.array_equal(whole[3:].copy().view(np.int32).reshape(host.expected.shape), host.expected)
    if not realigns:
        with pytest.raises(DeviceFault, match="illegal burst"):
            device.check()


def test_lengths_and_addresses_are_as_wide_as_the_engine_was_made(
    device: RtlDevice, built: tuple[Interface, Path]
) -> None:
    host = Host(device, built[0], Dma("in", "out", length_bits=8, address_bits=32))
    host.write(S2MM_DMACR, RUN)
    host.write(S2MM_DA_MSB, 1)
    host.write(S2MM_LENGTH, 0x312)
    assert (host.read(S2MM_DA_MSB), host.read(S2MM_LENGTH)) == (0, 0x12)


def test_streams_are_shut_before_and_after_a_call(host: Host) -> None:
    host.prepare(2)
    host.send()
    host.receive()
    assert host.settled(MM2S_DMASR, polls=50) == 0 and host.control("in_beats") == 0
    host.samples = 1
    host.start()
    assert host.settled(S2MM_DMASR) == IDLE | IOC and host.read(S2MM_LENGTH) == host.bytes_out // 2
    assert host.read(MM2S_DMASR) == 0 and host.control("in_beats") == IN  # the second sample waits
    host.receive(host.bytes_out // 2)
    host.start()
    assert host.settled(MM2S_DMASR) == IDLE | IOC and host.settled(S2MM_DMASR) == IDLE | IOC
    assert np.array_equal(host.result[: 4 * OUT].view(np.int32), host.expected[1])


def test_stalled_memory_holds_a_call_up_and_no_more(host: Host) -> None:
    host.prepare(20)
    host.receive(), host.send(), host.start()
    host.device.stall(True)
    assert host.settled(S2MM_DMASR, polls=100) == 0 and host.control("CTRL") & 0xF == 1
    host.device.stall(False)
    host.check_result()


def test_registers_of_a_call(host: Host) -> None:
    assert host.control("CTRL") == 4  # idle
    host.prepare(2)
    for name, value in (("GIER", 1), ("IP_IER", 1)):
        host.device.write(host.offsets[name], value)
    host.receive()
    host.start()
    assert host.control("CTRL") == 1 and not host.device.interrupt
    host.device.write(host.offsets["CTRL"], 1)  # a second start is none
    host.send()
    host.device.run(10_000)
    assert host.device.interrupt and host.control("CTRL") == 0x20E and host.control("CTRL") == 0x204
    host.device.write(host.offsets["IP_ISR"], 1)
    assert not host.device.interrupt and host.control("IP_ISR") == 0
    host.check_result()


def test_counters_of_streams(host: Host) -> None:
    host.device.write(host.offsets["PERF_CLEAR"], 1)
    host.call(30)
    names = [name for name in host.offsets if name.startswith("PERF_") and name != "PERF_CLEAR"]
    counted = {name: host.control(name) for name in names}
    assert host.control("PERF_CLEAR") == 2
    assert (counted["PERF_in_BYTES"], counted["PERF_out_BYTES"]) == (host.bytes_in, host.bytes_out)
    assert 6 * 30 <= counted["PERF_CYCLES"] < 300 and counted["PERF_out_STALLS"] == 0


def test_wrappers_are_clean_for_linters(built: tuple[Interface, Path]) -> None:
    assert lint(built[0].signature.top, built[0].signature.files) == []


def test_what_software_starts_already_is_refused(built: tuple[Interface, Path], tmp_path: Path) -> None:
    rtl = built[0].signature.files[0].parent
    with pytest.raises(UserError, match="only a design between streams"):
        add_stream_control(rtl, {"in": 1, "out": 1}, tmp_path / "again")
