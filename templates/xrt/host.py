"""The accelerator on an Alveo card, through XRT: NumPy arrays in, NumPy arrays out.

What it is like is in the .json file beside this one.

    from {name} import load

    accelerator = load()               # the image {image} beside this file
    result = accelerator.predict(x)    # quantises, runs, and gives float64 back

    python {name}.py                   runs the samples of samples.npz and compares with golden

Needs NumPy and XRT's own Python module, pyxrt (`source /opt/xilinx/xrt/setup.sh`), 2022.1 or newer. With
HLSGEN_DEVICE=rtl in the environment it runs on any machine that has hlsgen, on the simulated RTL; nothing else changes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
__doc__ = (__doc__ or "").replace("{name}", DATA["name"]).replace("{image}", DATA["image"])

SIMULATED = os.environ.get("HLSGEN_DEVICE") == "rtl"
if SIMULATED:
    import hlsgen.device.pyxrt as pyxrt
else:
    try:
        import pyxrt
    except ImportError as error:
        raise ImportError(f"{error}: it comes with XRT; source /opt/xilinx/xrt/setup.sh") from None

from number_formats import decode, encode  # noqa: E402, F401 (beside this file)
from tensor_calls import TIMEOUT_S, TensorCalls, check_samples, packed, row_elements  # noqa: E402

if DATA["parameters"]:
    from weight_bytes import weight_bytes

_TO_CARD = pyxrt.xclBOSyncDirection.XCL_BO_SYNC_BO_TO_DEVICE
_FROM_CARD = pyxrt.xclBOSyncDirection.XCL_BO_SYNC_BO_FROM_DEVICE
_STATES = pyxrt.ert_cmd_state


class Accelerator(TensorCalls):
    """NumPy in, NumPy out; `predict` does it all, `start` and `wait` let software go on in between.

    Raises RuntimeError for an image of another design.
    """

    data = DATA

    def __init__(self, image: Path, device: int = 0) -> None:
        self.device = pyxrt.device(device)
        loaded = self.device.load_xclbin(str(image))
        try:
            self.kernel = pyxrt.kernel(self.device, loaded, DATA["name"])
            places = {name: number for number, name in enumerate(DATA["arguments"])}
            with_memory = [*DATA["ports"], *([DATA["parameters"]] if DATA["parameters"] else ())]
            self._banks = {each["name"]: self.kernel.group_id(places[each["name"]]) for each in with_memory}
        except (RuntimeError, IndexError) as error:
            raise RuntimeError(f"{image.name} has no such kernel {DATA['name']}: it is of another design") from error
        self._buffers: dict[str, Any] = {}
        self._room = 0  # samples that the buffers hold
        self._under_way: int | None = None  # samples of the call that runs, 0 while it loads weights
        self._run: Any = None
        self._weights = self._buffer(DATA["parameters"], DATA["parameters"]["bytes"]) if DATA["parameters"] else None

    def start(self, codes: dict[str, np.ndarray]) -> None:
        """Hands codes over and starts. Raises RuntimeError while a call is under way."""
        self._check_free()
        samples = self.checked_samples(codes)
        self._make_room(samples)
        for port in DATA["ports"]:
            if port["is_input"]:
                buffer, size = self._buffers[port["name"]], samples * port["sample_bytes"]
                buffer.write(packed(codes[port["tensor"]], port), 0)
                buffer.sync(_TO_CARD, size, 0)
        self._call(samples)

    def wait(self, timeout_s: float = TIMEOUT_S) -> dict[str, np.ndarray]:
        """The output codes of the call under way. Raises TimeoutError with the state of the command."""
        if self._under_way is None:
            raise RuntimeError("no call is under way: `start` one first")
        state = self._run.wait(max(1, round(1000 * timeout_s)))  # 0 ms would be for ever
        if state == _STATES.ERT_CMD_STATE_TIMEOUT:
            raise TimeoutError(
                f"not done after {timeout_s} s: `wait` again, or reset the card (xrt-smi reset) and `load()`; "
                + self.state()
            )
        told = self.state()
        samples, self._under_way = self._under_way, None
        if state != _STATES.ERT_CMD_STATE_COMPLETED:
            raise RuntimeError(f"the card gave the call up: reset it (xrt-smi reset) and `load()` again; {told}")
        return self.outputs_of(lambda port: self._rows(port, samples)) if samples else {}

    def load_weights(self, weights: dict[str, np.ndarray], timeout_s: float = TIMEOUT_S) -> None:
        """Codes (integers) of all weights and biases, by name, for every call from now on.

        Raises ValueError for what does not fit, RuntimeError while a call is under way or where weights are baked in,
        TimeoutError as `wait` does.
        """
        if not DATA["parameters"]:
            raise RuntimeError("the weights are baked in: make the design with --weights loaded")
        held = weight_bytes(DATA["parameters"], weights)
        self._check_free()
        self._make_room(1)  # for the other arguments
        self._weights.write(held, 0)
        self._weights.sync(_TO_CARD, held.size, 0)
        self._call(0, load=True)
        self.wait(timeout_s)

    def counters(self) -> dict[str, int]:
        """None, where there are none. Raises RuntimeError where there are: pyxrt reads no registers, XRT's C++ does."""
        if DATA["counters"]:
            raise RuntimeError("pyxrt reads no registers: the README of the project says how C++ reads the counters")
        return {}

    def state(self) -> str:
        """The command and its arguments, for messages."""
        state = self._run.state() if self._run else _STATES.ERT_CMD_STATE_NEW
        places = [f"{name} 0x{buffer.address():016x}" for name, buffer in self._buffers.items()]
        return ", ".join([f"command {state.name} ({int(state)})", f"samples {self._under_way or 0}", *places])

    def _check_free(self) -> None:
        if self._under_way is not None:
            raise RuntimeError(f"a call is under way: `wait` for it first; {self.state()}")

    def _call(self, samples: int, *, load: bool = False) -> None:
        values: dict[str, Any] = {DATA["numbers"]["samples"]: samples, **self._buffers}
        if DATA["parameters"]:
            values |= {DATA["numbers"]["load"]: int(load), DATA["parameters"]["name"]: self._weights}
        # By the number of an argument: a buffer, or an int; pyxrt skips what is neither, and says nothing.
        self._run = self.kernel(*(values[name] for name in DATA["arguments"]))
        self._under_way = samples

    def _rows(self, port: dict[str, Any], samples: int) -> np.ndarray:
        buffer, size = self._buffers[port["name"]], samples * port["sample_bytes"]
        buffer.sync(_FROM_CARD, size, 0)
        return np.asarray(buffer.read(size, 0)).view(port["dtype"]).reshape(samples, row_elements(port))

    def _make_room(self, samples: int) -> None:
        if samples <= self._room:
            return
        self._buffers, self._run = {}, None  # the old ones are free before there are new ones
        for port in DATA["ports"]:
            self._buffers[port["name"]] = self._buffer(port, samples * port["sample_bytes"])
        self._room = samples

    def _buffer(self, port: dict[str, Any], size_bytes: int) -> Any:
        return pyxrt.bo(self.device, size_bytes, pyxrt.bo.normal, self._banks[port["name"]])


def load(image: str | None = None, *, device: int = 0) -> Accelerator:
    """The accelerator, ready to run. image: by default the .xclbin beside this file; device: the number of the card.

    Raises FileNotFoundError, and RuntimeError for a card that is not there or an image of another design.
    """
    path = Path(image) if image else HERE / DATA["image"]
    if SIMULATED and image is None:
        from hlsgen.device.xclbin import simulated_xclbin

        path = simulated_xclbin(HERE / DATA["project"])
    if not path.is_file():
        raise FileNotFoundError(f"{path}: make it first (see README.md), and copy it here")
    return Accelerator(path, device)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the design's samples on the card, compare with golden.")
    parser.add_argument("image", nargs="?", help=f"by default {DATA['image']}")
    parser.add_argument("--device", type=int, default=0, metavar="N", help="the number of the card")
    parser.add_argument("--samples", type=int, metavar="N", help="only the first N")
    arguments = parser.parse_args()
    where = "simulated RTL" if SIMULATED else f"card {arguments.device}"
    accelerator = load(arguments.image, device=arguments.device)
    return check_samples(accelerator, HERE / "samples.npz", where, arguments.samples)


if __name__ == "__main__":
    sys.exit(main())
