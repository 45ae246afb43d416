"""How wide the data of an AXI master is: of all the arguments in its bundle."""

from __future__ import annotations

from collections.abc import Iterable

from hlsgen.hls.cdfg.layout import canonical, leaves
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import size_bytes

DEFAULT_MASTER = "gmem"
MASTER_BITS_MIN, MASTER_BITS_MAX = 32, 1024


def bus_bits(front: ir.FrontEnd) -> dict[str, int]:
    """Bundle -> data width of its master: as wide as its elements fill evenly, or as a pragma wants."""
    bundles: dict[str, list[ir.Port]] = {}
    for port in front.ports:
        if port.mode == "m_axi" and port.kind in ("array", "pointer"):
            bundles.setdefault(bundle_of(port), []).append(port)
    return {
        bundle: max(
            even_bits(
                (leaf.bits, leaf.offset, size_bytes(port.element))
                for port in ports
                for leaf in leaves(canonical(port.element))
            ),
            *map(_widening, ports),
        )
        for bundle, ports in bundles.items()
    }


def bundle_of(port: ir.Port) -> str:
    """Of an m_axi argument."""
    return str(port.options.get("bundle", DEFAULT_MASTER))


def _widening(port: ir.Port) -> int:
    """max_widen_bitwidth, where it is one; `interfaces` refuses others."""
    bits = port.options.get("max_widen_bitwidth", 0)
    return bits if isinstance(bits, int) and 0 <= bits <= MASTER_BITS_MAX else 0


def even_bits(scalars: Iterable[tuple[int, int, int]]) -> int:
    """A power of two of at least 32 that elements fill evenly, whatever their places. scalars of them: (bits, bytes
    from the start of an element, bytes of an element)."""
    widest, evenly = MASTER_BITS_MIN, MASTER_BITS_MAX
    for bits, offset, stride in scalars:
        atom = atom_bytes(bits // 8, offset, stride)
        widest = max(widest, min(8 * atom, MASTER_BITS_MAX))
        if 8 * atom != bits:
            evenly = min(evenly, 8 * atom)
    return max(MASTER_BITS_MIN, min(widest, evenly))


def atom_bytes(*numbers: int) -> int:
    """The largest power of two that divides all of them."""
    together = 0
    for number in numbers:
        together |= number
    return together & -together
