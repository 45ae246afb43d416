"""Where arguments lie in the address space of an AXI4-Lite slave: the rule of Vitis HLS, so that its hosts fit.

0x00 to 0x0f belong to the control block, used or not. Arguments follow in the order of C, the return value first, each
at the lowest free place: an input takes its data words and a reserved one, an output or both directions twice that, an
array a power of two at a multiple of its own size. The rule gives the maps of public designs of Vitis HLS 2020.1 to
2025.2 (`tests/hls/interfaces/public_maps.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

WORD_BYTES = 4
CONTROL_END = 0x10

AP_CTRL, GIE, IER, ISR = 0x00, 0x04, 0x08, 0x0C


@dataclass(frozen=True, slots=True)
class Wanted:
    """An argument that needs a place. direction: in, out, inout, return; depth: words of an array, 0 for a scalar.

    offset: what the user asks for, None for the next free place.
    """

    name: str
    bits: int
    direction: str = "in"
    depth: int = 0
    offset: int | None = None

    @property
    def data_words(self) -> int:
        return -(-self.bits // (8 * WORD_BYTES))

    @property
    def size_bytes(self) -> int:
        """What the argument takes in the map."""
        if self.depth:
            return window_bytes(self.bits, self.depth)
        slot = WORD_BYTES * (self.data_words + 1)
        return 2 * slot if self.direction in ("out", "inout") else slot

    @property
    def alignment(self) -> int:
        return self.size_bytes if self.depth else WORD_BYTES


@dataclass(frozen=True, slots=True)
class Placed:
    """`base`: the first byte. `moved`: the place that the user asked for was taken or unfit."""

    wanted: Wanted
    base: int
    moved: bool = False

    @property
    def out_base(self) -> int:
        """Of the data that the kernel writes, for both directions behind those that it reads."""
        return self.base + (self.wanted.size_bytes // 2 if self.wanted.direction == "inout" else 0)

    @property
    def valid_offset(self) -> int | None:
        """Of the register whose bit 0 says that the output was written since it was read last."""
        if self.wanted.depth or self.wanted.direction not in ("out", "inout"):
            return None
        return self.out_base + WORD_BYTES * self.wanted.data_words

    @property
    def end(self) -> int:
        return self.base + self.wanted.size_bytes


def element_bytes(bits: int) -> int:
    """An array's element lies in a power of two of bytes: four of 8 bits in a word, one of 96 bits in four words."""
    return 1 << max(0, (-(-bits // 8) - 1).bit_length())


def window_bytes(bits: int, depth: int) -> int:
    """The addresses that an array takes: a power of two of whole words."""
    used = max(WORD_BYTES, element_bytes(bits) * depth)
    return 1 << (used - 1).bit_length()


def place(arguments: list[Wanted]) -> list[Placed]:
    """The map of one slave, in the order of `arguments`. Offsets of the user come first where they fit."""
    taken: list[tuple[int, int]] = [(0, CONTROL_END)]
    found: dict[str, Placed] = {}
    late: list[Wanted] = []
    for wanted in arguments:
        if wanted.offset is None:
            continue
        start, size = wanted.offset, wanted.size_bytes
        if start % wanted.alignment == 0 and _free(taken, start, size):
            taken.append((start, start + size))
            found[wanted.name] = Placed(wanted, start)
        else:
            late.append(wanted)
    for wanted in [w for w in arguments if w.offset is None]:
        start = _lowest(taken, wanted)
        taken.append((start, start + wanted.size_bytes))
        found[wanted.name] = Placed(wanted, start)
    for wanted in late:
        end = max(end for _, end in taken)
        start = -(-end // wanted.alignment) * wanted.alignment
        taken.append((start, start + wanted.size_bytes))
        found[wanted.name] = Placed(wanted, start, moved=True)
    return [found[wanted.name] for wanted in arguments]


def address_bits(placed: list[Placed]) -> int:
    """Of the slave's address ports: 4 for the control block alone."""
    end = max([CONTROL_END, *(one.end for one in placed)])
    return (end - 1).bit_length()


def _lowest(taken: list[tuple[int, int]], wanted: Wanted) -> int:
    step = wanted.alignment
    starts = sorted(-(-end // step) * step for _, end in taken)
    return next(start for start in starts if _free(taken, start, wanted.size_bytes))


def _free(taken: list[tuple[int, int]], start: int, size: int) -> bool:
    return all(start >= end or start + size <= begin for begin, end in taken)
