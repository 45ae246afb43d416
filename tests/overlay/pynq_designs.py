"""Projects of small designs for PYNQ, and what is done with the driver and the notebook of each."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

import hlsgen
from hlsgen.arch import Timing
from hlsgen.core.boards import load_board
from hlsgen.deploy import Design, first_samples, make_project
from hlsgen.device.fabric import simulated_bitstream
from hlsgen.flow.engine import closure, run_stages
from hlsgen.flow.options import Options
from hlsgen.flow.stages import STAGES
from hlsgen.model import load_design

DENSE = """
import numpy as np
from hlsgen.model import Model
rng = np.random.default_rng(3)
model = Model("tiny")
x = model.input("image", (16,))
x = model.relu(model.dense(x, rng.normal(size=(6, 16)), rng.normal(size=6), name="one"))
model.output(model.dense(x, rng.normal(size=(5, 6)), rng.normal(size=5), name="two"))
model.calibration = rng.normal(size=(40, 16))
model.test = model.calibration, rng.integers(0, 5, 40)
"""
ATTENTION = """
import numpy as np
from hlsgen.model import Model
rng = np.random.default_rng(4)
model = Model("heads")
q, k, v = (model.input(name, (4, 12, 8)) for name in "qkv")
model.output(model.window_attention(q, k, v, 4))
model.calibration = model.test = {name: rng.normal(size=(3, 4, 12, 8)) for name in "qkv"}
"""
REMOTE = """
import sys, warnings
import numpy as np
from pynq.pl_server.device import Device
from pynq.pl_server.remote_device import RemoteDevice
Device.active_device = RemoteDevice(0, "127.0.0.1", port=int(sys.argv[1]))
sys.path.insert(0, sys.argv[2])
import tiny
samples = np.load(sys.argv[2] + "/samples.npz")
accelerator = tiny.load()
got = accelerator.predict(samples["input_image"])
assert np.array_equal(got, tiny.decode(samples["golden"], tiny.DATA["tensors"][tiny.DATA["outputs"][0]]))
try:
    tiny.load(sys.argv[3])
except Exception as error:
    print(error)
print(accelerator.state())
"""


def project(folder: Path, text: str, board: str, counters: bool = False, io: str = "axi", **choices: Any) -> Path:
    """The project of a design, all the way but without synthesis."""
    folder.mkdir()
    (folder / "design.py").write_text(text)
    options = Options(folder, board=board, io=io, out=folder / "build", **choices)
    stages = closure(STAGES, ("vectors", "hls"))
    hls = run_stages(stages, options.output, options.settings(), MagicMock())["hls"].facts
    found = {stage.name: options.output / stage.folder for stage in stages}
    held_out = load_design(folder)
    outputs = np.load(found["golden"] / "outputs.npy")
    samples = first_samples(held_out.test_inputs, outputs, held_out.test_labels, 256)
    chosen = load_board(board)
    rtl, cpp, vectors = found["hls"], found["codegen"], found["vectors"]
    timing = Timing(hls["cycles"], hls["interval"])
    design = Design(rtl, chosen, chosen.clock_ns, cpp, vectors, samples=samples, timing=timing, counters=counters)
    make_project(design, folder / "project")
    return folder / "project" / "overlay"


def imported(path: Path) -> ModuleType:
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))  # for what lies beside it
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected(driver: ModuleType, samples: dict[str, np.ndarray]) -> np.ndarray:
    return driver.decode(samples["golden"], driver.DATA["tensors"][driver.DATA["outputs"][0]])


def run_client(overlay: Path) -> str:
    """What a client of PYNQ.remote prints: it runs the project's samples, and tries a bitstream that is not served."""
    pytest.importorskip("pynq.remote", reason="came with pynq 3.1")
    from hlsgen.device.server import serve

    project = overlay.parent
    bitstream = simulated_bitstream(project / "handoff" / "tiny.hwh", project / "rtl", overlay / "simulated")
    other = bitstream.with_name("other.bit")
    other.write_bytes(bitstream.read_bytes()[:-4] + b"else")
    other.with_suffix(".hwh").write_bytes(bitstream.with_suffix(".hwh").read_bytes())
    server, port = serve(bitstream, port=0)
    try:
        # pynq keeps what it knows of an overlay in its own folder; this one is found by its digest.
        environment = {name: value for name, value in os.environ.items() if name != "HLSGEN_DEVICE"}
        command = [sys.executable, "-W", "ignore", "-c", REMOTE, str(port), str(overlay), str(other)]
        paths = [environment.get("PYTHONPATH", ""), str(Path(hlsgen.__file__).parent.parent)]
        environment |= {"PYNQ_REMOTE_DEVICES": "127.0.0.1", "PYTHONPATH": ":".join(filter(None, paths))}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    finally:
        server.stop(grace=None)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_notebook(overlay: Path) -> tuple[str, set[str]]:
    """What the cells of `tiny.ipynb` print, and the kinds of data that they show."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(overlay / "tiny.ipynb", as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(overlay)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    printed = "".join(output.get("text", "") for output in outputs)
    return printed, {kind for output in outputs for kind in output.get("data", ())}
