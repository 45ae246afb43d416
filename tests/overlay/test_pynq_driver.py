"""The generated driver and notebook on real pynq: equal to golden, clear about everything that software does wrong."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pynq
import pytest
from pynq_designs import ATTENTION, DENSE, expected, imported, project, run_client, run_notebook

from hlsgen.core.errors import UserError
from hlsgen.device import DeviceFault
from hlsgen.device.overhead import measure


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("dense") / "tiny", DENSE, "pynq_z2", counters=True)


def test_predict_equals_golden(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    for count in (1, 3, 40):  # the buffers grow, then are larger than needed
        given = samples["input_image"][:count]
        assert np.array_equal(accelerator.predict(given), expected(driver, samples)[:count])
    assert np.array_equal(accelerator.predict(image=given[:2]), expected(driver, samples)[:2])


def test_more_samples_than_fit_a_call(
    driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver.Accelerator, "call_bytes", 7 * 16)
    assert np.array_equal(accelerator.predict(samples["input_image"]), expected(driver, samples))


def test_two_inputs_heads_over_ports_and_versal(tmp_path: Path) -> None:
    board = "vck190" if int(pynq.__version__.split(".")[0]) >= 4 else "kv260"  # 4.0 brought Versal
    overlay = project(tmp_path / "heads", ATTENTION, board, pattern="swat", pipelines=2)
    module = imported(overlay / "heads.py")
    data = dict(np.load(overlay / "samples.npz"))
    given = {name: data[f"input_{name}"] for name in "qkv"}
    accelerator = module.load()
    result = module.decode(data["golden"], module.DATA["tensors"][module.DATA["outputs"][0]])
    assert np.array_equal(accelerator.predict(**given), result)
    with pytest.raises(ValueError, match="v is missing; the inputs are q, k, v"):
        accelerator.predict(given["q"], given["k"])
    with pytest.raises(ValueError, match="different numbers of samples"):
        accelerator.predict(given["q"], given["k"][:2], given["v"])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.zeros((2, 15)), r"image: shape \(2, 15\); needed \(samples, 16\)"),
        (np.zeros(16), r"image: shape \(16,\)"),
        (np.zeros((0, 16)), r"image: shape \(0, 16\)"),
        (np.zeros((1, 16), complex), "elements of type complex128"),
        (np.full((1, 16), "x"), "elements of type"),
        (np.where(np.arange(16) == 3, np.nan, np.zeros((2, 16))), r"image: nan at index \(0, 3\)"),
    ],
)
def test_arrays_that_do_not_fit(accelerator: Any, values: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        accelerator.predict(values)
    accelerator.predict(np.zeros((1, 16)))  # goes on


def test_codes_out_of_range(accelerator: Any) -> None:
    with pytest.raises(ValueError, match=r"image: 128 at index \(0, 2\) is no code of "):
        accelerator.run({"image": np.array([[0, 0, 128] + 13 * [0]])})
    with pytest.raises(ValueError, match="codes are integers, not float64"):
        accelerator.run({"image": np.zeros((1, 16))})


def test_counters_of_the_last_call(accelerator: Any) -> None:
    counted = []
    for samples in (1, 21):
        accelerator.run({"image": np.zeros((samples, 16), np.int8)})
        counted.append(accelerator.counters())
    assert [each["PERF_gmem_in_READ_BYTES"] for each in counted] == [16, 21 * 16]
    assert 0 < counted[0]["PERF_CYCLES"] < counted[1]["PERF_CYCLES"] < 21 * counted[0]["PERF_CYCLES"]


def test_two_calls_at_once(accelerator: Any) -> None:
    codes = {"image": np.zeros((5, 16), np.int8)}
    with pytest.raises(RuntimeError, match="no call is under way"):
        accelerator.wait()
    accelerator.start(codes)
    with pytest.raises(RuntimeError, match=r"a call is under way.*samples 5, in_memory 0x0000000010"):
        accelerator.start(codes)
    assert accelerator.wait()["two_requantise"].shape == (5, 5)


def test_a_stalled_memory_times_out_and_the_next_run_is_right(
    driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]
) -> None:
    pynq.Device.active_device.rtl.stall(True)
    with pytest.raises(TimeoutError, match=r"not done after 0.05 s.*start 1, done 0, idle 0"):
        accelerator.predict(samples["input_image"], timeout_s=0.05)
    again = driver.load()
    assert np.array_equal(again.predict(samples["input_image"]), expected(driver, samples))


def test_a_reset_during_a_run(driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    accelerator.start({"image": np.zeros((30, 16), np.int8)})
    pynq.Device.active_device.rtl.reset()
    with pytest.raises(RuntimeError, match=r"reset while the call ran: `load\(\)` again; .*idle 1, .*samples 0"):
        accelerator.wait()
    for again in (accelerator, driver.load()):
        assert np.array_equal(again.predict(samples["input_image"]), expected(driver, samples))


def test_who_reads_registers_does_not_take_the_end_away(accelerator: Any) -> None:
    codes = {"image": np.zeros((3, 16), np.int8)}
    for look in (accelerator.state, lambda: str(accelerator.register_map), lambda: accelerator.register_map.CTRL):
        accelerator.start(codes)
        pynq.Device.active_device.rtl.run(100_000)
        look()
        assert accelerator.wait(timeout_s=0.5)["two_requantise"].shape == (3, 5)


def test_a_coroutine_is_woken_by_the_interrupt(
    driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {"image": driver.encode(samples["input_image"], driver.DATA["tensors"]["image"])}
    looks, turns, read = [], [], accelerator.read
    monkeypatch.setattr(accelerator, "read", lambda offset: (looks.append(offset), read(offset))[1])
    monkeypatch.setattr(driver, "_LOOK_S", 1000)  # nothing but the interrupt ends a wait

    async def other() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    async def calls() -> list[np.ndarray]:
        beside, results = asyncio.create_task(other()), []
        for _ in range(2):
            accelerator.start(codes)
            results.append(next(iter((await accelerator.wait_async()).values())))
        beside.cancel()
        return results

    for _ in range(2):  # an event loop of its own each
        for result in asyncio.run(calls()):
            assert np.array_equal(result, samples["golden"])
    # Per call: one for `start`, then one before the interrupt and one after it, and one for the request of the call
    # before, which the controller latched once more.
    assert looks.count(0) <= 4 * 4 and len(turns) > 8
    assert [read(offset) for offset in (4, 8, 12)] == [0, 0, 0] and not pynq.Device.active_device.rtl.interrupt
    assert np.array_equal(accelerator.predict(samples["input_image"]), expected(driver, samples))  # polls again


def test_an_end_before_the_interrupt_is_on(
    driver: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]
) -> None:
    with pytest.raises(RuntimeError, match="no call is under way"):
        asyncio.run(accelerator.wait_async())
    accelerator.start({"image": np.zeros((3, 16), np.int8)})
    pynq.Device.active_device.rtl.run(100_000)
    assert asyncio.run(accelerator.wait_async())["two_requantise"].shape == (3, 5)
    pynq.Device.active_device.rtl.stall(True)
    accelerator.start({"image": np.zeros((3, 16), np.int8)})
    with pytest.raises(TimeoutError, match=r"not done after 0.05 s.*start 1, done 0, idle 0"):
        asyncio.run(accelerator.wait_async(0.05))
    pynq.Device.active_device.rtl.stall(False)
    assert accelerator.wait()["two_requantise"].shape == (3, 5)


def test_without_an_interrupt_a_coroutine_looks_again_and_again(
    accelerator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accelerator, "_interrupts", {})
    accelerator.start({"image": np.zeros((3, 16), np.int8)})
    assert asyncio.run(accelerator.wait_async())["two_requantise"].shape == (3, 5)


def test_the_interrupt_of_pynq_itself(accelerator: Any) -> None:
    async def call() -> int:
        accelerator.register_map.GIER, accelerator.register_map.IP_IER = 1, 1
        accelerator.start({"image": np.zeros((2, 16), np.int8)})
        await accelerator.interrupt.wait()
        return int(accelerator.register_map.IP_ISR)

    assert isinstance(accelerator.interrupt, pynq.Interrupt)
    assert asyncio.run(call()) == 1
    accelerator.write(12, 1)
    assert accelerator.wait()["two_requantise"].shape == (2, 5)


def test_a_buffer_that_is_gone_is_a_fault(accelerator: Any) -> None:
    accelerator.predict(np.zeros((1, 16)))
    pynq.Device.active_device.rtl.free(accelerator._buffers["in_memory"].device_address)
    with pytest.raises(DeviceFault, match=r"the buffer at 0x1[0-9a-f]+ was freed"):
        accelerator.predict(np.zeros((1, 16)))


def test_an_address_that_software_got_wrong(accelerator: Any) -> None:
    codes = {"image": np.zeros((1, 16), np.int8)}
    accelerator.run(codes)
    accelerator._buffers["in_memory"].device_address += 0x100_0000
    with pytest.raises(DeviceFault, match="read outside of every buffer"):
        accelerator.run(codes)


def test_a_handoff_of_another_design(driver: ModuleType, overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(driver.DATA, "registers", {**driver.DATA["registers"], "samples": 0x44})
    with pytest.raises(RuntimeError, match=r"register samples is at 0x28 in the .hwh, not at 0x44"):
        driver.load().read(0)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (
            lambda text: text.replace("tiny_0", "other_0"),
            RuntimeError,
            "there is no tiny_0 in the .hwh: it is of another",
        ),
        (
            lambda text: text.replace(":tiny:", ":other:"),
            UserError,
            "no block is 'tiny'; use the .hwh and the RTL that",
        ),
        (lambda text: text[:3000], RuntimeError, r"tiny\.hwh is damaged: "),
        (None, UserError, r"tiny\.hwh: is missing; use the whole folder"),
    ],
)
def test_a_handoff_that_is_not_ours(
    driver: ModuleType,
    overlay: Path,
    samples: dict[str, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Any,
    error: type[Exception],
    says: str,
) -> None:
    with monkeypatch.context() as context:
        context.setitem(driver.DATA, "handoff", str(tmp_path / "tiny.hwh"))
        if change is not None:
            text = (overlay.parent / "handoff" / "tiny.hwh").read_text()
            (tmp_path / "tiny.hwh").write_text(change(text))
        with pytest.raises(error, match=says):
            driver.load()
    assert np.array_equal(driver.load().predict(samples["input_image"]), expected(driver, samples))


def test_another_board(driver: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(driver, "SIMULATED", False)
    with pytest.raises(FileNotFoundError, match=r"tiny\.bit: make it first"):
        driver.load()
    bitstream = tmp_path / "tiny.bit"
    bitstream.touch()
    with pytest.raises(FileNotFoundError, match=r"tiny\.hwh: make it first"):
        driver.load(str(bitstream))
    bitstream.with_suffix(".hwh").touch()
    with pytest.raises(RuntimeError, match="made for a processor of type armv7l, this one is "):
        driver.load(str(bitstream))
    monkeypatch.setitem(driver.DATA, "machine", os.uname().machine)
    monkeypatch.setenv("BOARD", "Pynq-Z1")
    with pytest.raises(RuntimeError, match="made for the board Pynq-Z2, this one is Pynq-Z1"):
        driver.load(str(bitstream))


def test_a_client_of_pynq_remote(overlay: Path) -> None:
    said = run_client(overlay)
    assert "other.bin is not the bitstream of this design" in said and "samples 40" in said


def test_the_notebook_runs(overlay: Path) -> None:
    printed, shown = run_notebook(overlay)
    assert "40 samples, every output equal to golden" in printed and "accuracy" in printed and "image/png" in shown


@pytest.mark.parametrize("count", [3, 40])
def test_what_a_call_costs(accelerator: Any, samples: dict[str, np.ndarray], count: int) -> None:
    device = pynq.Device.active_device
    accesses, copied, seconds = measure(accelerator, device, {"image": samples["input_image"][:count]})
    ports = accelerator.data["ports"]
    assert copied == count * sum(port["sample_bytes"] for port in ports) and seconds > 0
    least = 2 * len(ports) + 5  # idle, addresses, samples, counters, start, done
    assert least <= accesses <= least + 2  # however long the call takes: it is looked at when it is predicted to end
    assert "read_registers" not in vars(device)  # nothing is left around it


@pytest.mark.parametrize("predicted, elapsed_s, slept", [(0.2, 0.0, [0.2]), (0.2, 0.15, [0.05]), (0.0001, 0.0, [])])
def test_sleep_until_a_call_can_be_done(
    driver: ModuleType,
    accelerator: Any,
    monkeypatch: pytest.MonkeyPatch,
    predicted: float,
    elapsed_s: float,
    slept: list[float],
) -> None:
    now, sleeps = [1000.0], []
    clock = MagicMock(monotonic=lambda: now[0], sleep=sleeps.append)
    monkeypatch.setattr(driver, "time", clock)
    monkeypatch.setattr(driver, "SIMULATED", False)
    accelerator._ready_s = now[0] + predicted
    now[0] += elapsed_s
    accelerator._sleep(now[0] + 10)
    assert sleeps == pytest.approx([seconds - driver._WAKE_S for seconds in slept])
    accelerator._sleep(now[0] + 0.01)
    assert all(seconds < 0.01 for seconds in sleeps[len(slept) :])  # no longer than somebody is ready to wait
