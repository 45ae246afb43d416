"""The block design around a kernel, as data: cells, connections, address map. Tcl and `.hwh` are both printed from it.

In: a `Kernel`, a `Processor`. Out: a `BlockDesign`. The kernel's AXI4-Lite slaves hang on a port of the processing
system, its AXI4 masters on the ports to memory in turn, its streams on DMA engines, its interrupt on a controller,
which is where PYNQ looks for interrupts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hlsgen.core.errors import UserError

from .kernel import Kernel
from .processors import MemoryPort, Processor

PAGE = 0x1_0000  # of the address map: what every block gets at least
PORTS_MAX = 16  # of a SmartConnect, on either side
DMA_LENGTH_BITS = 26  # the longest transfer that the register of the engine can hold is 2**26 - 1 bytes
DMA_REALIGN_BITS = 512  # the widest stream for which an engine takes addresses at any byte
STREAM_BITS = (8, 16, 32, 64, 128, 256, 512, 1024)
NOC = "axi_noc_0"  # made by the rule of the processing system, with the memory controllers of the board's preset
NOC_BITS_MAX = 512
NOC_MB_PER_S = 500  # asked of the NoC for each master, each way


@dataclass(frozen=True, slots=True)
class Cell:
    """A block. ip: vendor:library:name, with a version only for our own. settings: parameters without `CONFIG.`.

    by_rule: it is there once the block automation of the processing system has run.
    """

    name: str
    ip: str
    settings: tuple[tuple[str, str], ...] = ()
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """`segment` (cell/port/block) can be reached in address space `space`, from `base` on, `size` bytes."""

    space: str
    segment: str
    base: int
    size: int

    @property
    def cell(self) -> str:
        return self.segment.split("/")[0]


@dataclass(frozen=True, slots=True)
class Reach:
    """Address space `space` sees memory: all segments whose names match the pattern, where the device has them."""

    space: str
    segments: str


@dataclass(frozen=True, slots=True)
class BlockDesign:
    """links: (master, slave) of AXI interfaces. nets: a driver and what it drives.

    pin_settings: (pin, parameter, value) of pins of the NoC.
    """

    name: str
    processor: Processor
    system: Cell
    kernel: Kernel
    cells: tuple[Cell, ...]
    links: tuple[tuple[str, str], ...]
    nets: tuple[tuple[str, ...], ...]
    windows: tuple[Window, ...]
    reaches: tuple[Reach, ...]
    pin_settings: tuple[tuple[str, str, str], ...] = ()

    @property
    def clock_mhz(self) -> float:
        return round(1000 / self.kernel.clock_ns, 6)

    def cell(self, name: str) -> Cell:
        return next(cell for cell in (self.system, *self.cells) if cell.name == name)


def block_design(kernel: Kernel, processor: Processor) -> BlockDesign:
    """The block design. Raises a `UserError` for what cannot be connected: odd streams, too many ports, no TLAST."""
    return _Builder(kernel, processor).build()


class _Builder:
    def __init__(self, kernel: Kernel, processor: Processor) -> None:
        self.kernel, self.processor = kernel, processor
        self.system = f"{processor.ip.rpartition(':')[2]}_0"
        self.cells: list[Cell] = []
        self.links: list[tuple[str, str]] = []
        self.clocked = [f"{self.system}/{processor.control_clock_pin}"]
        self.reset: list[str] = []
        self.nets: list[tuple[str, ...]] = []
        self.registers: list[tuple[str, str, int]] = []  # interface, its address block, bytes
        self.masters: list[tuple[str, str, int]] = []  # interface, address space, data bits
        self.reaches: list[Reach] = []
        self.pin_settings: list[tuple[str, str, str]] = []
        self.settings = [(key, value.format(mhz=f"{1000 / kernel.clock_ns:g}")) for key, value in processor.settings]

    def build(self) -> BlockDesign:
        self.add_kernel()
        self.add_engines()
        if self.kernel.interrupt:
            self.add_interrupts()
        windows = tuple(self.add_control())
        if self.processor.has_noc:
            self.add_noc()
        else:
            self.add_memory()
        clock, reset = (f"{self.system}/{pin}" for pin in (self.processor.clock_pin, self.processor.reset_pin))
        self.cells.insert(0, Cell("proc_sys_reset_0", "xilinx.com:ip:proc_sys_reset"))
        self.check_names()
        nets = [
            (clock, "proc_sys_reset_0/slowest_sync_clk", *self.clocked),
            (reset, "proc_sys_reset_0/ext_reset_in"),
            ("proc_sys_reset_0/peripheral_aresetn", *self.reset),
            *self.nets,
        ]
        return BlockDesign(
            name=f"{self.kernel.top}_system",
            processor=self.processor,
            system=Cell(self.system, self.processor.ip, tuple(self.settings)),
            kernel=self.kernel,
            cells=tuple(self.cells),
            links=tuple(self.links),
            nets=tuple(nets),
            windows=windows,
            reaches=tuple(self.reaches),
            pin_settings=tuple(self.pin_settings),
        )

    def check_names(self) -> None:
        names = [self.system.lower(), *(cell.name.lower() for cell in self.cells)]
        if names.count(self.kernel.instance.lower()) > 1:
            raise UserError(
                f"a block of the block design is called {self.kernel.instance!r} already",
                where=self.kernel.top,
                do="rename the top function or the model",
            )

    def add(self, name: str, ip: str, clocks: tuple[str, ...], reset: str, *settings: tuple[str, str]) -> None:
        self.cells.append(Cell(name, ip, settings))
        self.clocked += [f"{name}/{pin}" for pin in clocks]
        self.reset += [f"{name}/{reset}"] if reset else []

    def add_kernel(self) -> None:
        kernel, name = self.kernel, self.kernel.instance
        self.add(name, kernel.vlnv, (kernel.clock,), kernel.reset)
        for slave in kernel.slaves:
            size = max(PAGE, 1 << slave.address_bits)
            self.registers.append((f"{name}/{slave.name}", f"{name}/{slave.name}/Reg", size))
        if kernel.pins:
            self.cells.append(Cell("one_0", "xilinx.com:ip:xlconstant", (("CONST_WIDTH", "1"), ("CONST_VAL", "1"))))
            self.nets.append(("one_0/dout", *(f"{name}/{pin}" for pin in kernel.pins)))
        for master in kernel.masters:
            self.masters.append((f"{name}/{master.name}", f"{name}/Data_{master.name}", master.data_bits))

    def add_engines(self) -> None:
        """A DMA engine for every input stream, and every output stream, as pairs."""
        kernel = self.kernel
        for stream in kernel.streams:
            if stream.data_bits not in STREAM_BITS:
                raise UserError(
                    f"stream {stream.name!r} of {stream.data_bits} bits cannot be connected to a DMA engine",
                    where=kernel.top,
                    do="make it a power of two, 8 to 1024, or build with --io axi",
                )
            if not stream.is_input and "last" not in stream.ports:
                raise UserError(
                    f"stream {stream.name!r} has no TLAST, so that no DMA transfer from it would ever end",
                    where=kernel.top,
                    do="make its elements ap_axiu<W, 0, 0, 0> and set last, or build with --io axi",
                )
        for number in range(max(len(kernel.inputs), len(kernel.outputs))):
            self.add_engine(number)

    def add_engine(self, number: int) -> None:
        kernel, name = self.kernel, f"axi_dma_{number}"
        settings = [("c_include_sg", "0"), ("c_sg_length_width", f"{DMA_LENGTH_BITS}")]
        settings += [("c_addr_width", "64" if self.processor.address_bits > 32 else "32")]
        clocks = ["s_axi_lite_aclk"]
        ways = (("mm2s", "MM2S", kernel.inputs), ("s2mm", "S2MM", kernel.outputs))
        for way, upper, streams in ways:
            settings.append((f"c_include_{way}", "1" if number < len(streams) else "0"))
            if number >= len(streams):
                continue
            stream, bits = streams[number], max(32, streams[number].data_bits)
            clocks.append(f"m_axi_{way}_aclk")
            realigns = "1" if stream.data_bits <= DMA_REALIGN_BITS else "0"
            settings += [(f"c_m_axi_{way}_data_width", f"{bits}"), (f"c_include_{way}_dre", realigns)]
            outer, inner = f"{name}/{'M' if stream.is_input else 'S'}_AXIS_{upper}", f"{kernel.instance}/{stream.name}"
            if stream.is_input:
                settings.append((f"c_m_axis_{way}_tdata_width", f"{stream.data_bits}"))
            self.links.append((outer, inner) if stream.is_input else (inner, outer))
            self.masters.append((f"{name}/M_AXI_{upper}", f"{name}/Data_{upper}", bits))
        self.add(name, "xilinx.com:ip:axi_dma", tuple(clocks), "axi_resetn", *settings)
        self.registers.append((f"{name}/S_AXI_LITE", f"{name}/S_AXI_LITE/Reg", PAGE))

    def add_interrupts(self) -> None:
        name = "axi_intc_0"
        self.add(name, "xilinx.com:ip:axi_intc", ("s_axi_aclk",), "s_axi_aresetn", ("C_IRQ_CONNECTION", "1"))
        self.registers.append((f"{name}/s_axi", f"{name}/S_AXI/Reg", PAGE))
        self.settings += self.processor.interrupt_settings
        self.nets.append((f"{self.kernel.instance}/{self.kernel.interrupt}", f"{name}/intr"))
        self.nets.append((f"{name}/irq", f"{self.system}/{self.processor.interrupt_pin}"))

    def add_control(self) -> Iterator[Window]:
        """From the processing system to every register, each block at a multiple of its size."""
        if not self.registers:
            raise UserError(
                "a design without s_axilite and streams, which software does not reach",
                where=self.kernel.top,
                do="add #pragma HLS INTERFACE s_axilite port=return",
            )
        if len(self.registers) > PORTS_MAX:
            raise UserError(
                f"{len(self.registers)} AXI4-Lite slaves", where=self.kernel.top, do=f"at most {PORTS_MAX} can be had"
            )
        name = "control_0"
        ports = (("NUM_SI", "1"), ("NUM_MI", f"{len(self.registers)}"), ("NUM_CLKS", "1"))
        self.add(name, "xilinx.com:ip:smartconnect", ("aclk",), "aresetn", *ports)
        self.links.append((f"{self.system}/{self.processor.control_pin}", f"{name}/S00_AXI"))
        free = self.processor.base
        for number, (pin, segment, size) in enumerate(self.registers):
            base = -(-free // size) * size
            free = base + size
            if free > self.processor.base + self.processor.window:
                raise UserError(
                    f"the registers of {self.kernel.top} do not fit into the {self.processor.window >> 20} MB of "
                    f"{self.processor.control_pin}",
                    do="put large arrays behind m_axi",
                )
            self.links.append((f"{name}/M{number:02}_AXI", pin))
            yield Window(f"{self.system}/Data", segment, base, size)

    def add_memory(self) -> None:
        """The masters to the ports of the processing system, in turn, those of a port through one SmartConnect."""
        ports = self.processor.memory_ports
        for number, port in enumerate(ports[: len(self.masters)]):
            self.add_memory_port(number, port, self.masters[number :: len(ports)])

    def add_memory_port(self, number: int, port: MemoryPort, masters: list[tuple[str, str, int]]) -> None:
        if len(masters) > PORTS_MAX:
            raise UserError(
                f"{len(self.masters)} AXI masters", where=self.kernel.top, do="bundle arguments that take turns"
            )
        name = f"memory_{number}"
        counts = (("NUM_SI", f"{len(masters)}"), ("NUM_MI", "1"), ("NUM_CLKS", "1"))
        self.add(name, "xilinx.com:ip:smartconnect", ("aclk",), "aresetn", *counts)
        self.clocked.append(f"{self.system}/{port.clock_pin}")
        self.settings += port.settings
        for index, (pin, space, _) in enumerate(masters):
            self.links.append((pin, f"{name}/S{index:02}_AXI"))
            self.reaches.append(Reach(space, f"{self.system}/{port.segments}"))
        self.links.append((f"{name}/M00_AXI", f"{self.system}/{port.pin}"))

    def add_noc(self) -> None:
        """The masters to a NoC of their own, which is joined to the one with the memory controllers."""
        if not self.masters:
            return
        name, bandwidth = "memory_noc_0", f"read_bw {{{NOC_MB_PER_S}}} write_bw {{{NOC_MB_PER_S}}}"
        counts = (("NUM_SI", f"{len(self.masters)}"), ("NUM_MI", "0"), ("NUM_NMI", "1"), ("NUM_CLKS", "1"))
        self.add(name, "xilinx.com:ip:axi_noc", ("aclk0",), "", *counts)
        for index, (pin, space, bits) in enumerate(self.masters):
            if bits > NOC_BITS_MAX:
                raise UserError(
                    f"{pin} is {bits} bits wide, the NoC takes {NOC_BITS_MAX}", do="narrow it: max_widen_bitwidth"
                )
            slot = f"{name}/S{index:02}_AXI"
            self.links.append((pin, slot))
            self.pin_settings.append((slot, "CONNECTIONS", f"M00_INI {{{bandwidth}}}"))
            self.reaches.append(Reach(space, f"{NOC}/S00_INI/C0_DDR_*"))
        together = ":".join(f"S{index:02}_AXI" for index in range(len(self.masters)))
        self.pin_settings.append((f"{name}/aclk0", "ASSOCIATED_BUSIF", together))
        bursts = "read_avg_burst {4} write_avg_burst {4}"
        self.pin_settings.append((f"{NOC}/S00_INI", "CONNECTIONS", f"MC_0 {{{bandwidth} {bursts}}}"))
        self.links.append((f"{name}/M00_INI", f"{NOC}/S00_INI"))
        self.cells.append(Cell(NOC, "xilinx.com:ip:axi_noc", (("NUM_NSI", "1"),), by_rule=True))
