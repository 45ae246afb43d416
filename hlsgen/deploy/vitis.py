"""The project for Vitis: RTL packed as a kernel (`.xo`) with its `kernel.xml`, linked by v++ for an Alveo card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hlsgen.core.atomic import write_text
from hlsgen.core.errors import UserError
from hlsgen.core.vlnv import vlnv_of

from .counters import ROLE
from .design import Design
from .kernel import Kernel, load_kernel
from .render import write_template
from .vivado import copy_script, copy_sources, write_ip_script
from .xrt_host import write_xrt_host

_POINTER_BYTES = 8


@dataclass(frozen=True, slots=True)
class KernelArgument:
    """An argument as XRT sees it. port: where it comes in; bank: of the memory behind it, "" for a number."""

    name: str
    port: str
    offset: int
    size_bytes: int
    is_pointer: bool
    bank: str = ""


def write(design: Design, flow: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fill `folder`; what is in it. flow: `platform`, `memory` (HBM or DDR), `banks`."""
    kernel, board = load_kernel(design.rtl), design.board
    places = [
        (master.name, f"{flow['memory']}[{number % flow['banks']}]") for number, master in enumerate(kernel.masters)
    ]
    arguments = kernel_arguments(kernel, dict(places))
    files = copy_sources(design, kernel, folder)
    write_ip_script(folder, kernel, files, board.part, is_xo=True)
    write_text(folder / "kernel.xml", kernel_xml(kernel, arguments))
    has_host = write_xrt_host(design, kernel, [argument.name for argument in arguments], folder)
    context = {
        "has_host": has_host,
        "has_counters": design.counters,
        "counters": [register for register in kernel.slaves[0].registers if register.role == ROLE],
        "checks": design.checks,
        "kernel": kernel,
        "board": board,
        "platform": flow["platform"],
        "unit": f"{kernel.top}_1",
        "places": places,
        "arguments": arguments,
        "clock_hz": round(1e9 / kernel.clock_ns),
    }
    for name in ("link.cfg", "Makefile", "README.md"):
        write_template(folder, name, f"vitis/{name}.j2", **context)
    copy_script(folder, "vitis/check_clock.py")
    return {
        "top": kernel.top,
        "vlnv": kernel.vlnv,
        "clock_ns": kernel.clock_ns,
        "platform": flow["platform"],
        "image": f"overlay/{kernel.top}.hw.xclbin",
        "memory": dict(places),
        "next": "make xclbin",
        **({"driver": f"overlay/{kernel.top}.py"} if has_host else {}),
    }


def kernel_arguments(kernel: Kernel, banks: Mapping[str, str]) -> list[KernelArgument]:
    """The arguments that XRT sets. Raises a `UserError` for what it cannot: streams; arrays, results in registers."""
    where = kernel.top
    if kernel.streams or len(kernel.slaves) != 1 or kernel.interface.control_port is None:
        raise UserError(
            "the host reaches only kernels with one s_axilite and AXI masters, and this one has others",
            where=where,
            do="build with --io axi, or put every s_axilite into one bundle and arrays behind m_axi",
        )
    slave = kernel.slaves[0]
    found = []
    for argument in kernel.interface.parameters:
        registers = [register for register in slave.registers if register.argument == argument.name]
        roles = {register.role for register in registers}
        if roles == {"offset"}:
            port = f"m_axi_{argument.bundle}"
            found.append(KernelArgument(argument.name, port, registers[0].offset, _POINTER_BYTES, True, banks[port]))
        elif roles == {"data"} and argument.direction == "in":
            size = 4 * -(-registers[0].bits // 32)
            found.append(KernelArgument(argument.name, slave.name, registers[0].offset, size, False))
        elif roles:
            raise UserError(
                f"argument {argument.name!r} is a result or an array in registers, which XRT does not reach",
                where=where,
                do="put it behind m_axi",
            )
    if kernel.interface.result is not None:
        raise UserError("a return value, which XRT does not reach", where=where, do="write it to memory behind m_axi")
    return found


def kernel_xml(kernel: Kernel, arguments: list[KernelArgument]) -> str:
    """The text of `kernel.xml`, which tells v++ and XRT of ports and arguments."""
    root = ElementTree.Element("root", versionMajor="1", versionMinor="6")
    about = ElementTree.SubElement(
        root,
        "kernel",
        name=kernel.top,
        language="ip_c",
        vlnv=vlnv_of(kernel.top),
        attributes="",
        preferredWorkGroupSizeMultiple="0",
        workGroupSize="1",
        interrupt="true" if kernel.interrupt else "false",
        hwControlProtocol=kernel.control,
    )
    ports = ElementTree.SubElement(about, "ports")
    slave = kernel.slaves[0]
    span = max(0x1000, 1 << slave.address_bits)
    _port(ports, slave.name, "slave", f"0x{span:X}", slave.data_bits)
    for master in kernel.masters:
        _port(ports, master.name, "master", "0xFFFFFFFFFFFFFFFF", master.data_bits)
    listed = ElementTree.SubElement(about, "args")
    for number, argument in enumerate(arguments):
        ElementTree.SubElement(
            listed,
            "arg",
            name=argument.name,
            addressQualifier="1" if argument.is_pointer else "0",
            id=f"{number}",
            port=argument.port,
            size=f"0x{argument.size_bytes:X}",
            offset=f"0x{argument.offset:03X}",
            type="void*" if argument.is_pointer else {4: "uint", 8: "ulong"}.get(argument.size_bytes, "void"),
            hostOffset="0x0",
            hostSize=f"0x{argument.size_bytes:X}",
        )
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _port(ports: ElementTree.Element, name: str, mode: str, span: str, data_bits: int) -> None:
    ElementTree.SubElement(
        ports, "port", name=name, mode=mode, range=span, dataWidth=f"{data_bits}", portType="addressable", base="0x0"
    )
