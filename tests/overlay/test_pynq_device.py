"""pynq's own Overlay, register_map and allocate on our handoff file and RTL, for every family of processing systems."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import numpy as np
import pynq
import pytest

from hlsgen.core.errors import UserError
from hlsgen.deploy.block_design import block_design
from hlsgen.deploy.hwh import handoff
from hlsgen.deploy.kernel import Kernel, load_kernel
from hlsgen.deploy.processors import processor_of
from hlsgen.device import DeviceFault
from hlsgen.device.fabric import simulated_bitstream
from hlsgen.device.pynq_device import SimDevice
from hlsgen.hls.compile import compile_sources

WORDS = 100
VADD = """
void vadd(const int* a, const int* b, int* out, int n) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem0 depth=64 offset=slave
#pragma HLS INTERFACE m_axi port=b bundle=gmem1 depth=64 offset=slave
#pragma HLS INTERFACE m_axi port=out bundle=gmem0 depth=64 offset=slave
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        out[i] = a[i] + b[i];
    }
}
"""


@pytest.fixture(scope="session")
def rtl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vadd")
    (folder / "vadd.cpp").write_text(VADD)
    made = compile_sources([folder / "vadd.cpp"], "vadd", clock_ns=10, family="xcup", workdir=folder)
    (folder / "rtl").mkdir()
    for name, text in {**made.verilog, "signature.json": json.dumps(made.signature)}.items():
        (folder / "rtl" / name).write_text(text)
    return folder / "rtl"


@pytest.fixture(scope="session")
def kernel(rtl: Path) -> Kernel:
    return load_kernel(rtl)


def bitstream_for(kernel: Kernel, rtl: Path, system: str) -> str:
    hwh = rtl.parent / "handoff" / "vadd.hwh"
    hwh.parent.mkdir(exist_ok=True)
    hwh.write_text(handoff(block_design(kernel, processor_of(system, {}))))
    return str(simulated_bitstream(hwh, rtl, rtl.parent / system))


@pytest.fixture
def overlay(kernel: Kernel, rtl: Path) -> pynq.Overlay:
    return pynq.Overlay(bitstream_for(kernel, rtl, "zynq_ultra_ps_e"))


def buffers(value: int = 5) -> tuple[pynq.buffer.PynqBuffer, ...]:
    a, b, out = (pynq.allocate((WORDS,), np.int32) for _ in range(3))
    a[:], b[:], out[:] = np.arange(WORDS), value, -1
    return a, b, out


def run(overlay: pynq.Overlay, *arguments: pynq.buffer.PynqBuffer) -> None:
    block = overlay.vadd_0
    for name, buffer in zip(("a", "b", "out_r"), arguments, strict=True):
        setattr(block.register_map, f"{name}_1", buffer.device_address & 0xFFFF_FFFF)
        setattr(block.register_map, f"{name}_2", buffer.device_address >> 32)
    block.register_map.n = WORDS
    block.write(0, 1)
    assert any(block.read(0) & 2 for _ in range(1000))


def test_the_device_is_found_without_being_named(overlay: pynq.Overlay) -> None:
    assert isinstance(pynq.Device.active_device, SimDevice)
    assert overlay.ip_dict["vadd_0"]["type"] == "hlsgen:kernel:vadd:1.0"


def test_registers_lie_where_the_signature_says(overlay: pynq.Overlay, kernel: Kernel) -> None:
    shown = {name: entry["address_offset"] for name, entry in overlay.ip_dict["vadd_0"]["registers"].items()}
    for register in kernel.slaves[0].registers:
        assert shown[register.name if register.bits <= 32 else f"{register.name}_1"] == register.offset


HAS_VERSAL = int(pynq.__version__.split(".")[0]) >= 4


@pytest.mark.parametrize("system", ["zynq_ultra_ps_e", *(["versal_cips"] if HAS_VERSAL else [])])
def test_a_run(kernel: Kernel, rtl: Path, system: str) -> None:
    loaded = pynq.Overlay(bitstream_for(kernel, rtl, system))
    a, b, out = buffers()
    a.flush(), b.flush(), out.flush()
    run(loaded, a, b, out)
    out.invalidate()
    assert np.array_equal(out, np.arange(WORDS) + 5)


def test_what_is_not_flushed_does_not_reach_the_design(overlay: pynq.Overlay) -> None:
    a, b, out = buffers()
    a.flush()
    run(overlay, a, b, out)
    out.invalidate()
    assert not np.array_equal(out, np.arange(WORDS) + 5)


def test_what_is_not_invalidated_does_not_come_back(overlay: pynq.Overlay) -> None:
    a, b, out = buffers()
    a.flush(), b.flush()
    run(overlay, a, b, out)
    assert (out == -1).all()
    out.invalidate()
    assert np.array_equal(out, np.arange(WORDS) + 5)


def test_slices_go_where_they_belong(overlay: pynq.Overlay) -> None:
    a, b, out = buffers()
    a.flush(), b.flush()
    a[10:20] = 0
    a[10:20].flush()
    run(overlay, a, b, out)
    out[10:20].invalidate()
    assert (out[10:20] == 5).all() and (out[:10] == -1).all()


def test_buffers_outlive_what_is_loaded_and_are_freed(overlay: pynq.Overlay, kernel: Kernel, rtl: Path) -> None:
    a, b, out = buffers()
    a.flush(), b.flush()
    again = pynq.Overlay(bitstream_for(kernel, rtl, "zynq_ultra_ps_e"))
    run(again, a, b, out)
    out.invalidate()
    assert np.array_equal(out, np.arange(WORDS) + 5)
    memory, part = pynq.Device.active_device.rtl.memory, b[3:]
    gone, kept = a.device_address, b.device_address
    del a, b
    gc.collect()
    assert gone not in memory.buffers and kept in memory.buffers and part.device_address == kept + 12


def test_an_address_outside_of_every_buffer_is_a_fault(overlay: pynq.Overlay) -> None:
    a, b, out = buffers()
    b.device_address += 0x1000_0000
    run(overlay, a, b, out)
    with pytest.raises(DeviceFault, match="read outside of every buffer"):
        pynq.Device.active_device.rtl.check()


def test_a_handoff_of_another_design_is_refused(kernel: Kernel, rtl: Path) -> None:
    path = Path(bitstream_for(kernel, rtl, "zynq_ultra_ps_e"))
    other = path.parent / "other.bit"
    other.write_text("other")
    other.with_suffix(".hwh").write_text(path.with_suffix(".hwh").read_text().replace(":vadd:", ":vmul:"))
    other.with_suffix(".rtl").symlink_to(path.with_suffix(".rtl"))
    with pytest.raises(UserError, match="no block is 'vadd'"):
        pynq.Overlay(str(other))
