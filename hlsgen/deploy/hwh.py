"""The hardware handoff (`.hwh`) of a block design, without Vivado: all that PYNQ reads of one, and nothing else.

In: a `BlockDesign`. Out: XML text. Vivado writes its own when it makes the bitstream; until then this one shows drivers
the same addresses, registers and parameters. What PYNQ needs of each element was found by leaving it out.
"""

from __future__ import annotations

from xml.etree import ElementTree

from hlsgen.sim.interface import AxiLite, Register

from .block_design import BlockDesign, Cell, Window

WORD_BITS = 32
_VERSIONS = {  # of IP that is not ours, as recent Vivado releases have it; drivers of PYNQ ask for some of them
    "processing_system7": "5.5",
    "zynq_ultra_ps_e": "3.5",
    "versal_cips": "3.4",
    "axi_dma": "7.1",
    "axi_intc": "4.1",
    "smartconnect": "1.0",
    "proc_sys_reset": "5.0",
    "axi_noc": "1.1",
    "xlconstant": "1.1",
}
_ACCESS = {"RW": "read-write", "R": "read-only", "RC": "read-only"}
_PL_CLOCKS = 4
_PLL_MHZ = {"zynq": 1000.0, "zynqmp": 1500.0, "versal": 1000.0}
_DIVISOR_MAX = {"zynq": 63, "zynqmp": 63, "versal": 1023}

# Bits of the control registers: name -> (register, first bit, access). UG1399, "S_AXILITE control register map".
_CONTROL_FIELDS = {
    "ctrl": (
        ("AP_START", 0, "read-write"),
        ("AP_DONE", 1, "read-only"),
        ("AP_IDLE", 2, "read-only"),
        ("AP_READY", 3, "read-only"),
        ("AUTO_RESTART", 7, "read-write"),
        ("INTERRUPT", 9, "read-only"),
    ),
    "gie": (("Enable", 0, "read-write"),),
    "ier": (("CHAN0_INT_EN", 0, "read-write"), ("CHAN1_INT_EN", 1, "read-write")),
    "isr": (("CHAN0_INT_ST", 0, "read-write"), ("CHAN1_INT_ST", 1, "read-write")),
}
_CONTINUE = ("AP_CONTINUE", 4, "read-write")


def handoff(design: BlockDesign) -> str:
    """The text of `<name>.hwh`."""
    root = ElementTree.Element("EDKSYSTEM", EDWVERSION="1.2", VIVADOVERSION="")
    ElementTree.SubElement(
        root, "SYSTEMINFO", ARCH=design.processor.family, DEVICE="", NAME=design.name, PACKAGE="", SPEEDGRADE=""
    )
    ElementTree.SubElement(root, "EXTERNALPORTS")
    ElementTree.SubElement(root, "EXTERNALINTERFACES")
    modules = ElementTree.SubElement(root, "MODULES")
    _add_system(modules, design)
    for cell in design.cells:
        _add_cell(modules, design, cell)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _module(modules: ElementTree.Element, cell: Cell, is_pl: str) -> ElementTree.Element:
    name = cell.ip.split(":")[2]
    vlnv = cell.ip if cell.ip.count(":") == 3 else f"{cell.ip}:{_VERSIONS[name]}"
    version = vlnv.rpartition(":")[2]
    return ElementTree.SubElement(
        modules,
        "MODULE",
        FULLNAME=f"/{cell.name}",
        HWVERSION=version,
        INSTANCE=cell.name,
        IPTYPE="PERIPHERAL",
        IS_ENABLE="1",
        IS_PL=is_pl,
        MODCLASS="PERIPHERAL",
        MODTYPE=name,
        VLNV=vlnv,
    )


def _add_system(modules: ElementTree.Element, design: BlockDesign) -> None:
    module = _module(modules, design.system, "FALSE")
    parameters = ElementTree.SubElement(module, "PARAMETERS")
    for name, value in _clock_parameters(design):
        ElementTree.SubElement(parameters, "PARAMETER", NAME=name, VALUE=value)
    _add_ports(module, design, design.system)
    interfaces = ElementTree.SubElement(module, "BUSINTERFACES")
    _add_interface(interfaces, design.processor.control_pin, "MASTER", "aximm")
    for port in design.processor.memory_ports:
        if any(slave == f"{design.system.name}/{port.pin}" for _, slave in design.links):
            _add_interface(interfaces, port.pin, "SLAVE", "aximm")
    memory_map = ElementTree.SubElement(module, "MEMORYMAP")
    # Of a block with several slaves PYNQ shows the last one: that is to be the one that starts it.
    starting = design.kernel.interface.control_port
    control = f"{design.kernel.instance}/{starting.name}/Reg" if starting else ""
    for window in sorted(design.windows, key=lambda window: window.segment == control):
        _add_range(memory_map, design, window)


def _add_range(memory_map: ElementTree.Element, design: BlockDesign, window: Window) -> None:
    # A block's name of a port may differ in case from its segment's (axi_intc: s_axi, S_AXI/Reg).
    cell, port, block = window.segment.split("/")
    pin = next(slave for _, slave in design.links if slave.lower() == f"{cell}/{port}".lower())
    ElementTree.SubElement(
        memory_map,
        "MEMRANGE",
        ADDRESSBLOCK=block,
        BASENAME="C_BASEADDR",
        BASEVALUE=f"0x{window.base:08X}",
        HIGHNAME="C_HIGHADDR",
        HIGHVALUE=f"0x{window.base + window.size - 1:08X}",
        INSTANCE=cell,
        IS_DATA="TRUE",
        IS_INSTRUCTION="TRUE",
        MASTERBUSINTERFACE=design.processor.control_pin,
        MEMTYPE="REGISTER",
        SLAVEBUSINTERFACE=pin.split("/")[1],
    )


def _add_cell(modules: ElementTree.Element, design: BlockDesign, cell: Cell) -> None:
    module = _module(modules, cell, "TRUE")
    if cell.name == design.kernel.instance:
        blocks = ElementTree.SubElement(module, "ADDRESSBLOCKS")
        for slave in design.kernel.slaves:
            _add_registers(blocks, slave, design.kernel.control)
    parameters = ElementTree.SubElement(module, "PARAMETERS")
    for name, value in cell.settings:
        ElementTree.SubElement(parameters, "PARAMETER", NAME=name, VALUE=value)
    _add_ports(module, design, cell)
    interfaces = ElementTree.SubElement(module, "BUSINTERFACES")
    kinds = {stream.name: "axis" for stream in design.kernel.streams}
    for link in design.links:
        for pin, kind in zip(link, ("MASTER", "SLAVE"), strict=True):
            owner, name = pin.split("/")
            if owner == cell.name:
                bus = "inimm" if name.endswith("_INI") else "axis" if "AXIS" in name else kinds.get(name, "aximm")
                _add_interface(interfaces, name, kind, bus, bus_name(link) if bus == "axis" else "")


def bus_name(link: tuple[str, str]) -> str:
    """What both ends of a connection have in common: the name of its master."""
    return link[0].replace("/", "_")


def _add_interface(interfaces: ElementTree.Element, name: str, kind: str, bus: str, bus_name: str = "") -> None:
    vlnv = f"xilinx.com:interface:{bus}:1.0"
    interface = ElementTree.SubElement(interfaces, "BUSINTERFACE", NAME=name, TYPE=kind, VLNV=vlnv)
    if bus_name:
        interface.set("BUSNAME", bus_name)


def _add_ports(module: ElementTree.Element, design: BlockDesign, cell: Cell) -> None:
    """The interrupt pins, the only ones that PYNQ follows from block to block."""
    ports = ElementTree.SubElement(module, "PORTS")
    for source, *sinks in design.nets:
        pins = (source, *sinks)
        if not any(pin.startswith("axi_intc_0/") and not pin.endswith(("aclk", "aresetn")) for pin in pins):
            continue
        for pin in pins:
            if pin.split("/")[0] != cell.name:
                continue
            way = "O" if pin == source else "I"
            port = ElementTree.SubElement(
                ports, "PORT", DIR=way, NAME=pin.split("/")[1], SIGIS="INTERRUPT", SIGNAME=source.replace("/", "_")
            )
            connections = ElementTree.SubElement(port, "CONNECTIONS")
            for other in pins:
                if (other != pin and pin in (source, other)) or (other == source and pin != source):
                    instance, name = other.split("/")
                    ElementTree.SubElement(connections, "CONNECTION", INSTANCE=instance, PORT=name)


def _add_registers(blocks: ElementTree.Element, slave: AxiLite, control: str) -> None:
    block = ElementTree.SubElement(
        blocks,
        "ADDRESSBLOCK",
        ACCESS="read-write",
        INTERFACE=slave.name,
        NAME="Reg",
        RANGE=f"{1 << slave.address_bits}",
        USAGE="register",
    )
    registers = ElementTree.SubElement(block, "REGISTERS")
    for name, offset, access, fields in register_words(slave, control):
        register = ElementTree.SubElement(registers, "REGISTER", NAME=name)
        properties = (("ADDRESS_OFFSET", f"0x{offset:X}"), ("SIZE", f"{WORD_BITS}"), ("ACCESS", access))
        for key, value in (*properties, ("IS_ENABLED", "true")):
            ElementTree.SubElement(register, "PROPERTY", NAME=key, VALUE=value)
        listed = ElementTree.SubElement(register, "FIELDS")
        for field, bit, width, field_access in fields:
            one = ElementTree.SubElement(listed, "FIELD", NAME=field)
            for key, value in (("BIT_OFFSET", f"{bit}"), ("BIT_WIDTH", f"{width}"), ("ACCESS", field_access)):
                ElementTree.SubElement(one, "PROPERTY", NAME=key, VALUE=value)


Word = tuple[str, int, str, tuple[tuple[str, int, int, str], ...]]


def register_words(slave: AxiLite, control: str) -> list[Word]:
    """(name, offset, access, fields) of every word of a register, a field being (name, first bit, bits, access).

    As Vitis HLS has them: a register of several words is `a_1`, `a_2` ...; arrays have no registers.
    """
    return [word for register in slave.registers for word in _words(register, control)]


def _words(register: Register, control: str) -> list[Word]:
    if register.role == "memory":
        return []
    access = _ACCESS[register.access]
    if register.role in _CONTROL_FIELDS:
        bits = _CONTROL_FIELDS[register.role]
        if register.role == "ctrl" and control == "ap_ctrl_chain":
            bits = (*bits[:4], _CONTINUE, *bits[4:])
        return [(register.name, register.offset, access, tuple((name, bit, 1, how) for name, bit, how in bits))]
    if register.role == "valid":
        field = f"{register.name.removesuffix('_ctrl')}_ap_vld"
        return [(register.name, register.offset, access, ((field, 0, 1, access),))]
    words = -(-register.bits // WORD_BITS)
    names = [register.name] if words == 1 else [f"{register.name}_{number + 1}" for number in range(words)]
    widths = [min(WORD_BITS, register.bits - WORD_BITS * number) for number in range(words)]
    return [
        (name, register.offset + 4 * number, access, ((register.name, 0, width, access),))
        for number, (name, width) in enumerate(zip(names, widths, strict=True))
    ]


def divisors(family: str, mhz: float) -> tuple[int, int, float]:
    """The two divisors of the PLL that give the highest clock of at most `mhz`, and that clock. Versal has one."""
    pll, most = _PLL_MHZ[family], _DIVISOR_MAX[family]
    second = range(1, most + 1) if family != "versal" else range(1, 2)
    pairs = [(first, other) for first in range(1, most + 1) for other in second]
    fitting = [pair for pair in pairs if pll / (pair[0] * pair[1]) <= mhz * (1 + 1e-9)]
    first, other = min(fitting, key=lambda pair: (pair[0] * pair[1], -pair[0]), default=(most, second[-1]))
    return first, other, pll / (first * other)


def _clock_parameters(design: BlockDesign) -> list[tuple[str, str]]:
    """All four clocks of the processing system, the disabled ones too: PYNQ asks for each."""
    family = design.processor.family
    first, other, mhz = divisors(family, design.clock_mhz)
    found: list[tuple[str, str]] = []
    for clock in range(_PL_CLOCKS):
        on = "1" if clock == 0 else "0"
        if family == "zynq":
            found += [
                (f"PCW_FPGA_FCLK{clock}_ENABLE", on),
                (f"PCW_FCLK{clock}_PERIPHERAL_DIVISOR0", f"{first}"),
                (f"PCW_FCLK{clock}_PERIPHERAL_DIVISOR1", f"{other}"),
                (f"PCW_FCLK{clock}_PERIPHERAL_CLKSRC", "IO PLL"),
            ]
        elif family == "zynqmp":
            base = f"PSU__CRL_APB__PL{clock}_REF_CTRL__"
            found += [
                (f"PSU__FPGA_PL{clock}_ENABLE", on),
                (f"{base}DIVISOR0", f"{first}"),
                (f"{base}DIVISOR1", f"{other}"),
                (f"{base}SRCSEL", "IOPLL"),
                (f"{base}ACT_FREQMHZ", f"{mhz:.6f}"),
            ]
        else:
            base = f"PMC_CRP_PL{clock}_REF_CTRL_"
            found += [(f"PS_USE_PMCPL_CLK{clock}", on), (f"{base}DIVISOR0", f"{first}")]
            found += [(f"{base}SRCSEL", "PPLL"), (f"{base}ACT_FREQMHZ", f"{mhz:.6f}")]
    if family == "versal":
        return [("PS_PMC_CONFIG_INTERNAL", " ".join(f"{name} {{{value}}}" for name, value in found))]
    return [*_port_widths(design), *found]


def _port_widths(design: BlockDesign) -> list[tuple[str, str]]:
    """The data widths of the ports in use, by the names by which PYNQ sets up the ports when it loads the design."""
    if design.processor.family != "zynqmp":
        return []
    widths = {key: value for key, value in design.system.settings if key.endswith("__DATA_WIDTH")}
    return [(f"C_{key.removeprefix('PSU__').replace('__DATA_WIDTH', '_DATA_WIDTH')}", w) for key, w in widths.items()]
