"""How the tensors of a design between streams lie in memory: what `interface.json` says of one with AXI masters.

In: `interface.json` of a design with streams. Out: the same with places in memory: every sample is its beats, one
behind the other, as a DMA engine moves them.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from hlsgen.core.errors import UserError

from .block_design import DMA_LENGTH_BITS, BlockDesign
from .stream_control import SAMPLES


def is_between_streams(interface: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is the `interface.json` of a design with streams for all of its tensors."""
    if not isinstance(interface, dict) or "io" in interface or "spilled" in interface:
        return False
    return bool(interface.get("inputs")) and bool(interface.get("outputs"))


def in_memory(interface: dict[str, Any]) -> dict[str, Any]:
    """Raises a `UserError` for a sample that no transfer holds."""
    ways = {way: [_port(port) for port in interface[way]] for way in ("inputs", "outputs")}
    for port in (*ways["inputs"], *ways["outputs"]):
        if port["sample_bytes"] >= 1 << DMA_LENGTH_BITS:
            raise UserError(
                f"a sample of {port['sample_bytes']:,} bytes is more than a DMA engine transfers at once",
                where=f"port {port['port']}",
                do="build with --io axi",
            )
    return {**interface, "io": "stream", "samples": SAMPLES, **ways}


def _port(port: dict[str, Any]) -> dict[str, Any]:
    part = port.get("part") or {}
    size = port["width_bits"] // 8
    beat = {"bytes": size, "lanes": port["lanes"], "element_bits": port["element_bits"]}
    beat |= {"rows": part.get("rows"), "interleaved": part.get("interleaved", 1)}
    return {**port, "dtype": "uint8", "sample_bytes": size * port["beats"], "beat": beat}


def engines(blocks: BlockDesign) -> dict[str, str]:
    """The DMA engine of each stream of the kernel."""
    own = f"{blocks.kernel.instance}/"
    ends = [(a, b) for link in blocks.links for a, b in (link, link[::-1]) if a.startswith(own)]
    return {a.removeprefix(own): b.split("/")[0] for a, b in ends if b.startswith("axi_dma_")}
