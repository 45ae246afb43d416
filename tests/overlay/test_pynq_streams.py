"""The driver of a design between streams: the real `pynq.lib.dma` on the model of AXI DMA, results equal to golden."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pynq
import pytest
from pynq_designs import ATTENTION, DENSE, expected, imported, project, run_client, run_notebook

from hlsgen.core.errors import UserError
from hlsgen.device import DeviceFault

HAS_VERSAL = int(pynq.__version__.split(".")[0]) >= 4


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("streams") / "tiny", DENSE, "pynq_z2", counters=True, io="stream")


def device() -> Any:
    return pynq.Device.active_device.rtl


def check(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    assert np.array_equal(accelerator.predict(samples["input_image"]), expected(driver, samples))


def test_predict_equals_golden(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    for count in (1, 3, 40):
        given = samples["input_image"][:count]
        assert np.array_equal(accelerator.predict(given), expected(driver, samples)[:count])
    assert isinstance(accelerator.overlay.axi_dma_0, pynq.lib.dma.DMA)
    assert accelerator.register_map.samples.samples == 40 and accelerator.register_map.CTRL.AP_IDLE == 1


def test_random_waits_change_nothing(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    device().jitter("in_stream", 3, 100)
    device().jitter("out_stream", 4, 220)
    check(driver, accelerator, samples)


def test_batches_beyond_the_length_of_a_transfer(
    overlay: Path,
    driver: ModuleType,
    samples: dict[str, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = (overlay.parent / "handoff" / "tiny.hwh").read_text()
    assert '"c_sg_length_width" VALUE="26"' in text
    short = tmp_path / "tiny.hwh"
    short.write_text(text.replace('"c_sg_length_width" VALUE="26"', '"c_sg_length_width" VALUE="8"'))
    monkeypatch.setitem(driver.DATA, "handoff", str(short))
    accelerator = driver.load()
    calls, start = [], accelerator.start
    accelerator.start = lambda codes: (calls.append(len(codes["image"])), start(codes))
    check(driver, accelerator, samples)
    assert calls == [15, 15, 10]  # 255 bytes at most
    with pytest.raises(ValueError, match="16 samples: one call takes 15 at most"):
        start({"image": np.zeros((16, 16), np.int8)})
    check(driver, accelerator, samples)


def test_many_streams_of_heads_with_elements_that_are_no_bytes_and_versal(tmp_path: Path) -> None:
    choices = {"pattern": "swat", "pipelines": 2, "format": "Fixed(6,3)"}
    board = "vck190" if HAS_VERSAL else "kv260"
    overlay = project(tmp_path / "heads", ATTENTION, board, io="stream", **choices)
    module = imported(overlay / "heads.py")
    data = dict(np.load(overlay / "samples.npz"))
    accelerator = module.load()
    result = module.decode(data["golden"], module.DATA["tensors"][module.DATA["outputs"][0]])
    assert np.array_equal(accelerator.predict(**{name: data[f"input_{name}"] for name in "qkv"}), result)
    assert {port["engine"] for port in module.DATA["ports"]} == {f"axi_dma_{number}" for number in range(6)}
    with pytest.raises(ValueError, match="different numbers of samples"):
        accelerator.predict(data["input_q"], data["input_k"][:2], data["input_v"])


def test_arrays_that_do_not_fit(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"image: shape \(2, 15\); needed \(samples, 16\)"):
        accelerator.predict(np.zeros((2, 15)))
    with pytest.raises(ValueError, match=r"image: 128 at index \(0, 2\) is no code of "):
        accelerator.run({"image": np.array([[0, 0, 128] + 13 * [0]])})
    check(driver, accelerator, samples)


def test_counters_of_the_last_call(accelerator: Any) -> None:
    counted = []
    for number in (1, 21):
        accelerator.run({"image": np.zeros((number, 16), np.int8)})
        counted.append(accelerator.counters())
    assert [each["PERF_in_stream_BYTES"] for each in counted] == [16, 21 * 16]
    assert [each["PERF_out_stream_BYTES"] for each in counted] == [5, 21 * 5]
    assert 0 < counted[0]["PERF_CYCLES"] < counted[1]["PERF_CYCLES"] < 21 * counted[0]["PERF_CYCLES"]


def test_two_calls_at_once(accelerator: Any) -> None:
    codes = {"image": np.zeros((5, 16), np.int8)}
    with pytest.raises(RuntimeError, match="no call is under way"):
        accelerator.wait()
    device().stall(True)
    accelerator.start(codes)
    with pytest.raises(RuntimeError, match=r"a call is under way.*samples 5, in_stream_beats 0, out_stream_beats 0"):
        accelerator.start(codes)
    device().stall(False)
    assert accelerator.wait()["two_requantise"].shape == (5, 5)


def test_a_stalled_stream_times_out_and_the_next_run_is_right(
    driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]
) -> None:
    device().stall(True)
    says = r"not done after 0.05 s: .*start 1, .*in_stream DMA status 0x0 \(running\), out_stream DMA status 0x0"
    with pytest.raises(TimeoutError, match=says):
        accelerator.predict(samples["input_image"], timeout_s=0.05)
    check(driver, driver.load(), samples)


def test_a_reset_during_a_run(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    device().stall(True)
    accelerator.start({"image": np.zeros((30, 16), np.int8)})
    device().reset()
    with pytest.raises(RuntimeError, match=r"reset while the call ran: .*out_stream DMA status 0x1 \(halted\)"):
        accelerator.wait()
    check(driver, driver.load(), samples)


def test_a_buffer_that_is_gone_is_a_fault(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    accelerator.predict(np.zeros((1, 16)))
    device().free(accelerator._buffers["in_stream"].device_address)
    with pytest.raises(DeviceFault, match=r"the buffer at 0x1[0-9a-f]+ was freed"):
        accelerator.predict(np.zeros((1, 16)))
    check(driver, driver.load(), samples)


@pytest.mark.parametrize(("name", "what"), [("in_stream", "read"), ("out_stream", "write")])
def test_an_address_that_software_got_wrong(
    driver: ModuleType,
    accelerator: Any,
    samples: dict[str, np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    what: str,
) -> None:
    codes = {"image": np.zeros((1, 16), np.int8)}
    accelerator.run(codes)
    accelerator._buffers[name].device_address += 0x100_0000
    with pytest.raises(DeviceFault, match=f"{what} outside of every buffer"):
        accelerator.run(codes)
    again = driver.load()
    again.run(codes)
    again._buffers[name].device_address += 0x100_0000
    monkeypatch.setattr(driver, "SIMULATED", False)  # as a board tells it
    says = rf"a DMA engine stopped: .*{name} DMA status 0x5041 \(halted, decode error\)"
    with pytest.raises(RuntimeError, match=says):
        again.run(codes)
    monkeypatch.setattr(driver, "SIMULATED", True)
    check(driver, driver.load(), samples)


def test_what_is_not_flushed_or_invalidated(
    accelerator: Any, samples: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch, driver: ModuleType
) -> None:
    codes = {"image": driver.encode(samples["input_image"], driver.DATA["tensors"]["image"])}
    accelerator.run(codes)
    other = {"image": codes["image"][::-1]}
    for name, method in (("in_stream", "flush"), ("out_stream", "invalidate")):
        with monkeypatch.context() as context:
            context.setattr(accelerator._buffers[name], method, lambda *_: None)
            # The results of the call before.
            assert np.array_equal(accelerator.run(other)["two_requantise"], samples["golden"])
        assert np.array_equal(accelerator.run(codes)["two_requantise"], samples["golden"])


def test_a_transfer_that_somebody_left_behind(
    driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]
) -> None:
    other = pynq.allocate((100,), np.uint8)
    accelerator.overlay.axi_dma_0.sendchannel.transfer(other)
    accelerator.overlay.axi_dma_0.recvchannel.transfer(other)
    with pytest.raises(RuntimeError, match="DMA channel not idle"):
        accelerator.predict(samples["input_image"])
    check(driver, driver.load(download=False), samples)


def test_fewer_bytes_than_expected(accelerator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    accelerator.run({"image": np.zeros((4, 16), np.int8)})
    write = accelerator.write
    accelerator.write = lambda offset, value: write(offset, value - (offset == 0x10))  # one sample less
    accelerator.start({"image": np.zeros((4, 16), np.int8)})
    with pytest.raises(TimeoutError, match=r"samples 3, .*in_stream DMA status 0x1000 \(running\).*idle"):
        accelerator.wait(timeout_s=0.05)


def test_a_handoff_of_another_design(
    overlay: Path, driver: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        context.setitem(driver.DATA["ports"][0], "engine", "axi_dma_3")
        with pytest.raises(RuntimeError, match=r"there is no axi_dma_3 in the \.hwh"):
            driver.load()
    text = (overlay.parent / "handoff" / "tiny.hwh").read_text()
    (tmp_path / "tiny.hwh").write_text(text.replace('NAME="in_stream"', 'NAME="other_stream"'))
    monkeypatch.setitem(driver.DATA, "handoff", str(tmp_path / "tiny.hwh"))
    with pytest.raises(UserError, match=r"tiny has no stream other_stream; use the \.hwh and the RTL that"):
        driver.load()


def test_a_coroutine_waits(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    async def call() -> np.ndarray:
        accelerator.start({"image": driver.encode(samples["input_image"], driver.DATA["tensors"]["image"])})
        return (await accelerator.wait_async())["two_requantise"]

    assert np.array_equal(asyncio.run(call()), samples["golden"])


def test_a_client_of_pynq_remote(overlay: Path) -> None:
    assert "samples 40, in_stream_beats 640, out_stream_beats 200" in run_client(overlay)


def test_the_notebook_runs(overlay: Path) -> None:
    printed, _ = run_notebook(overlay)
    assert "40 samples, every output equal to golden" in printed and "clocks per sample" in printed
