"""What the RTL of a design shows to a board: clock, reset, streams, AXI4-Lite slaves, AXI4 masters, interrupt.

In: a folder with `signature.json`. Out: a `Kernel`, or a `UserError` for ports that nothing on a board could drive.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.naming import check_identifier
from hlsgen.core.vlnv import vlnv_of
from hlsgen.sim.interface import AxiLite, AxiMaster, Interface, load_interface
from hlsgen.sim.signature import StreamPort


@dataclass(frozen=True, slots=True)
class Kernel:
    """The design as a block. pins: inputs that are 1 whenever the design may run; nothing else drives them."""

    top: str
    clock: str
    reset: str
    clock_ns: float
    control: str
    interrupt: str
    pins: tuple[str, ...]
    streams: tuple[StreamPort, ...]
    slaves: tuple[AxiLite, ...]
    masters: tuple[AxiMaster, ...]
    interface: Interface

    @property
    def vlnv(self) -> str:
        return vlnv_of(self.top)

    @property
    def instance(self) -> str:
        """Its name in a block design, and so the attribute of the overlay in PYNQ."""
        return f"{self.top}_0"

    @property
    def inputs(self) -> tuple[StreamPort, ...]:
        return tuple(stream for stream in self.streams if stream.is_input)

    @property
    def outputs(self) -> tuple[StreamPort, ...]:
        return tuple(stream for stream in self.streams if not stream.is_input)


def load_kernel(rtl: Path) -> Kernel:
    """The block that `rtl`/signature.json tells of. Raises a `UserError` for ports that no board has a use for."""
    interface = load_interface(rtl)
    signature = interface.signature
    for argument in interface.arguments:
        needs_pins = argument.mode not in ("axis", "s_axilite") and (
            argument.mode != "m_axi" or any("offset" in leaf.ports for leaf in argument.leaves)
        )
        if needs_pins:
            raise UserError(
                f"argument {argument.name!r} has pins of its own ({argument.mode}), which nothing on a board drives",
                where=str(rtl),
                do="give it INTERFACE m_axi with offset=slave, s_axilite or axis",
            )
    starting = interface.control_port
    if starting is None and interface.axi_masters:
        raise UserError(
            "a design with AXI masters is started by pins, which nothing on a board drives",
            where=str(rtl),
            do="add #pragma HLS INTERFACE s_axilite port=return",
        )
    if not signature.reset_active_low:
        raise InternalError(f"{rtl}: the reset is active high")
    for name in [port.name for port in interface.axilite] + [port.name for port in interface.axi_masters]:
        check_identifier(name, "port", str(rtl))
    return Kernel(
        top=signature.top,
        clock=signature.clock,
        reset=signature.reset,
        clock_ns=signature.clock_ns,
        control=signature.control,
        interrupt=starting.interrupt if starting else "",
        pins=_start_pins(signature.control) if starting is None else (),
        streams=signature.streams,
        slaves=interface.axilite,
        masters=interface.axi_masters,
        interface=interface,
    )


def _start_pins(control: str) -> tuple[str, ...]:
    return {"ap_ctrl_none": (), "ap_ctrl_hs": ("ap_start",), "ap_ctrl_chain": ("ap_start", "ap_continue")}[control]
