"""Vivado as far as our scripts go: a Tcl interpreter in which every command is known, and checks what it is given.

A command, parameter, pin, interface or address segment that is not in here is an error. What the IP have was taken from
other people's block designs and the product guides, not from `hlsgen.deploy`.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
import tkinter
from dataclasses import dataclass, field
from pathlib import Path

CLOCK, RESET = "clock", "reset"
TO = "\x1f"  # between the names of a path: no other text has it


@dataclass
class Shape:
    """What an instance of an IP shows. pins: name -> out, in, clock (in), reset (in), optional (in)."""

    pins: dict[str, str]
    interfaces: dict[str, str]  # name -> master, slave, optional
    spaces: dict[str, str] = field(default_factory=dict)  # address space -> interface
    segments: dict[str, str] = field(default_factory=dict)  # port/block -> interface, or memory


@dataclass
class Cell:
    name: str
    vlnv: str
    settings: dict[str, str] = field(default_factory=dict)


@dataclass
class Component:
    """An IP that `ipx` commands made. pins: of the module, name -> input or output."""

    vlnv: dict[str, str]
    pins: dict[str, str]
    buses: dict[str, dict] = field(default_factory=dict)
    spaces: dict[str, dict] = field(default_factory=dict)
    maps: dict[str, dict] = field(default_factory=dict)

    def shape(self) -> Shape:
        pins, interfaces, spaces, segments = {}, {}, {}, {}
        kinds = {"clock": CLOCK, "reset": RESET, "interrupt": "out"}
        for name, bus in self.buses.items():
            kind = bus["bus_type_vlnv"].split(":")[2]
            if kind in kinds:
                pins |= dict.fromkeys(bus["signals"].values(), kinds[kind])
            else:
                interfaces[name] = bus["interface_mode"]
            if "slave_memory_map_ref" in bus:
                for block in self.maps[bus["slave_memory_map_ref"]]:
                    segments[f"{name}/{block}"] = name
            if "master_address_space_ref" in bus:
                spaces[bus["master_address_space_ref"]] = name
        bussed = {pin for bus in self.buses.values() for pin in bus["signals"].values()}
        for pin in self.pins.keys() - bussed:
            pins[pin] = {"input": "in", "output": "out"}[self.pins[pin]]
        return Shape(pins, interfaces, spaces, segments)


def smartconnect(s: dict[str, str]) -> Shape:
    ports = {f"S{n:02}_AXI": "slave" for n in range(int(s["NUM_SI"]))}
    ports |= {f"M{n:02}_AXI": "master" for n in range(int(s["NUM_MI"]))}
    assert s["NUM_CLKS"] == "1" and 1 <= int(s["NUM_SI"]) <= 16 and 1 <= int(s["NUM_MI"]) <= 16
    return Shape({"aclk": CLOCK, "aresetn": RESET}, ports)


def proc_sys_reset(s: dict[str, str]) -> Shape:
    pins = {"slowest_sync_clk": CLOCK, "ext_reset_in": RESET, "aux_reset_in": "optional", "dcm_locked": "optional"}
    outs = ("mb_reset", "bus_struct_reset", "peripheral_reset", "interconnect_aresetn", "peripheral_aresetn")
    return Shape({**pins, "mb_debug_sys_rst": "optional", **dict.fromkeys(outs, "out")}, {})


def axi_intc(s: dict[str, str]) -> Shape:
    pins = {"s_axi_aclk": CLOCK, "s_axi_aresetn": RESET, "intr": "in"}
    if s.get("C_IRQ_CONNECTION") == "1":  # a single wire; otherwise it is an interface of its own
        return Shape({**pins, "irq": "out"}, {"s_axi": "slave"}, segments={"S_AXI/Reg": "s_axi"})
    return Shape(pins, {"s_axi": "slave", "interrupt": "optional"}, segments={"S_AXI/Reg": "s_axi"})


def axi_dma(s: dict[str, str]) -> Shape:
    assert s["c_include_sg"] == "0"
    pins, ports = {"s_axi_lite_aclk": CLOCK, "axi_resetn": RESET}, {"S_AXI_LITE": "slave"}
    spaces = {}
    for way, stream, mode in (("mm2s", "M_AXIS_MM2S", "master"), ("s2mm", "S_AXIS_S2MM", "slave")):
        if s[f"c_include_{way}"] == "1":
            pins[f"m_axi_{way}_aclk"], pins[f"{way}_introut"] = CLOCK, "out"
            ports[stream], ports[f"M_AXI_{way.upper()}"] = mode, "master"
            spaces[f"Data_{way.upper()}"] = f"M_AXI_{way.upper()}"
    return Shape(pins, ports, spaces, {"S_AXI_LITE/Reg": "S_AXI_LITE"})


def xlconstant(s: dict[str, str]) -> Shape:
    return Shape({"dout": "out"}, {})


def axi_noc(s: dict[str, str]) -> Shape:
    pins = {f"aclk{n}": CLOCK for n in range(int(s.get("NUM_CLKS", "1")))}
    ports = {f"S{n:02}_AXI": "slave" for n in range(int(s.get("NUM_SI", "1")))}
    ports |= {f"M{n:02}_AXI": "master" for n in range(int(s.get("NUM_MI", "1")))}
    ports |= {f"S{n:02}_INI": "slave" for n in range(int(s.get("NUM_NSI", "0")))}
    ports |= {f"M{n:02}_INI": "master" for n in range(int(s.get("NUM_NMI", "0")))}
    segments = {}
    if s.get("NUM_MC", "0") != "0":
        for port in ports:
            if port[0] == "S":
                segments |= {f"{port}/C0_DDR_LOW{n}": "memory" for n in range(2)}
    return Shape(pins, ports, {}, segments)


def processing_system7(s: dict[str, str]) -> Shape:
    pins, ports = {"FCLK_RESET0_N": "out"} if s.get("PCW_EN_RST0_PORT", "1") == "1" else {}, {}
    ports = {"DDR": "optional", "FIXED_IO": "optional"}
    if s.get("PCW_EN_CLK0_PORT", "1") == "1":
        pins["FCLK_CLK0"] = "out"
    segments = {}
    for n in range(2):
        if s.get(f"PCW_USE_M_AXI_GP{n}", "1" if n == 0 else "0") == "1":
            ports[f"M_AXI_GP{n}"], pins[f"M_AXI_GP{n}_ACLK"] = "master", CLOCK
    for n in range(4):
        if s.get(f"PCW_USE_S_AXI_HP{n}") == "1":
            assert s[f"PCW_S_AXI_HP{n}_DATA_WIDTH"] in ("32", "64")
            ports[f"S_AXI_HP{n}"], pins[f"S_AXI_HP{n}_ACLK"] = "slave", CLOCK
            segments[f"S_AXI_HP{n}/HP{n}_DDR_LOWOCM"] = "memory"
    if s.get("PCW_USE_FABRIC_INTERRUPT") == "1" and s.get("PCW_IRQ_F2P_INTR") == "1":
        pins["IRQ_F2P"] = "optional"
    return Shape(pins, ports, {"Data": "M_AXI_GP0"}, segments)


def zynq_ultra_ps_e(s: dict[str, str]) -> Shape:
    pins: dict[str, str] = {}
    if s.get("PSU__FPGA_PL0_ENABLE", "1") == "1":
        pins["pl_clk0"] = "out"
    if s.get("PSU__USE__FABRIC__RST", "1") == "1" and int(s.get("PSU__NUM_FABRIC_RESETS", "1")) > 0:
        pins["pl_resetn0"] = "out"
    ports, segments = {}, {}
    # The presets of boards turn both full-power masters on.
    for n, (name, clock) in enumerate(
        (("HPM0_FPD", "maxihpm0_fpd"), ("HPM1_FPD", "maxihpm1_fpd"), ("HPM0_LPD", "maxihpm0_lpd"))
    ):
        if s.get(f"PSU__USE__M_AXI_GP{n}", "1" if n < 2 else "0") == "1":
            ports[f"M_AXI_{name}"], pins[f"{clock}_aclk"] = "master", CLOCK
    slaves = ("HPC0", "HPC1", "HP0", "HP1", "HP2", "HP3")
    for n, name in enumerate(slaves):
        if s.get(f"PSU__USE__S_AXI_GP{n}") == "1":
            assert s[f"PSU__SAXIGP{n}__DATA_WIDTH"] in ("32", "64", "128")
            ports[f"S_AXI_{name}_FPD"], pins[f"saxi{name.lower()}_fpd_aclk"] = "slave", CLOCK
            for part in ("DDR_LOW", "DDR_HIGH", "QSPI", "LPS_OCM"):
                kind = "memory" if "DDR" in part else "other"
                segments[f"SAXIGP{n}/{name}_{part}"] = kind
    if s.get("PSU__USE__IRQ0") == "1":
        pins["pl_ps_irq0"] = "optional"
    return Shape(pins, ports, {"Data": "M_AXI_HPM0_FPD"}, segments)


def versal_cips(s: dict[str, str]) -> Shape:
    config = s.get("PS_PMC_CONFIG", {})
    pins: dict[str, str] = {}
    if config.get("PS_USE_PMCPL_CLK0") == "1":
        pins["pl0_ref_clk"] = "out"
    if int(config.get("PS_NUM_FABRIC_RESETS", "0")) > 0:
        pins["pl0_resetn"] = "out"
    ports = {}
    if config.get("PS_USE_M_AXI_FPD") == "1":
        ports["M_AXI_FPD"], pins["m_axi_fpd_aclk"] = "master", CLOCK
    if "{CH0 1}" in config.get("PS_IRQ_USAGE", ""):
        pins["pl_ps_irq0"] = "optional"
    return Shape(pins, ports, {"Data": "M_AXI_FPD"}, {})


# IP -> (version in this Vivado, its shape, the parameters that may be set)
CATALOG = {
    "xilinx.com:ip:processing_system7": (
        "5.5",
        processing_system7,
        "PCW_USE_M_AXI_GP[01] PCW_EN_CLK[0-3]_PORT PCW_EN_RST0_PORT PCW_FPGA[0-3]_PERIPHERAL_FREQMHZ "
        "PCW_USE_S_AXI_HP[0-3] PCW_S_AXI_HP[0-3]_DATA_WIDTH PCW_USE_FABRIC_INTERRUPT PCW_IRQ_F2P_INTR",
    ),
    "xilinx.com:ip:zynq_ultra_ps_e": (
        "3.5",
        zynq_ultra_ps_e,
        "PSU__USE__M_AXI_GP[0-2] PSU__MAXIGP[0-2]__DATA_WIDTH PSU__FPGA_PL[0-3]_ENABLE PSU__USE__FABRIC__RST "
        "PSU__NUM_FABRIC_RESETS PSU__CRL_APB__PL[0-3]_REF_CTRL__FREQMHZ PSU__USE__S_AXI_GP[0-6] "
        "PSU__SAXIGP[0-6]__DATA_WIDTH PSU__USE__IRQ[01]",
    ),
    "xilinx.com:ip:versal_cips": ("3.4", versal_cips, "PS_PMC_CONFIG"),
    "xilinx.com:ip:proc_sys_reset": ("5.0", proc_sys_reset, ""),
    "xilinx.com:ip:smartconnect": ("1.0", smartconnect, "NUM_SI NUM_MI NUM_CLKS"),
    "xilinx.com:ip:axi_intc": ("4.1", axi_intc, "C_IRQ_CONNECTION"),
    "xilinx.com:ip:axi_dma": (
        "7.1",
        axi_dma,
        "c_include_sg c_sg_length_width c_addr_width c_include_mm2s c_include_s2mm c_include_mm2s_dre "
        "c_include_s2mm_dre c_m_axi_mm2s_data_width c_m_axi_s2mm_data_width c_m_axis_mm2s_tdata_width",
    ),
    "xilinx.com:ip:axi_noc": ("1.1", axi_noc, "NUM_SI NUM_MI NUM_NSI NUM_NMI NUM_CLKS NUM_MC"),
    "xilinx.com:ip:xlconstant": ("1.1", xlconstant, "CONST_WIDTH CONST_VAL"),
}
CIPS_KEYS = (
    "PS_USE_M_AXI_FPD PS_M_AXI_FPD_DATA_WIDTH PS_USE_PMCPL_CLK[0-3] PS_NUM_FABRIC_RESETS PS_IRQ_USAGE "
    "PMC_CRP_PL[0-3]_REF_CTRL_FREQMHZ"
)
RULES = {
    "xilinx.com:bd_rule:processing_system7": {"make_external", "apply_board_preset", "Master", "Slave"},
    "xilinx.com:bd_rule:zynq_ultra_ps_e": {"apply_board_preset"},
    "xilinx.com:bd_rule:cips": set(
        "board_preset boot_config configure_noc debug_config design_flow mc_type num_mc_ddr num_mc_lpddr pl_clocks "
        "pl_resets".split()
    ),
}


class Refused(Exception):
    """What Vivado would not do."""


class Vivado:
    """One run of `vivado -mode batch`. slack: what implementation reaches, in ns, by the name of the figure."""

    def __init__(self, boards: tuple[str, ...] = (), slack: dict[str, str] | None = None, catalog=None) -> None:
        self.tcl = tkinter.Tcl()
        self.boards = boards
        self.slack = {"WNS": "0.1", "WHS": "0.02", "TPWS": "0.5"} | (slack or {})
        self.catalog = dict(CATALOG if catalog is None else catalog)
        self.components: dict[str, Component] = {}
        self.cells: dict[str, Cell] = {}
        self.links: list[tuple[str, str]] = []
        self.nets: list[tuple[str, ...]] = []
        self.windows: list[tuple[str, str, int, int]] = []
        self.reaches: list[tuple[str, str]] = []
        self.pin_settings: dict[tuple[str, str], str] = {}
        self.project: dict[str, str] = {}
        self.files: list[str] = []
        self.false_paths: list[str] = []
        self.log: list[str] = []
        self.validated = self.exited = False
        self.core: Component | None = None
        self.name = self.folder = self.design = ""
        self.commands()

    # ---- the interpreter

    def commands(self) -> None:
        tcl = self.tcl
        tcl.eval('proc unknown args {error "invalid command name [lindex $args 0]"}')
        tcl.eval("namespace eval ipx {}")
        for name in dir(self):
            if name.startswith("do_"):
                command = name.removeprefix("do_").replace("ipx__", "ipx::")
                tcl.createcommand(f"{command}.python", self.wrapped(getattr(self, name)))
                # An error in Python becomes one in Tcl, which the script may not swallow unseen.
                tcl.eval(
                    f"proc {command} args {{ set r [{{{command}.python}} {{*}}$args];"
                    f' if {{[string index $r 0] eq "!"}} {{error [string range $r 1 end]}}; string range $r 1 end }}'
                )

    def wrapped(self, method):
        def call(*args: str) -> str:
            try:
                made = method(*args)
            except (Refused, AssertionError, KeyError, TypeError, ValueError) as error:
                return f"!{method.__name__.removeprefix('do_')}: {error!r}"
            if isinstance(made, list):
                made = " ".join(map(self.quoted, made))
            return f"={made or ''}"

        return call

    def quoted(self, text: str) -> str:
        self.tcl.setvar("__word", text)
        return self.tcl.eval("list $__word")

    def source(self, script: Path, *arguments: str) -> None:
        """Run a script of a project, in its folder; `tkinter.TclError` when Vivado would stop."""
        self.tcl.setvar("argv", " ".join(map(self.quoted, arguments)))
        self.exited = False
        try:
            self.tcl.eval(f"source {self.quoted(str(script))}")
        except tkinter.TclError as error:
            if not self.exited:
                raise error from None

    def pairs(self, text: str) -> dict[str, str]:
        words = self.tcl.splitlist(text)
        if len(words) % 2:
            raise Refused(f"odd list {text}")
        return dict(zip(words[::2], words[1::2], strict=True))

    def do_exit(self) -> str:
        self.exited = True
        raise Refused("exit")

    def do_puts(self, text: str) -> None:
        self.log.append(text)

    # ---- projects

    def do_create_project(self, *args: str) -> None:
        force, name, folder, option, part = args
        if force != "-force" or option != "-part":
            raise Refused(args)
        self.name, self.folder, self.project = name, folder, {"part": part}
        self.files = []
        Path(folder).mkdir(parents=True, exist_ok=True)

    def do_close_project(self) -> None:
        self.name = ""

    def do_current_project(self) -> str:
        return "project"

    def do_current_fileset(self) -> str:
        return "sources_1"

    def do_update_compile_order(self, option: str, fileset: str) -> None:
        assert (option, fileset) == ("-fileset", "sources_1")

    def do_add_files(self, *args: str) -> None:
        options, names = args[:-1], self.tcl.splitlist(args[-1])
        if not set(options) <= {"-norecurse", "-fileset", "constrs_1"}:
            raise Refused(options)
        for name in names:
            if not Path(name).is_file():
                raise Refused(f"no such file {name}")
        self.files += names

    def do_get_files(self, name: str) -> str:
        if name != f"{self.design}.bd":
            raise Refused(f"no file {name}")
        return name

    def do_set_param(self, name: str, value: str) -> None:
        assert name == "board.repoPaths"

    def do_get_board_parts(self, *args: str) -> list[str]:
        assert args[0] == "-quiet" and len(args) == 2
        return [board for board in self.boards if fnmatch.fnmatchcase(board, args[1])]

    def do_update_ip_catalog(self) -> None:
        for folder in self.tcl.splitlist(self.project.get("ip_repo_paths", "")):
            if not any(Path(folder).rglob("component.xml")):
                raise Refused(f"no IP below {folder}")

    def do_get_ipdefs(self, *args: str) -> list[str]:
        assert args[0] == "-quiet" and len(args) == 2
        known = [f"{name}:{version}" for name, (version, _, _) in self.catalog.items()] + list(self.components)
        return fnmatch.filter(known, args[1])

    # ---- properties

    def do_set_property(self, *args: str) -> None:
        if args[0] == "-dict":
            settings, target = self.pairs(args[1]), args[2]
        else:
            settings, target = {args[0]: args[1]}, args[2]
        for name, value in settings.items():
            self.set_one(name, value, target)

    def set_one(self, name: str, value: str, target: str) -> None:
        kind, _, rest = target.partition(" ")
        if target == "design":
            if name != "BITSTREAM.GENERAL.COMPRESS":
                raise Refused(name)
        elif target == "project":
            if name not in ("board_part", "board_connections", "ip_repo_paths", "segmented_configuration"):
                raise Refused(name)
            self.project[name] = value
        elif target == "sources_1":
            assert name == "top"
            self.project["top"] = value
        elif kind.startswith("ipx:"):
            self.set_ipx(kind, rest, name, value)
        elif target.count("/") == 1:
            self.set_cell(self.cells[target.lstrip("/")], name.removeprefix("CONFIG."), value)
            assert name.startswith("CONFIG.")
        else:
            if name not in ("CONFIG.CONNECTIONS", "CONFIG.ASSOCIATED_BUSIF"):
                raise Refused(name)
            self.pin_settings[target.lstrip("/"), name.removeprefix("CONFIG.")] = value

    def set_cell(self, cell: Cell, name: str, value: str) -> None:
        allowed = self.catalog[cell.vlnv.rpartition(":")[0]][2].split() if cell.vlnv not in self.components else []
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed):
            raise Refused(f"{cell.vlnv} has no parameter {name}")
        if name == "PS_PMC_CONFIG":
            given = self.pairs(value)
            for key in given:
                if not any(fnmatch.fnmatchcase(key, pattern) for pattern in CIPS_KEYS.split()):
                    raise Refused(f"PS_PMC_CONFIG has no {key}")
            cell.settings.setdefault(name, {}).update(given)
        else:
            cell.settings[name] = value

    def do_get_property(self, name: str, target: str) -> str:
        if target.startswith("run ") and name.startswith("STATS."):
            return self.slack[name.removeprefix("STATS.")]
        if target.startswith("run "):
            return {"PROGRESS": "100%", "STATUS": "done"}[name]
        if target in ("path max", "path min"):
            figures = {"DATAPATH_DELAY": "9.6", "LOGIC_LEVELS": "7", "STARTPOINT_PIN": "a/C", "ENDPOINT_PIN": "b/D"}
            return {"SLACK": self.slack["WNS" if target == "path max" else "WHS"], **figures}[name]
        if name == "name" and target.startswith("ipx:"):
            return target.partition(" ")[2].split(TO)[-1]
        raise Refused(f"{name} of {target}")

    # ---- block design

    def do_create_bd_design(self, name: str) -> None:
        self.design = name

    def do_create_bd_cell(self, *args: str) -> str:
        kind, vlnv, name = args[1], args[3], args[4]
        assert args[0] == "-type" and args[2] == "-vlnv"
        if name in self.cells:
            raise Refused(f"{name} is there")
        if kind == "inline_hdl" and vlnv == "xilinx.com:inline_hdl:ilconstant":
            self.catalog["xilinx.com:inline_hdl:ilconstant"] = ("1.0", xlconstant, "CONST_WIDTH CONST_VAL")
            vlnv += ":1.0"
        elif kind != "ip" or (vlnv not in self.components and vlnv.rpartition(":")[0] not in self.catalog):
            raise Refused(f"no IP {kind} {vlnv}")
        self.cells[name] = Cell(name, vlnv)
        return f"/{name}"

    def do_apply_bd_automation(self, *args: str) -> None:
        assert args[0] == "-rule" and args[2] == "-config"
        if set(self.pairs(args[3])) != RULES[args[1]]:
            raise Refused(f"{args[1]}: {args[3]}")
        cell = self.cells[args[4].lstrip("/")]
        assert cell.vlnv.split(":")[2] == args[1].rpartition(":")[2].replace("cips", "versal_cips")
        if args[1].endswith(":cips"):
            kind = self.pairs(args[3])["mc_type"]
            counts = {name: self.pairs(args[3])[f"num_mc_{name}"] for name in ("ddr", "lpddr")}
            assert counts == ({"ddr": "1", "lpddr": "None"} if kind == "DDR" else {"ddr": "None", "lpddr": "1"})
            settings = {"NUM_SI": "6", "NUM_MI": "0", "NUM_CLKS": "6", "NUM_MC": "1"}
            self.cells["axi_noc_0"] = Cell("axi_noc_0", "xilinx.com:ip:axi_noc:1.1", settings)

    def shape(self, cell: str) -> Shape:
        vlnv = self.cells[cell].vlnv
        if vlnv in self.components:
            return self.components[vlnv].shape()
        return self.catalog[vlnv.rpartition(":")[0]][1](self.cells[cell].settings)

    def do_get_bd_cells(self, name: str) -> list[str]:
        return [f"/{name}"] if name in self.cells else []

    def do_get_bd_pins(self, name: str) -> list[str]:
        cell, pin = name.split("/")
        return [f"/{name}"] if cell in self.cells and pin in self.shape(cell).pins else []

    def do_get_bd_intf_pins(self, name: str) -> list[str]:
        cell, pin = name.split("/")
        return [f"/{name}"] if cell in self.cells and pin in self.shape(cell).interfaces else []

    def do_get_bd_addr_spaces(self, name: str) -> list[str]:
        cell, space = name.split("/")
        return [f"/{name}"] if cell in self.cells and space in self.shape(cell).spaces else []

    def do_get_bd_addr_segs(self, pattern: str) -> list[str]:
        cell, _, rest = pattern.partition("/")
        return [f"/{cell}/{name}" for name in fnmatch.filter(self.shape(cell).segments, rest)]

    def do_connect_bd_intf_net(self, master: str, slave: str) -> None:
        for name, way in ((master, "master"), (slave, "slave")):
            cell, pin = name.lstrip("/").split("/")
            if self.shape(cell).interfaces[pin] != way:
                raise Refused(f"{name} is no {way}")
            if any(name.lstrip("/") in link for link in self.links):
                raise Refused(f"{name} is connected already")
        self.links.append((master.lstrip("/"), slave.lstrip("/")))

    def do_connect_bd_net(self, *names: str) -> None:
        pins = tuple(name.lstrip("/") for name in names)
        drivers = [pin for pin in pins if self.kind(pin) == "out"]
        if drivers != [pins[0]]:
            raise Refused(f"drivers {drivers} of {pins}")
        for pin in pins:
            if any(pin in net for net in self.nets):
                raise Refused(f"{pin} is connected already")
        self.nets.append(pins)

    def kind(self, pin: str) -> str:
        cell, name = pin.split("/")
        return self.shape(cell).pins[name]

    def do_assign_bd_address(self, *args: str) -> None:
        options = dict(zip(args[:-1:2], args[1:-1:2], strict=True))
        space, segment = options.pop("-target_address_space").lstrip("/"), args[-1].lstrip("/")
        if not options:
            cell, _, rest = segment.partition("/")
            if self.shape(cell).segments[rest] != "memory":
                raise Refused(f"{segment} is not memory")
            self.reaches.append((space, segment))
            return
        base, size = int(options.pop("-offset"), 0), int(options.pop("-range"), 0)
        assert not options and size >= 4096 and size & (size - 1) == 0 and base % size == 0
        self.windows.append((space, segment, base, size))

    def do_validate_bd_design(self) -> None:
        """What Vivado's own checks would say of pins, interfaces and addresses that were forgotten."""
        joined = {pin for net in self.nets for pin in net}
        linked = {pin for link in self.links for pin in link}
        for cell in self.cells:
            shape = self.shape(cell)
            if cell == "axi_noc_0":  # the rule connected the rest
                shape.pins, shape.interfaces = {}, {k: v for k, v in shape.interfaces.items() if k.endswith("_INI")}
            for pin, kind in shape.pins.items():
                if kind in (CLOCK, RESET, "in") and f"{cell}/{pin}" not in joined:
                    raise Refused(f"{cell}/{pin} is not connected")
            for port, kind in shape.interfaces.items():
                if kind != "optional" and f"{cell}/{port}" not in linked:
                    raise Refused(f"{cell}/{port} is not connected")
            mapped = {segment for _, segment, _, _ in self.windows}
            for segment, port in shape.segments.items():
                if port not in ("memory", "other") and f"{cell}/{segment}" not in mapped:
                    raise Refused(f"{cell}/{segment} has no address")
            for space in shape.spaces:
                if space != "Data" and not any(one == f"{cell}/{space}" for one, _ in self.reaches):
                    raise Refused(f"{cell}/{space} sees no memory")
        places = sorted((base, base + size) for _, _, base, size in self.windows)
        if any(end > start for (_, end), (start, _) in itertools.pairwise(places)):
            raise Refused("addresses overlap")
        self.validated = True

    def do_save_bd_design(self) -> None:
        assert self.validated

    def do_generate_target(self, what: str, file: str) -> None:
        assert what == "all" and self.validated
        folder = Path(self.folder) / f"{self.name}.gen/sources_1/bd/{self.design}/hw_handoff"
        folder.mkdir(parents=True)
        (folder / f"{self.design}.hwh").write_text("from Vivado")

    def do_make_wrapper(self, *args: str) -> None:
        assert args == ("-files", f"{self.design}.bd", "-top", "-import")

    # ---- implementation

    def do_launch_runs(self, run: str, *options: str) -> None:
        if "-to_step" in options and options[1] in ("write_bitstream", "write_device_image"):
            folder = Path(self.folder) / f"{self.name}.runs" / run
            folder.mkdir(parents=True)
            names = (".bit",) if options[1] == "write_bitstream" else ("_pld.pdi", "_boot.pdi")
            for name in names:
                (folder / f"{self.project['top']}{name}").write_text("image")

    def do_get_runs(self, run: str) -> str:
        return f"run {run}"

    def do_wait_on_run(self, run: str) -> None:
        assert run in ("synth_1", "impl_1")

    def do_open_run(self, run: str) -> None:
        assert run == "impl_1"
        for name in self.files:
            if name.endswith(".xdc"):
                self.tcl.eval(f"source {self.quoted(name)}")

    def do_report_utilization(self, *args: str) -> None:
        Path(args[-1]).write_text("utilisation")

    def do_report_timing_summary(self, *args: str) -> None:
        Path(args[-1]).write_text("timing")

    def do_write_hw_platform(self, *args: str) -> None:
        Path(args[-1]).write_text("platform")

    # ---- out of context

    def do_read_verilog(self, names: str) -> None:
        self.do_add_files(names)

    def do_read_xdc(self, mode: str, context: str, name: str) -> None:
        assert (mode, context) == ("-mode", "out_of_context")
        self.tcl.eval(f"source {self.quoted(name)}")

    def do_synth_design(self, *args: str) -> None:
        assert args[:2] == ("-mode", "out_of_context") and args[2] == "-top" and args[4] == "-part"

    def do_opt_design(self) -> None: ...

    def do_place_design(self) -> None: ...

    def do_phys_opt_design(self) -> None: ...

    def do_route_design(self) -> None: ...

    def do_get_timing_paths(self, *args: str) -> list[str]:
        assert args[0] == "-delay_type" and args[2:] == ("-max_paths", "1")
        return [f"path {args[1]}"]

    def do_report_timing(self, *args: str) -> None:
        assert args[:1] + args[2:5] == ("-delay_type", "-max_paths", "10", "-file") and args[1] in ("max", "min")
        Path(args[5]).write_text(f"paths: {args[1]}")

    # ---- constraints

    def do_create_clock(self, *args: str) -> None:
        assert (args[0], args[2]) == ("-name", "-period") and float(args[3]) > 0 and args[4] == f"port {args[1]}"

    def do_get_ports(self, name: str) -> str:
        return f"port {name}"

    def do_current_design(self) -> str:
        return "design"

    def do_get_pins(self, *args: str) -> list[str]:
        """Of cells of the block design, whose names begin with that of its instance."""
        assert args[:2] == ("-hierarchical", "-filter") and args[2].startswith("NAME =~ ")
        pins = [f"{self.design}_i/{cell}/{pin}" for cell in self.cells for pin in self.shape(cell).pins]
        return fnmatch.filter(pins, args[2].removeprefix("NAME =~ "))

    def do_set_false_path(self, *args: str) -> None:
        assert args[0] == "-through" and len(args) == 2
        if not args[1]:
            raise Refused("no such pin")
        self.false_paths.append(args[1])

    # ---- packaging: objects are "ipx:<kind> <path>"

    def do_ipx__package_project(self, *args: str) -> None:
        root, vendor, library = args[1], args[3], args[5]
        assert args[:6:2] == ("-root_dir", "-vendor", "-library")
        assert args[6:] == ("-taxonomy", "/UserIP", "-import_files", "-force")
        Path(root).mkdir(parents=True)
        top = self.project["top"]
        text = next(Path(file).read_text() for file in self.files if Path(file).stem == top)
        header = text[text.index(f"module {top} (") :].partition(");")[0]
        pins = {name: way for way, name in re.findall(r"(input|output) wire (?:\[\d+:0\] )?(\w+)", header)}
        self.core = Component({"vendor": vendor, "library": library, "root": root}, pins)
        self.core.buses["guessed"] = {}
        self.core.maps["guessed"] = {}
        self.core.spaces["guessed"] = {}

    def do_ipx__current_core(self) -> str:
        return "ipx:core core"

    def do_ipx__remove_all_bus_interface(self, core: str) -> None:
        self.core.buses.clear()

    def do_ipx__get_memory_maps(self, option: str, core: str) -> list[str]:
        return [f"ipx:map {name}" for name in self.core.maps]

    def do_ipx__get_address_spaces(self, option: str, core: str) -> list[str]:
        return [f"ipx:space {name}" for name in self.core.spaces]

    def do_ipx__remove_memory_map(self, name: str, core: str) -> None:
        del self.core.maps[name]

    def do_ipx__remove_address_space(self, name: str, core: str) -> None:
        del self.core.spaces[name]

    def do_ipx__add_bus_interface(self, name: str, core: str) -> str:
        assert core == "ipx:core core" and name not in self.core.buses
        self.core.buses[name] = {"signals": {}, "parameters": {}}
        return f"ipx:bus {name}"

    def do_ipx__get_bus_interfaces(self, name: str, option: str, core: str) -> str:
        assert option == "-of_objects" and name in self.core.buses
        return f"ipx:bus {name}"

    def do_ipx__add_port_map(self, logical: str, bus: str) -> str:
        assert bus.startswith("ipx:bus ")
        return f"ipx:port {bus.removeprefix('ipx:bus ')}{TO}{logical}"

    def do_ipx__add_bus_parameter(self, name: str, bus: str) -> str:
        return f"ipx:parameter {bus.removeprefix('ipx:bus ')}{TO}{name}"

    def do_ipx__add_address_space(self, name: str, core: str) -> str:
        self.core.spaces[name] = {}
        return f"ipx:space {name}"

    def do_ipx__add_memory_map(self, name: str, core: str) -> str:
        self.core.maps[name] = {}
        return f"ipx:map {name}"

    def do_ipx__add_address_block(self, name: str, target: str) -> str:
        owner = target.removeprefix("ipx:map ")
        self.core.maps[owner][name] = {"registers": {}}
        return f"ipx:block {owner}{TO}{name}"

    def do_ipx__add_register(self, name: str, block: str) -> str:
        owner, of = block.removeprefix("ipx:block ").split(TO)
        registers = self.core.maps[owner][of]["registers"]
        assert name not in registers
        registers[name] = {"fields": {}}
        return f"ipx:register {owner}{TO}{of}{TO}{name}"

    def do_ipx__add_field(self, name: str, register: str) -> str:
        owner, of, of_register = register.removeprefix("ipx:register ").split(TO)
        self.core.maps[owner][of]["registers"][of_register]["fields"][name] = {}
        return f"ipx:field {owner}{TO}{of}{TO}{of_register}{TO}{name}"

    def set_ipx(self, kind: str, path: str, name: str, value: str) -> None:
        names, core = path.split(TO), self.core
        allowed = {
            "ipx:core": "name version display_name description core_revision auto_family_support_level sdx_kernel "
            "sdx_kernel_type ipi_drc vitis_drc",
            "ipx:bus": "abstraction_type_vlnv bus_type_vlnv interface_mode master_address_space_ref "
            "slave_memory_map_ref",
            "ipx:port": "physical_name",
            "ipx:parameter": "value",
            "ipx:space": "range width",
            "ipx:block": "range width usage access",
            "ipx:register": "address_offset size access",
            "ipx:field": "bit_offset bit_width access",
        }
        if name not in allowed[kind].split():
            raise Refused(f"{kind} has no property {name}")
        if kind == "ipx:core":
            core.vlnv[name] = value
        elif kind == "ipx:bus":
            core.buses[names[0]][name] = value
        elif kind == "ipx:port":
            core.buses[names[0]]["signals"][names[1]] = value
        elif kind == "ipx:parameter":
            core.buses[names[0]]["parameters"][names[1]] = value
        elif kind == "ipx:space":
            core.spaces[names[0]][name] = value
        elif kind == "ipx:block":
            core.maps[names[0]][names[1]][name] = value
        elif kind == "ipx:register":
            core.maps[names[0]][names[1]]["registers"][names[2]][name] = value
        else:
            core.maps[names[0]][names[1]]["registers"][names[2]]["fields"][names[3]][name] = value

    def do_ipx__create_xgui_files(self, core: str) -> None: ...

    def do_ipx__update_checksums(self, core: str) -> None: ...

    def do_ipx__check_integrity(self, *args: str) -> None:
        assert args in (("ipx:core core",), ("-kernel", "-xrt", "ipx:core core"))

    def do_ipx__save_core(self, core: str) -> None:
        about = self.core.vlnv
        (Path(about["root"]) / "component.xml").write_text("component")
        self.components[":".join(about[key] for key in ("vendor", "library", "name", "version"))] = self.core

    def do_package_xo(self, *args: str) -> None:
        options = dict(zip(args[::2], args[1::2], strict=True))
        assert set(options) == {"-xo_path", "-kernel_name", "-ip_directory", "-kernel_xml"}
        assert Path(options["-kernel_xml"]).is_file()
        Path(options["-xo_path"]).write_text("xo")
