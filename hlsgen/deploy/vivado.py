"""The project for Vivado: RTL packaged as an IP, a block design around it, implementation up to the bitstream.

A board without a processing system gets synthesis and routing out of context, for area and timing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hlsgen.core.atomic import disk_errors, write_text
from hlsgen.core.paths import data_dir
from hlsgen.core.vlnv import IP_LIBRARY, IP_VENDOR, IP_VERSION

from .block_design import BlockDesign, block_design
from .design import Design
from .hwh import handoff
from .kernel import Kernel, load_kernel
from .overlay import write_overlay
from .packaging import package
from .processors import processor_of
from .render import tcl_word, write_template


def write(design: Design, flow: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fill `folder`; what is in it. flow: `connections` of a module to its carrier, `noc_memory`, `noc_controllers`."""
    kernel, board = load_kernel(design.rtl), design.board
    blocks = block_design(kernel, processor_of(board.processing_system, flow)) if board.processing_system else None
    files = copy_sources(design, kernel, folder)
    has_cpp = design.cpp is not None and not design.has_registers_around
    context: dict[str, Any] = {"kernel": kernel, "design": blocks, "board": board, "files": files}
    context |= {"has_cpp": has_cpp, "has_counters": design.counters, "checks": design.checks, "part": board.part}
    for name in ("Makefile", "README.md", "constraints.xdc"):
        write_template(folder, name, f"vivado/{name}.j2", **context)
    if blocks is None:
        write_template(folder, "vivado/ooc.tcl", "vivado/ooc.tcl.j2", **context)
        return {"top": kernel.top, "clock_ns": kernel.clock_ns, "image": "", "next": "make timing"}
    write_ip_script(folder, kernel, files, board.part, is_xo=False)
    copy_script(folder, "vivado/check_handoff.py")
    write_template(folder, "vivado/bd.tcl", "vivado/bd.tcl.j2", **context)
    pattern = re.sub(r":[^:]*\Z", ":*", board.board_part)
    connections = [" ".join(map(tcl_word, one.split())) for one in flow.get("connections", ())]
    write_template(
        folder,
        "vivado/build.tcl",
        "vivado/build.tcl.j2",
        **context,
        board_pattern=pattern,
        connections=connections,
    )
    write_handoff(folder, blocks)
    driver = write_overlay(design, kernel, blocks, str(flow.get("pynq_board", "")), folder)
    return {**facts(kernel, blocks), **({"driver": f"overlay/{kernel.top}.py"} if driver else {})}


def write_handoff(folder: Path, blocks: BlockDesign) -> None:
    """`handoff/<top>.hwh`."""
    path = folder / "handoff" / f"{blocks.kernel.top}.hwh"
    with disk_errors(path):
        path.parent.mkdir()
    write_text(path, handoff(blocks))


def facts(kernel: Kernel, blocks: BlockDesign) -> dict[str, Any]:
    """What a driver and a report want to know of the block design."""
    return {
        "top": kernel.top,
        "vlnv": kernel.vlnv,
        "clock_ns": kernel.clock_ns,
        "image": f"overlay/{kernel.top}.{blocks.processor.image}",
        "handoff": f"handoff/{kernel.top}.hwh",
        "addresses": {window.segment: f"0x{window.base:08X}" for window in blocks.windows},
        "next": "make bitstream",
    }


def copy_sources(design: Design, kernel: Kernel, folder: Path) -> list[str]:
    """`rtl/` and, where there is C++, `hls/` and `vectors/`; the names of the Verilog files."""
    files = [path.name for path in kernel.interface.signature.files]
    with disk_errors(folder):
        (folder / "rtl").mkdir()
        for name in (*files, "signature.json"):
            shutil.copyfile(design.rtl / name, folder / "rtl" / name)
        if design.cpp is not None:
            shutil.copytree(design.cpp, folder / "hls", ignore=shutil.ignore_patterns(".*"))
            if design.vectors is not None:
                shutil.copytree(design.vectors, folder / "vectors", ignore=shutil.ignore_patterns(".*"))
    return files


def copy_script(folder: Path, template: str) -> None:
    """A script that is the same for every design, into `folder`."""
    source = data_dir("templates") / "deploy" / template
    with disk_errors(folder):
        shutil.copyfile(source, folder / source.name)


def write_ip_script(folder: Path, kernel: Kernel, files: list[str], part: str, *, is_xo: bool) -> None:
    """`vivado/ip.tcl`. is_xo: the IP is then packed as a kernel for Vitis."""
    names = {"vendor": IP_VENDOR, "library": IP_LIBRARY, "ip_version": IP_VERSION}
    write_template(
        folder,
        "vivado/ip.tcl",
        "vivado/ip.tcl.j2",
        kernel=kernel,
        ip=package(kernel),
        files=files,
        part=part,
        is_xo=is_xo,
        **names,
    )
