"""The processing systems of the three device families, as blocks of a Vivado block design.

Names of pins, ports, address segments and parameters are those of the IP: processing_system7 (PG082), zynq_ultra_ps_e
(PG201), versal_cips (PG352) with axi_noc (PG313). `tests/deploy` has them once more, from other people's block designs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hlsgen.core.errors import UserError


@dataclass(frozen=True, slots=True)
class MemoryPort:
    """A slave port to the memory. segments: a pattern of the names of the parts of memory that are reached there."""

    pin: str
    clock_pin: str
    segments: str
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Processor:
    """A processing system. ip: without version. rule, preset: of the block automation that puts the board's preset in.

    settings: parameters whatever the design, `{mhz}` in them being the clock. control_pin: the AXI master that reaches
    registers, from `base` on, `window` bytes. address_bits: of addresses in memory. image: how the result's name ends.
    """

    family: str
    ip: str
    rule: str
    preset: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    clock_pin: str
    reset_pin: str
    control_pin: str
    control_clock_pin: str
    interrupt_pin: str
    interrupt_settings: tuple[tuple[str, str], ...]
    base: int
    window: int
    address_bits: int
    memory_ports: tuple[MemoryPort, ...]
    image: str = "bit"

    @property
    def has_noc(self) -> bool:
        """Whether memory is reached over an axi_noc instead of `memory_ports`."""
        return self.family == "versal"


_ZYNQ = Processor(
    family="zynq",
    ip="xilinx.com:ip:processing_system7",
    rule="xilinx.com:bd_rule:processing_system7",
    preset=(
        ("make_external", "FIXED_IO, DDR"),
        ("apply_board_preset", "1"),
        ("Master", "Disable"),
        ("Slave", "Disable"),
    ),
    settings=(
        ("PCW_USE_M_AXI_GP0", "1"),
        ("PCW_USE_M_AXI_GP1", "0"),
        ("PCW_EN_CLK0_PORT", "1"),
        ("PCW_EN_RST0_PORT", "1"),
        ("PCW_FPGA0_PERIPHERAL_FREQMHZ", "{mhz}"),
    ),
    clock_pin="FCLK_CLK0",
    reset_pin="FCLK_RESET0_N",
    control_pin="M_AXI_GP0",
    control_clock_pin="M_AXI_GP0_ACLK",
    interrupt_pin="IRQ_F2P",
    interrupt_settings=(("PCW_USE_FABRIC_INTERRUPT", "1"), ("PCW_IRQ_F2P_INTR", "1")),
    base=0x4000_0000,
    window=0x4000_0000,
    address_bits=32,
    memory_ports=tuple(
        MemoryPort(
            f"S_AXI_HP{n}",
            f"S_AXI_HP{n}_ACLK",
            f"S_AXI_HP{n}/HP{n}_DDR_LOWOCM",
            ((f"PCW_USE_S_AXI_HP{n}", "1"), (f"PCW_S_AXI_HP{n}_DATA_WIDTH", "64")),
        )
        for n in range(4)
    ),
)

_ZYNQMP = Processor(
    family="zynqmp",
    ip="xilinx.com:ip:zynq_ultra_ps_e",
    rule="xilinx.com:bd_rule:zynq_ultra_ps_e",
    preset=(("apply_board_preset", "1"),),
    settings=(
        ("PSU__USE__M_AXI_GP0", "1"),
        ("PSU__USE__M_AXI_GP1", "0"),
        ("PSU__USE__M_AXI_GP2", "0"),
        ("PSU__MAXIGP0__DATA_WIDTH", "32"),
        ("PSU__FPGA_PL0_ENABLE", "1"),
        ("PSU__USE__FABRIC__RST", "1"),
        ("PSU__NUM_FABRIC_RESETS", "1"),
        ("PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ", "{mhz}"),
    ),
    clock_pin="pl_clk0",
    reset_pin="pl_resetn0",
    control_pin="M_AXI_HPM0_FPD",
    control_clock_pin="maxihpm0_fpd_aclk",
    interrupt_pin="pl_ps_irq0",
    interrupt_settings=(("PSU__USE__IRQ0", "1"),),
    base=0xA000_0000,
    window=0x1000_0000,
    address_bits=49,
    memory_ports=tuple(
        MemoryPort(
            f"S_AXI_HP{n}_FPD",
            f"saxihp{n}_fpd_aclk",
            f"SAXIGP{n + 2}/HP{n}_DDR_*",
            ((f"PSU__USE__S_AXI_GP{n + 2}", "1"), (f"PSU__SAXIGP{n + 2}__DATA_WIDTH", "128")),
        )
        for n in range(4)
    ),
)


def _versal(flow: Mapping[str, Any]) -> Processor:
    """noc_memory: DDR or LPDDR; noc_controllers: how many, by the board's preset."""
    kind, count = str(flow.get("noc_memory", "DDR")), int(flow.get("noc_controllers", 1))
    if kind not in ("DDR", "LPDDR"):
        raise UserError(f"noc_memory = {kind!r}", where="[flow] of the board", do="use DDR or LPDDR")
    ddr, lpddr = (count, "None") if kind == "DDR" else ("None", count)
    return Processor(
        family="versal",
        ip="xilinx.com:ip:versal_cips",
        rule="xilinx.com:bd_rule:cips",
        preset=(
            ("board_preset", "Yes"),
            ("boot_config", "Custom"),
            ("configure_noc", "Add new AXI NoC"),
            ("debug_config", "JTAG"),
            ("design_flow", "Full System"),
            ("mc_type", kind),
            ("num_mc_ddr", f"{ddr}"),
            ("num_mc_lpddr", f"{lpddr}"),
            ("pl_clocks", "1"),
            ("pl_resets", "1"),
        ),
        settings=(
            ("PS_USE_M_AXI_FPD", "1"),
            ("PS_M_AXI_FPD_DATA_WIDTH", "32"),
            ("PS_USE_PMCPL_CLK0", "1"),
            ("PS_NUM_FABRIC_RESETS", "1"),
            ("PMC_CRP_PL0_REF_CTRL_FREQMHZ", "{mhz}"),
        ),
        clock_pin="pl0_ref_clk",
        reset_pin="pl0_resetn",
        control_pin="M_AXI_FPD",
        control_clock_pin="m_axi_fpd_aclk",
        interrupt_pin="pl_ps_irq0",
        interrupt_settings=(("PS_IRQ_USAGE", "{CH0 1}"),),
        base=0xA400_0000,
        window=0x1C00_0000,
        address_bits=64,
        memory_ports=(),
        image="pdi",
    )


def processor_of(name: str, flow: Mapping[str, Any]) -> Processor:
    """The processing system of a board, by the name of its IP. Raises a `UserError` for one that is not known."""
    if name == "processing_system7":
        return _ZYNQ
    if name == "zynq_ultra_ps_e":
        return _ZYNQMP
    if name == "versal_cips":
        return _versal(flow)
    raise UserError(
        f"no block design is known for the processing system {name!r}",
        do="use processing_system7, zynq_ultra_ps_e or versal_cips",
    )
