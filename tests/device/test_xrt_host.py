"""The host of an Alveo card on the simulated card: equal to golden, clear about all that software does wrong."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

import hlsgen
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.deploy import Design, first_samples, make_project
from hlsgen.device import DeviceFault, pyxrt
from hlsgen.device.xclbin import load_image, simulated_xclbin
from hlsgen.flow.engine import closure, run_stages
from hlsgen.flow.options import Options
from hlsgen.flow.stages import STAGES
from hlsgen.golden import code_inputs
from hlsgen.golden import run as run_golden
from hlsgen.model import Graph, load_design, random_parameters, with_parameters

HEADS = """
import numpy as np
from hlsgen.model import Model
rng = np.random.default_rng(4)
model = Model("heads")
q, k, v = (model.input(name, (2, 6, 4)) for name in "qkv")
model.output(model.window_attention(q, k, v, 4))
model.calibration = model.test = {name: rng.normal(size=(5, 2, 6, 4)) for name in "qkv"}
"""
DENSE = """
import numpy as np
from hlsgen.model import Model
rng = np.random.default_rng(4)
model = Model("tiny")
x = model.input("x", (4,))
model.output(model.dense(x, rng.normal(size=(3, 4)), rng.normal(size=3), name="one"))
model.calibration = rng.normal(size=(5, 4))
model.test = model.calibration, np.arange(5) % 3
"""
STATES = pyxrt.ert_cmd_state


def built(folder: Path, source: str, **chosen: Any) -> Design:
    folder.mkdir()
    (folder / "design.py").write_text(source)
    options = Options(folder, board="u280", io="axi", out=folder / "build", **chosen)
    stages = closure(STAGES, ("vectors", "hls"))
    run_stages(stages, options.output, options.settings(), MagicMock())
    found = {stage.name: options.output / stage.folder for stage in stages}
    held_out, outputs = load_design(folder), np.load(found["golden"] / "outputs.npy")
    samples = first_samples(held_out.test_inputs, outputs, held_out.test_labels, 256)
    board = load_board("u280")
    return Design(found["hls"], board, board.clock_ns, found["codegen"], samples=samples)


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Design:
    """Window attention, a port for each head of each tensor."""
    return built(tmp_path_factory.mktemp("xrt") / "heads", HEADS, pattern="swat", pipelines=2)


@pytest.fixture(scope="module")
def project(design: Design, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For a card with a bank for each port."""
    out = tmp_path_factory.mktemp("project") / "u280"
    made = make_project(design, out)
    assert made["driver"] == "overlay/heads.py" and made["memory"]["m_axi_gmem_k_0"] == "HBM[1]"
    return out


@contextmanager
def imported(path: Path) -> Iterator[ModuleType]:
    """The host in the file `path`, with the modules beside it, on the simulated card."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HLSGEN_DEVICE", "rtl")
        patch.syspath_prepend(path.parent)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    for name in ("number_formats", "tensor_calls", "weight_bytes"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def host(project: Path) -> Iterator[ModuleType]:
    with imported(project / "overlay" / "heads.py") as module:
        yield module


@pytest.fixture(scope="module")
def samples(project: Path) -> dict[str, np.ndarray]:
    with np.load(project / "overlay" / "samples.npz") as found:
        return dict(found)


@pytest.fixture
def accelerator(host: ModuleType) -> Any:
    return host.load()


def given(samples: dict[str, np.ndarray], count: int = 5) -> dict[str, np.ndarray]:
    return {name: samples[f"input_{name}"][:count] for name in "qkv"}


def expected(host: ModuleType, samples: dict[str, np.ndarray], count: int = 5) -> np.ndarray:
    return host.decode(samples["golden"], host.DATA["tensors"][host.DATA["outputs"][0]])[:count]


def codes_of(host: ModuleType, samples: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: host.encode(array, host.DATA["tensors"][name]) for name, array in given(samples).items()}


def test_predict_equals_golden(
    host: ModuleType, accelerator: Any, samples: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in (1, 5, 2):  # the buffers grow, then are larger than needed
        assert np.array_equal(accelerator.predict(**given(samples, count)), expected(host, samples, count))
    assert np.array_equal(accelerator.predict(*given(samples).values()), expected(host, samples))
    assert min(accelerator._buffers[name].address() for name in accelerator._buffers) >= 1 << 32
    monkeypatch.setattr(host.Accelerator, "call_bytes", 2 * host.DATA["ports"][0]["sample_bytes"])
    assert np.array_equal(accelerator.predict(**given(samples)), expected(host, samples))


def test_arrays_that_do_not_fit_are_told_as_under_pynq(host: ModuleType, accelerator: Any) -> None:
    rows, codes = np.zeros((3, 2, 6, 4)), np.zeros((3, 2, 6, 4), np.int8)
    for values, says in [
        ((rows[:, :1], rows, rows), r"q: shape \(3, 1, 6, 4\); needed \(samples, 2, 6, 4\)"),
        ((rows, rows * np.nan, rows), r"k: nan at index \(0, 0, 0, 0\)"),
        ((rows, rows), "v is missing; the inputs are q, k, v"),
        ((rows, rows[:2], rows), "different numbers of samples: {'q': 3, 'k': 2, 'v': 3}"),
    ]:
        with pytest.raises(ValueError, match=says):
            accelerator.predict(*values)
    with pytest.raises(ValueError, match=r"k: 200 at index \(0, 0, 0, 0\) is no code of "):
        accelerator.run({"q": codes, "k": codes.astype(int) + 200, "v": codes})
    assert accelerator.counters() == {} and not accelerator._under_way


def test_two_calls_at_once(host: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]) -> None:
    codes = codes_of(host, samples)
    with pytest.raises(RuntimeError, match="no call is under way: `start` one first"):
        accelerator.wait()
    accelerator.start(codes)
    told = r"a call is under way: `wait` for it first; command ERT_CMD_STATE_SUBMITTED .*samples 5, \w+ 0x0000004"
    with pytest.raises(RuntimeError, match=told):
        accelerator.start(codes)
    assert np.array_equal(next(iter(accelerator.wait().values())), samples["golden"])


def test_a_stalled_memory_times_out_and_the_next_run_is_right(
    host: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]
) -> None:
    accelerator.device.rtl.stall(True)
    with pytest.raises(TimeoutError, match=r"not done after 0.05 s: .*command ERT_CMD_STATE_SUBMITTED .*samples 5"):
        accelerator.predict(**given(samples), timeout_s=0.05)
    accelerator.device.rtl.stall(False)
    assert np.array_equal(next(iter(accelerator.wait().values())), samples["golden"])
    accelerator.device.rtl.stall(True)
    accelerator.start(codes_of(host, samples))
    assert np.array_equal(host.load().predict(**given(samples)), expected(host, samples))
    with pytest.raises(RuntimeError, match=r"the card gave the call up: .*ERT_CMD_STATE_ABORT"):
        accelerator.wait()


@pytest.mark.parametrize("way", ["_TO_CARD", "_FROM_CARD"])
def test_what_is_not_synchronised_does_not_get_there(
    host: ModuleType, accelerator: Any, samples: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    sync, left_out = pyxrt.bo.sync, getattr(host, way)
    monkeypatch.setattr(pyxrt.bo, "sync", lambda self, to, *size: None if to == left_out else sync(self, to, *size))
    assert not np.array_equal(accelerator.predict(**given(samples)), expected(host, samples))
    monkeypatch.undo()
    assert np.array_equal(accelerator.predict(**given(samples)), expected(host, samples))


def test_a_buffer_in_another_bank_and_one_that_is_too_small(
    host: ModuleType, accelerator: Any, samples: dict[str, np.ndarray]
) -> None:
    card, bank = accelerator.device, accelerator.kernel.group_id
    places = {name: bank(number) for number, name in enumerate(host.DATA["arguments"]) if name != "samples"}
    assert len(set(places.values())) == len(load_image(simulated_xclbin(host.HERE.parent)).banks) == 8
    accelerator.predict(**given(samples))
    first, second = next(iter(accelerator._buffers)), next(name for name in places if places[name] != bank(0))
    good = accelerator._buffers[first]
    accelerator._buffers[first] = pyxrt.bo(card, good.size(), pyxrt.bo.normal, places[second])
    with pytest.raises(RuntimeError, match=rf"argument 0 \({first}\) is in bank \d: it must be bank \d \(HBM\[0\]\)"):
        accelerator.start(codes_of(host, samples))
    accelerator._buffers[first] = bad = pyxrt.bo(card, 8, pyxrt.bo.normal, bank(0))
    with pytest.raises(RuntimeError, match="bytes 0 to 120 of a buffer of 8"):
        accelerator.start(codes_of(host, samples))
    arguments = [bad if name == first else accelerator._buffers.get(name, 5) for name in host.DATA["arguments"]]
    with pytest.raises(DeviceFault, match="read outside of every buffer"):
        accelerator.kernel(*arguments).wait(10_000)
    with pytest.raises(TypeError, match=r"argument \d+ \(samples\) is np.int64\(5\): pyxrt would skip it"):
        accelerator.kernel(*arguments[:-1], np.int64(5))
    with pytest.raises(RuntimeError, match=r"without .*samples"):
        accelerator.kernel(*arguments[:-1])


def test_another_image_and_no_card(host: ModuleType, project: Path, tmp_path: Path) -> None:
    image = simulated_xclbin(project)
    for name, content, error, says in [
        ("none", None, FileNotFoundError, r"none\.xclbin: make it first"),
        ("text", "text", UserError, "no image of the simulated card"),
        ("other", image.read_text().replace('name=\\"heads\\"', 'name=\\"tails\\"'), RuntimeError, "of another design"),
    ]:
        path = tmp_path / f"{name}.xclbin"
        if content is not None:
            path.write_text(content)
            path.with_suffix(".rtl").symlink_to(image.with_suffix(".rtl"))
            path.with_suffix(".library").symlink_to(image.with_suffix(".library"))
        with pytest.raises(error, match=says):
            host.load(str(path))
    with pytest.raises(RuntimeError, match="device with index '1'"):
        host.load(device=1)


@pytest.mark.parametrize(("card", "banks"), [("u250", 4), ("vcu1525", 4), ("u55c", 8)])
def test_other_cards(design: Design, project: Path, tmp_path: Path, card: str, banks: int) -> None:
    make_project(replace(design, board=load_board(card)), tmp_path / card)
    image = load_image(simulated_xclbin(tmp_path / card))
    assert len(image.banks) == banks and image.kernel == "heads" and image.arguments[-1].bank == ""
    for name in ("heads.py", "heads.json", "tensor_calls.py"):  # the host is the same
        assert (tmp_path / card / "overlay" / name).read_text() == (project / "overlay" / name).read_text()


def run_alone(overlay: Path, *arguments: str, simulated: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "HLSGEN_DEVICE"}
    environment |= {"PYTHONPATH": str(Path(hlsgen.__file__).parent.parent)}
    environment |= {"HLSGEN_DEVICE": "rtl"} if simulated else {}
    command = [sys.executable, "heads.py", *arguments]
    return subprocess.run(command, cwd=overlay, env=environment, capture_output=True, text=True)


def test_the_file_checks_itself(project: Path, samples: dict[str, np.ndarray], host: ModuleType) -> None:
    overlay, path = project / "overlay", project / "overlay" / "samples.npz"
    done = run_alone(overlay, "--samples", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 of 3 samples equal golden\n") and "on simulated RTL" in done.stdout
    content = path.read_bytes()
    golden = samples["golden"].copy()
    golden.flat[0] ^= 1
    try:
        np.savez(path, **{**samples, "golden": golden})
        done = run_alone(overlay)
    finally:
        path.write_bytes(content)
    assert done.returncode == 1 and done.stdout.startswith("4 of 5 samples equal golden\n")
    bare = run_alone(overlay, simulated=False)
    assert bare.returncode == 1 and "pyxrt" in bare.stderr and "setup.sh" in bare.stderr


def test_weights_are_loaded_and_counters_are_for_cpp(tmp_path: Path) -> None:
    design = built(tmp_path / "tiny", DENSE, weights="loaded")
    make_project(replace(design, counters=True), tmp_path / "project")
    graph = Graph.load(tmp_path / "tiny" / "build" / "quantise")
    inputs = design.samples.inputs["x"]
    own = {name: graph.constants[name] for name in ("one_weight", "one_bias")}
    other = random_parameters(graph, np.random.default_rng(5))
    with imported(tmp_path / "project" / "overlay" / "tiny.py") as tiny:
        accelerator = tiny.load()
        assert set(accelerator.weights()) == set(own)
        rows = accelerator.run({"x": tiny.encode(inputs, tiny.DATA["tensors"]["x"])})
        assert np.array_equal(next(iter(rows.values())), design.samples.outputs)  # those that it was made with
        for weights in (other, own, other):
            accelerator.load_weights(weights)
            expected = run_golden(with_parameters(graph, weights), code_inputs(graph, {"x": inputs})).output
            assert np.array_equal(
                accelerator.predict(inputs), tiny.decode(expected, tiny.DATA["tensors"][tiny.DATA["outputs"][0]])
            )
        with pytest.raises(ValueError, match="missing: one_bias, unknown: -"):
            accelerator.load_weights({"one_weight": own["one_weight"]})
        accelerator.device.rtl.stall(True)
        with pytest.raises(TimeoutError, match="samples 0"):
            accelerator.load_weights(own, timeout_s=0.02)
        with pytest.raises(RuntimeError, match="a call is under way"):
            accelerator.load_weights(other)
        accelerator.device.rtl.stall(False)
        assert accelerator.wait() == {}
        again = accelerator.run({"x": tiny.encode(inputs, tiny.DATA["tensors"]["x"])})
        assert all(np.array_equal(again[name], rows[name]) for name in rows)
        with pytest.raises(RuntimeError, match="pyxrt reads no registers: the README"):
            accelerator.counters()
        clear, cycles = (tiny.DATA["registers"][name] for name in ("PERF_CLEAR", "PERF_CYCLES_1"))
        assert accelerator.device.rtl.read(cycles) > 0
    readme = (tmp_path / "project" / "README.md").read_text()
    assert f"kernel.write_register(0x{clear:x}, 1);  // PERF_CLEAR" in readme
    assert f"counter(0x{cycles:x});  // PERF_CYCLES" in readme
