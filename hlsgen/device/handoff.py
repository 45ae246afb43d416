"""What a handoff file (.hwh) says of a block design: where blocks are, and which DMA engines feed and drain a block.

In: the path of a file, from hlsgen or from Vivado. Raises a `UserError` for one that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from ..core.errors import UserError
from .dma import Dma


def window_of(hwh: Path, top: str) -> range:
    """The addresses of the block `top` in a handoff file. Raises a `UserError` when it is not there."""
    for window in windows_of(hwh, top):
        return window
    raise UserError(
        f"no block is {top!r}", where=str(hwh), do="use the .hwh and the RTL that `hlsgen project` wrote together"
    )


def windows_of(hwh: Path, ip: str) -> list[range]:
    """The addresses of every block that is an `ip`, by the name of the IP, in a handoff file."""
    root = _root(hwh)
    return [window for block in _blocks(root, ip) for window in _windows(root, block)]


def engines_of(hwh: Path, top: str) -> list[tuple[range, Dma]]:
    """The addresses of every AXI DMA engine, and which streams of the block `top` are joined to it."""
    root = _root(hwh)
    streams = {bus: name for block in _blocks(root, top) for name, bus in _buses(block).items()}
    return [(window, _engine(block, streams)) for block in _blocks(root, "axi_dma") for window in _windows(root, block)]


def _engine(block: ElementTree.Element, streams: dict[str, str]) -> Dma:
    """streams: by the bus that they are joined to."""
    told = {each.get("NAME", "").lower(): each.get("VALUE", "") for each in block.iter("PARAMETER")}
    buses = _buses(block)
    return Dma(
        mm2s=streams.get(buses.get("M_AXIS_MM2S", ""), ""),
        s2mm=streams.get(buses.get("S_AXIS_S2MM", ""), ""),
        length_bits=int(told["c_sg_length_width"]),
        address_bits=int(told["c_addr_width"]),
        realigns=(told.get("c_include_mm2s_dre") == "1", told.get("c_include_s2mm_dre") == "1"),
        bus_bytes=(
            int(told.get("c_m_axi_mm2s_data_width", "32")) // 8,
            int(told.get("c_m_axi_s2mm_data_width", "32")) // 8,
        ),
    )


def _root(hwh: Path) -> ElementTree.Element:
    try:
        return ElementTree.parse(hwh).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise UserError(f"no handoff file: {error}", where=str(hwh), do="run `hlsgen project` again") from None


def _blocks(root: ElementTree.Element, ip: str) -> Iterator[ElementTree.Element]:
    return (block for block in root.iter("MODULE") if (block.get("VLNV") or "").split(":")[2:3] == [ip])


def _windows(root: ElementTree.Element, block: ElementTree.Element) -> Iterator[range]:
    for place in root.iter("MEMRANGE"):
        if place.get("INSTANCE") == block.get("INSTANCE"):
            yield range(int(place.get("BASEVALUE", ""), 16), int(place.get("HIGHVALUE", ""), 16) + 1)


def _buses(block: ElementTree.Element) -> dict[str, str]:
    """The bus that each interface of a block is joined to, as far as the file tells."""
    found = {each.get("NAME", ""): each.get("BUSNAME", "") for each in block.iter("BUSINTERFACE")}
    return {name: bus for name, bus in found.items() if bus}
