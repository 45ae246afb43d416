"""The folder that goes to a machine with an Alveo card: a host in Python over XRT, what it has to know, samples.

In: the C++ project's `interface.json`, for tensors in memory; the kernel; its arguments, by number. Out: `overlay/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from hlsgen.core.atomic import disk_errors, read_json, write_json
from hlsgen.core.errors import InternalError
from hlsgen.core.paths import data_dir
from hlsgen.model.arrays import write_arrays

from .design import Design
from .host_numbers import NUMBER_FORMATS, TENSOR_CALLS, WEIGHT_BYTES, copy_host_modules
from .kernel import Kernel
from .overlay import FOLDER, tensor_data


def write_xrt_host(design: Design, kernel: Kernel, arguments: Sequence[str], folder: Path) -> bool:
    """Fill `folder`/overlay; whether there is a host: a design needs tensors in memory (`--io axi`) for it.

    arguments: their names, by the numbers that XRT knows them by.
    """
    interface = read_json(design.cpp / "interface.json") if design.cpp else None
    if not isinstance(interface, dict) or interface.get("io") != "axi":
        return False
    out, name = folder / FOLDER, kernel.top
    data, parameters = tensor_data(interface, kernel), interface.get("parameters")
    numbers = {"samples": interface["samples"], **({"load": parameters["load"]} if parameters else {})}
    known = {*numbers.values(), *(port["name"] for port in data["ports"])}
    if parameters:
        known.add(parameters["port"])
    if unknown := set(arguments) - known:
        raise InternalError(f"{name}: the host sets no {', '.join(sorted(unknown))}", interface)
    with disk_errors(out):
        out.mkdir(exist_ok=True)
        shutil.copyfile(data_dir("templates") / "xrt" / "host.py", out / f"{name}.py")
        copy_host_modules(out, NUMBER_FORMATS, *TENSOR_CALLS, *([WEIGHT_BYTES] if parameters else ()))
    image, clock_mhz = f"{name}.hw.xclbin", round(1000 / kernel.clock_ns, 6)
    own = {"arguments": [*arguments], "numbers": numbers, "image": image, "clock_mhz": clock_mhz, "project": ".."}
    write_json(out / f"{name}.json", {**data, **own})
    if design.samples is not None:
        write_arrays(out / "samples.npz", design.samples.arrays())
    return True
