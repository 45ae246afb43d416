"""A memory that several modules use through ports of its own, one of them at a time."""

from __future__ import annotations

from hlsgen.hls.items import ArrayPort

from .memory_ports import address_width
from .netlist import Expr, Lit, MemoryCell, Module, Net, ReadPort, Value, WritePort, choose, land

Users = list[tuple[Value, dict[str, Net]]]  # (it is their turn, their nets by role); the last one when nobody's


def shared_ports(
    module: Module, name: str, ports: tuple[ArrayPort, ...], depth_words: int, width_bits: int, users: Users
) -> dict[str, Net]:
    """What goes to the memory, by role: address0, ce0, we0, d0 and so on."""
    found: dict[str, Net] = {}
    for port in ports:
        roles = [("address", address_width(depth_words)), ("ce", 1)]
        roles += [("we", 1), ("d", width_bits)] if port.writes else []
        for role, width in roles:
            key = f"{role}{port.number}"
            options = [(turn, fitted(nets.get(key, Lit(0, width)), width)) for turn, nets in users]
            found[key] = module.wire(f"{name}_{key}", choose(options))
    return found


def fitted(address: Value, width: int) -> Value:
    """An address of a module that is used with larger or smaller arrays too."""
    if address.width == width:
        return address
    return Expr("slice", (address,), width) if address.width > width else Expr("zext", (address,), width)


def add_memory(
    module: Module,
    name: str,
    ports: tuple[ArrayPort, ...],
    depth_words: int,
    width_bits: int,
    kind: str,
    nets: dict[str, Net],
    init: tuple[int, ...] | None = None,
) -> dict[int, Net]:
    """The memory behind `nets`; what each port reads. Two ports that write make it a block RAM."""
    reads, writes, outputs = [], [], {}
    for port in ports:
        k = port.number
        if port.reads:
            outputs[k] = Net(module.unique(f"{name}_q{k}"), width_bits)
            reads.append(ReadPort(outputs[k], nets[f"address{k}"], nets[f"ce{k}"]))
        if port.writes:
            enable = land(nets[f"ce{k}"], nets[f"we{k}"])
            writes.append(WritePort(nets[f"address{k}"], nets[f"d{k}"], enable))
    if len(writes) > 1 and kind == "lutram":
        kind = "bram"
    module.memories.append(
        MemoryCell(module.unique(name), width_bits, depth_words, kind, tuple(reads), tuple(writes), init)
    )
    return outputs
