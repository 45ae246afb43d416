"""Which port of its memory each access uses.

Accesses that start in the same cycle (modulo the interval) of a block need different ports; blocks run one after the
other and share all of them. Memories with separate ports number loads and stores each from 0. Where ports read and
write (`shared`), loads take them from 0 up and stores from 1 down, so that simple uses keep one port for each
direction.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hlsgen.hls.bind.memory_kinds import in_registers, memory_kind, port_rule
from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Kind, Memory, Op


@dataclass(frozen=True, slots=True)
class MemoryPorts:
    """loads, stores: operation id -> number of the port. shared: port n reads and writes with one address."""

    shared: bool
    loads: dict[int, int]
    stores: dict[int, int]

    @property
    def numbers(self) -> list[int]:
        """The ports in use."""
        return sorted({*self.loads.values(), *self.stores.values()})


def assign_ports(scheduled: ScheduledFunction) -> dict[str, MemoryPorts]:
    """For every memory of more than one word that is accessed."""
    function = scheduled.function
    rows: dict[str, dict[tuple[str, int], list[Op]]] = defaultdict(lambda: defaultdict(list))
    for label, block in scheduled.blocks.items():
        for id in function.blocks[label].ops:
            op = function.ops[id]
            if op.kind in MEMORY_KINDS and not in_registers(function.memories[op.object]):
                rows[op.object][label, _row(block, id)].append(op)
    return {name: _assign(function.memories[name], list(found.values())) for name, found in rows.items()}


def copies_of(memory: Memory, reads: int) -> int:
    """Of a ROM in block RAM, each for two of its `reads` ports; 1 of everything else."""
    in_block_ram = memory.rom and memory_kind(memory) != "lutram"
    return max(1, -(-reads // 2)) if in_block_ram else 1


def address_width(depth_words: int) -> int:
    return max(1, (depth_words - 1).bit_length())


def _row(block: ScheduledBlock, id: int) -> int:
    return block.stage[id] % block.ii if block.loop else block.stage[id]


def _assign(memory: Memory, rows: list[list[Op]]) -> MemoryPorts:
    several = any(_count(row, Kind.LOAD) > 1 or _count(row, Kind.STORE) > 1 for row in rows)
    rule = port_rule(memory)
    shared = memory.external or (bool(rule.shared) and (several or rule.shared == 1))
    single = all(len(row) == 1 for row in rows)
    last = 1 if shared and not single else 0
    loads, stores = {}, {}
    for row in rows:
        for number, op in enumerate(op for op in row if op.kind is Kind.LOAD):
            loads[op.id] = number
        for number, op in enumerate(op for op in row if op.kind is Kind.STORE):
            stores[op.id] = last - number if shared else number
    return MemoryPorts(shared, loads, stores)


def _count(row: list[Op], kind: Kind) -> int:
    return sum(op.kind is kind for op in row)
