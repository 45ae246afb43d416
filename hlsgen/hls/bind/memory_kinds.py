"""What a memory is made of, and what its ports can do in one cycle."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import ceil

from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Function, Kind, Memory

_KIND_OF_PORTS = {"t2p": "bram", "1wnr": "lutram"}  # without impl=
_COPIES = 1 << 16  # of a memory for reads: as many as it takes


@dataclass(frozen=True, slots=True)
class PortRule:
    """Accesses per cycle: `shared` ports that read or write, or else separate `reads` and `writes`."""

    shared: int = 0
    reads: int = 0
    writes: int = 0


def in_registers(memory: Memory) -> bool:
    """One word: a register, read without a clock."""
    return memory.depth_words == 1


def memory_kind(memory: Memory) -> str:
    """bram, lutram or uram: as the user says, else by size: block RAM where it is well filled, and where so many LUTs
    would stand behind one bit that reading is slow."""
    if memory.storage:
        return memory.storage
    if memory.ports in _KIND_OF_PORTS:
        return _KIND_OF_PORTS[memory.ports]
    deep, bits = memory.depth_words > 64, memory.width * memory.depth_words
    return "bram" if deep and (bits > 2048 or memory.depth_words > 512) else "lutram"


def port_rule(memory: Memory) -> PortRule:
    """Arguments are reached as Vitis HLS does it, through two ports that read or write, like those of a block RAM. LUT
    RAM has one write port and is doubled for a second read; an UltraRAM whose reads see the old word has one of each.
    BIND_STORAGE type= takes ports away, and gives ROMs and RAMs of one writer copies for more reads.
    """
    if memory.rom:
        return PortRule(reads={"1p": 1, "np": _COPIES}.get(memory.ports, 2))
    if memory.ports == "1p":
        return PortRule(shared=1)
    if memory.external:
        return PortRule(shared=2)
    if memory.ports == "s2p":
        return PortRule(reads=1, writes=1)
    if memory.ports == "1wnr" and memory_kind(memory) == "lutram":
        return PortRule(reads=_COPIES, writes=1)
    if memory_kind(memory) == "bram":
        return PortRule(shared=2)
    return PortRule(reads=2, writes=1) if memory_kind(memory) == "lutram" else PortRule(reads=1, writes=1)


def choose_storage(function: Function) -> Function:
    """Small memories as block RAM, where a pipelined loop writes more often than the one write port of LUT RAM allows
    in the interval that it was asked for, or that the ports of arguments leave it, and the user has not said what they
    are."""
    busy: set[str] = set()
    for header, loop in function.loops.items():
        if loop.ii is not None:
            ops = [function.ops[id] for id in function.blocks[header].ops]
            uses = Counter(op.object for op in ops if op.kind in MEMORY_KINDS)
            arguments = [each for each in function.memories.values() if each.external and not in_registers(each)]
            interval = max([loop.ii, *(ceil(uses[each.name] / port_rule(each).shared) for each in arguments)])
            stores = Counter(op.object for op in ops if op.kind is Kind.STORE)
            busy |= {name for name, count in stores.items() if count > interval}
    memories = {
        name: replace(memory, storage="bram")
        if name in busy and memory_kind(memory) == "lutram" and not memory.storage and memory.ports != "1wnr"
        else memory
        for name, memory in function.memories.items()
    }
    return replace(function, memories=memories)
