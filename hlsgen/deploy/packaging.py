"""How RTL becomes an IP of Vivado: its interfaces with the pins that they consist of, its registers.

In: a `Kernel`. Out: an `Ip`, from which the packaging script and `kernel.xml` are printed. Names of address blocks and
spaces are those that Vitis HLS gives, so that one block design serves both.
"""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.sim.interface import AxiMaster

from .hwh import Word, register_words
from .kernel import Kernel

_ADDRESS = ("ADDR", "LEN", "SIZE", "BURST", "LOCK", "CACHE", "PROT", "QOS", "REGION", "USER", "VALID", "READY")
MASTER_SIGNALS = (
    *(f"{channel}{signal}" for channel in ("AW", "AR") for signal in ("ID", *_ADDRESS)),
    *(f"W{signal}" for signal in ("DATA", "STRB", "LAST", "ID", "USER", "VALID", "READY")),
    *(f"R{signal}" for signal in ("ID", "DATA", "RESP", "LAST", "USER", "VALID", "READY")),
    *(f"B{signal}" for signal in ("ID", "RESP", "USER", "VALID", "READY")),
)
SLAVE_SIGNALS = tuple(
    "AWADDR AWVALID AWREADY WDATA WSTRB WVALID WREADY BRESP BVALID BREADY "
    "ARADDR ARVALID ARREADY RDATA RRESP RVALID RREADY".split()
)
_STREAM_SIGNALS = {
    "data": "TDATA",
    "keep": "TKEEP",
    "strb": "TSTRB",
    "user": "TUSER",
    "last": "TLAST",
    "id": "TID",
    "dest": "TDEST",
    "valid": "TVALID",
    "ready": "TREADY",
}


@dataclass(frozen=True, slots=True)
class Bus:
    """A bus interface, xilinx.com:<library>:<kind>:1.0. mode: master or slave. signals: (logical name, pin)."""

    name: str
    library: str
    kind: str
    mode: str
    signals: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterMap:
    """The registers behind an AXI4-Lite slave, `size` bytes of addresses."""

    slave: str
    size: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Ip:
    """buses: all interfaces, clock and reset included. spaces: (master, its address space)."""

    buses: tuple[Bus, ...]
    maps: tuple[RegisterMap, ...]
    spaces: tuple[tuple[str, str], ...]


def package(kernel: Kernel) -> Ip:
    """The interfaces of `kernel`, as Vivado is to see them."""
    buses = [
        *(
            Bus(s.name, "interface", "axis", "slave" if s.is_input else "master", _stream_signals(s.ports))
            for s in kernel.streams
        ),
        *(
            Bus(s.name, "interface", "aximm", "slave", _signals(s.name, SLAVE_SIGNALS), (("PROTOCOL", "AXI4LITE"),))
            for s in kernel.slaves
        ),
        *(_master(master) for master in kernel.masters),
    ]
    together = ":".join(bus.name for bus in buses)
    clock = (("ASSOCIATED_BUSIF", together), ("ASSOCIATED_RESET", kernel.reset))
    pins = [
        Bus(kernel.clock, "signal", "clock", "slave", (("CLK", kernel.clock),), clock),
        Bus(kernel.reset, "signal", "reset", "slave", (("RST", kernel.reset),), (("POLARITY", "ACTIVE_LOW"),)),
    ]
    if kernel.interrupt:
        level = (("SENSITIVITY", "LEVEL_HIGH"),)
        pins.append(Bus(kernel.interrupt, "signal", "interrupt", "master", (("INTERRUPT", kernel.interrupt),), level))
    return Ip(
        buses=(*buses, *pins),
        maps=tuple(
            RegisterMap(slave.name, 1 << slave.address_bits, tuple(register_words(slave, kernel.control)))
            for slave in kernel.slaves
        ),
        spaces=tuple((master.name, f"Data_{master.name}") for master in kernel.masters),
    )


def _master(master: AxiMaster) -> Bus:
    # SmartConnect lets through no more requests at a time than the interface says that it makes.
    parameters = (
        ("PROTOCOL", "AXI4"),
        ("NUM_READ_OUTSTANDING", f"{master.read_outstanding}"),
        ("NUM_WRITE_OUTSTANDING", f"{master.write_outstanding}"),
        ("MAX_BURST_LENGTH", f"{max(master.max_read_burst, master.max_write_burst)}"),
        ("SUPPORTS_NARROW_BURST", "0"),
    )
    return Bus(master.name, "interface", "aximm", "master", _signals(master.name, MASTER_SIGNALS), parameters)


def _signals(name: str, signals: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((signal, f"{name}_{signal}") for signal in signals)


def _stream_signals(ports: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((_STREAM_SIGNALS[role], pin) for role, pin in ports.items())
