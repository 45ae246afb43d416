"""The shared library of a design: its Verilated model with memory, DMA and a host around it, behind a C interface."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ..core import tools
from ..core.atomic import disk_errors, replace_folder
from ..core.digest import digest_value
from ..core.errors import UserError
from ..core.paths import data_dir
from ..core.progress import report
from ..core.templates import template_environment
from ..sim.interface import Interface
from ..sim.model import verilate
from ..sim.runtime import load_runtime

FAULTS = (
    "read outside of every buffer",
    "write outside of every buffer",
    "illegal burst",
    "register access hangs",
    "a packet longer than the DMA engine was told",
)
MEMORY_LATENCY_CYCLES = 32
_LIBRARY, _STAMP, _UNIT, _PREFIX = "device.so", "digest", "device.cpp", "Vdevice"
_FLAGS = ("--cc", "--prefix", _PREFIX, "-O3", "--output-split", "0", "--x-initial", "unique", "--x-assign", "unique")


def build_library(interface: Interface, folder: Path, *, latency_cycles: int = MEMORY_LATENCY_CYCLES) -> Path:
    """The library of a design in `folder`, unless it is there and nothing that it is made of has changed.

    latency_cycles: of the memory, from a burst's address to its first beat. Raises `UserError` for a design without
    AXI4-Lite control, or with ports that no software drives; `ToolMissing`.
    """
    unit = render_unit(interface, latency_cycles)
    runtime = load_runtime(shared=True)
    headers = [data_dir("sim") / name for name in ("device.h", "dma.h")]
    sources = interface.signature.files
    texts = [path.read_text(errors="replace") for path in (*headers, *sources)]
    digest = digest_value([unit, *texts, _FLAGS, runtime.identity, tools.verilator().version])
    library, stamp = folder / _LIBRARY, folder / _STAMP
    if library.is_file() and stamp.is_file() and stamp.read_text() == digest:
        return library
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        flags = [*_FLAGS, "--top-module", interface.signature.top, "-Wno-fatal", "-Wno-lint", "-Wno-style"]
        verilate(flags, list(sources), beside)
        models = sorted(path.name for path in beside.glob(f"{_PREFIX}*.cpp"))
        (beside / _UNIT).write_text(unit + "".join(f'#include "{name}"\n' for name in models))
        report(0, 0, "compiling the device")
        compiled = beside / "device.o"
        command = [*runtime.cxx.compile, *runtime.flags, "-I", str(beside), "-I", str(data_dir("sim"))]
        tools.run_all([[*command, "-c", str(beside / _UNIT), "-o", str(compiled)]])
        objects = [str(compiled), *map(str, runtime.objects)]
        tools.run_all([[*runtime.cxx.link, "-shared", "-o", str(beside / _LIBRARY), *objects, "-lpthread"]])
        compiled.unlink()
        (beside / _STAMP).write_text(digest)
        replace_folder(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return library


def render_unit(interface: Interface, latency_cycles: int) -> str:
    """The C++ around the model. Raises `UserError` for what a driver cannot drive."""
    signature = interface.signature
    control = interface.control_port
    if control is None or len(interface.axilite) > 1:
        raise UserError(
            "software cannot start it: it needs one AXI4-Lite port with the control registers",
            where=signature.top,
            do="`#pragma HLS INTERFACE s_axilite port=return`, and every scalar in the same bundle",
        )
    loose = [each.name for each in interface.arguments if each.mode not in ("m_axi", "s_axilite", "axis")]
    if loose:
        raise UserError(
            f"software does not reach {', '.join(map(repr, loose))}",
            where=signature.top,
            do="give every argument a place behind m_axi, s_axilite or axis",
        )
    template = template_environment("sim").get_template("device.cpp.j2")
    return template.render(
        top=signature.top,
        clock=signature.clock,
        reset=signature.reset,
        reset_level=int(not signature.reset_active_low),
        lite=control.name,
        interrupt=control.interrupt,
        masters=interface.axi_masters,
        streams=signature.streams,
        latency_cycles=latency_cycles,
    )
