"""What stands between the buses of the top and its kernel: AXI4-Lite slaves and AXI4 masters, as instances.

The buses get their ports on the top module, `s_axi_<bundle>_...` and `m_axi_<bundle>_...`; the other side are nets.
"""

from __future__ import annotations

from collections.abc import Sequence

from hlsgen.hls.interfaces import AxiLite, AxiMaster, Interfaces
from hlsgen.hls.items import StreamItem

from .axi_channels import AXI_MODULES
from .axi_master import Channel, axi_master_text, bus_ports, channel_ports
from .axilite import axi_ports, axilite_text, kernel_ports
from .netlist import Instance, Module, Net, Port, Value


class Adapters:
    """Of one top module. `texts`: the modules that it needs, by name."""

    def __init__(self, module: Module, plan: Interfaces) -> None:
        self.module, self.plan = module, plan
        self.texts: dict[str, str] = {}
        self.slaves: dict[str, dict[str, Net]] = {}  # bundle -> port of the slave's kernel side -> net
        self.hidden: set[str] = set()  # outputs of slaves that nothing reads
        self.second: set[str] = set()  # arrays behind AXI4-Lite that the kernel reaches through two ports
        for slave in plan.axilite:
            self.slaves[slave.bundle] = {
                port.name: self.pin(port) if port.name == "interrupt" else self.net(f"{slave.name}_{port.name}", port)
                for port in kernel_ports(slave)
            }

    def pin(self, port: Port, prefix: str = "") -> Net:
        return self.module.port(f"{prefix}{port.name}", port.width, port.direction)

    def net(self, name: str, port: Port) -> Net:
        return self.module.declare(name, port.width)

    def second_port(self, slave: AxiLite, name: str) -> None:
        """The kernel has another port of an array."""
        for port in kernel_ports(slave, {name}):
            nets = self.slaves[slave.bundle]
            if port.name not in nets:
                nets[port.name] = self.net(f"{slave.name}_{port.name}", port)
        self.second.add(name)

    def finish(self, streams: Sequence[StreamItem], nets: dict[str, tuple[Net, Net, Net]]) -> None:
        """The instances. streams: those of the kernel that lead to masters; nets: their data, valid, ready."""
        for slave in self.plan.axilite:
            self.slave(slave)
        for master in self.plan.masters:
            self.master(master, channels_of([item for item in streams if item.argument in master.arguments]), nets)

    def slave(self, slave: AxiLite) -> None:
        name = f"{self.module.name}_{slave.bundle}_s_axi"
        bus = [(port.name, self.pin(port, f"{slave.name}_")) for port in axi_ports(slave)]
        kernel = [(port.name, self.slaves[slave.bundle][port.name]) for port in self.kernel_ports(slave)]
        self.instance(name, f"{slave.bundle}_s_axi_u", [*bus, *kernel])
        self.texts[name] = axilite_text(slave, name, self.second, self.hidden)

    def kernel_ports(self, slave: AxiLite) -> list[Port]:
        return kernel_ports(slave, self.second, self.hidden)

    def master(self, master: AxiMaster, channels: list[Channel], nets: dict[str, tuple[Net, Net, Net]]) -> None:
        name = f"{self.module.name}_{master.bundle}_m_axi"
        connections = [(port.name, self.pin(port, f"{master.name}_")) for port in bus_ports(master)]
        for channel in channels:
            for port in channel_ports(channel):
                stream, _, end = port.name.rpartition("_")
                connections.append((port.name, nets[stream][("data", "valid", "ready").index(end)]))
        self.instance(name, f"{master.bundle}_m_axi_u", connections)
        self.texts[name] = axi_master_text(master, channels, name)
        wanted = [name]
        while wanted:
            text = self.texts[wanted.pop()]
            missing = [other for other in AXI_MODULES if f" {other} #" in text and other not in self.texts]
            self.texts |= {other: AXI_MODULES[other] for other in missing}
            wanted += missing

    def hide(self, bundle: str, name: str) -> None:
        """Nothing reads that output of a slave."""
        net = self.slaves[bundle].pop(name)
        self.module.declared.remove(net)
        self.hidden.add(name)

    def instance(self, module: str, name: str, connections: Sequence[tuple[str, Value]]) -> None:
        clock = (("ap_clk", Net("ap_clk", 1)), ("ap_rst_n", Net("ap_rst_n", 1)))
        self.module.instances.append(Instance(module, self.module.unique(name), (*clock, *connections)))


def channels_of(streams: Sequence[StreamItem]) -> list[Channel]:
    """The channels that the streams belong to: NAME_ar and NAME_r, NAME_aw, NAME_w and NAME_b or NAME_d."""
    by_name: dict[str, dict[str, StreamItem]] = {}
    for item in streams:
        name, _, end = item.name.rpartition("_")
        by_name.setdefault(name, {})[end] = item
    return [
        Channel(
            name,
            next(ends[end].width_bits for end in ("r", "w") if end in ends) // 8,
            "ar" in ends,
            "aw" in ends,
            max(item.under_way for item in ends.values()),
            "d" in ends,
        )
        for name, ends in by_name.items()
    ]
