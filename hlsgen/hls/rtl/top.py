"""The top module: processes, FIFOs between them, AXI-Stream ports, and the block-level handshake.

Calls overlap: a call is accepted (`ap_ready`) when every process has room to remember it, and it is finished
(`ap_done`) when every process has finished it. Up to `CALLS` calls may be under way.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Stream
from hlsgen.hls.dataflow import Fifo, Process, Region
from hlsgen.hls.llvm.ir import StreamInfo

from .fifo import FIFO_MODULE
from .netlist import TRUE, Expr, Instance, Lit, Module, Net, Register, Value, land, lnot, lor, mux

CALLS = 7  # calls under way: a counter of 3 bits per process
_COUNT_BITS = 3
_SIDE_CHANNELS = {
    "data": "TDATA",
    "keep": "TKEEP",
    "strb": "TSTRB",
    "user": "TUSER",
    "last": "TLAST",
    "id": "TID",
    "dest": "TDEST",
}


def axis_ports(name: str, info: StreamInfo) -> dict[str, str]:
    """Field of the element -> port, with "valid" and "ready": the names that Vitis HLS gives."""
    fields = {field.name: f"{name}_{_SIDE_CHANNELS[field.name]}" for field in info.fields}
    return {**fields, "valid": f"{name}_TVALID", "ready": f"{name}_TREADY"}


def port_width(width: int, field: str) -> int:
    """TDATA is padded to whole bytes."""
    return -(-width // 8) * 8 if field == "data" else width


def build_top(
    name: str, region: Region, modules: dict[str, str], interfaces: dict[str, dict[str, Stream]], control: str
) -> Module:
    """modules: function -> module of its process; interfaces: function -> its streams as the CDFG knows them."""
    return _Top(name, region, modules, interfaces, control).build()


class _Top:
    def __init__(
        self, name: str, region: Region, modules: dict[str, str], interfaces: dict[str, dict[str, Stream]], control: str
    ) -> None:
        self.region, self.modules, self.interfaces = region, modules, interfaces
        self.handshake = control == "ap_ctrl_hs"
        self.module = Module(name, comment=f"{name}: {len(region.processes)} processes, {len(region.fifos)} FIFOs")
        self.ends: dict[str, dict[str, Net]] = {}  # stream -> wr_* and rd_* nets of its FIFO

    def build(self) -> Module:
        m = self.module
        m.port("ap_clk", 1, "input")
        m.port("ap_rst_n", 1, "input")
        if self.handshake:
            m.port("ap_start", 1, "input")
            for name in ("ap_done", "ap_idle", "ap_ready"):
                m.port(name, 1, "output")
        for fifo in self.region.fifos:
            self.fifo(fifo.name, fifo.width_bits, fifo.depth_words)
        for name, info in self.region.ports.items():
            self.axis(name, info)
        self.calls()
        return m

    # ---- streams

    def fifo(self, name: str, width: int, depth: int) -> None:
        m = self.module
        nets = {end: m.declare(f"{name}_{end}", width if end.endswith("data") else 1) for end in (
            "wr_data", "wr_valid", "wr_ready", "rd_data", "rd_valid", "rd_ready",
        )}  # fmt: skip
        self.ends[name] = nets
        clock: tuple[tuple[str, Value], ...] = (("clk", Net("ap_clk", 1)), ("rst_n", Net("ap_rst_n", 1)))
        connections = (*clock, *nets.items())
        m.instances.append(
            Instance(FIFO_MODULE, m.unique(f"{name}_fifo"), connections, (("WIDTH", width), ("DEPTH", depth)))
        )

    def axis(self, name: str, info: StreamInfo) -> None:
        """A port through a FIFO of two words, which cuts the path between TVALID and TREADY."""
        m = self.module
        names = axis_ports(name, info)
        self.fifo(name, info.element_bits, 2)
        nets = self.ends[name]
        incoming = info.reads
        into, out = ("input", "output") if incoming else ("output", "input")
        fields: list[Value] = []
        for field in info.fields:
            port = m.port(names[field.name], port_width(field.width, field.name), into)
            if incoming:
                whole = port.width == field.width
                fields.insert(0, port if whole else Expr("slice", (port,), field.width))
            else:
                value: Value = Expr("slice", (nets["rd_data"],), field.width, lsb=field.lsb)
                padded = (
                    value
                    if port.width == field.width
                    else Expr("concat", (Lit(0, port.width - field.width), value), port.width)
                )
                m.output(port, padded)
        valid, ready = m.port(names["valid"], 1, into), m.port(names["ready"], 1, out)
        if incoming:
            packed = fields[0] if len(fields) == 1 else Expr("concat", tuple(fields), info.element_bits)
            m.output(nets["wr_data"], packed)
            m.output(nets["wr_valid"], valid)
            m.output(ready, nets["wr_ready"])
        else:
            m.output(valid, nets["rd_valid"])
            m.output(nets["rd_ready"], ready)

    # ---- calls

    def calls(self) -> None:
        m = self.module
        running: list[Value] = []  # per process: it has calls to do or is at one
        rooms: list[Value] = []
        finished: list[Value] = []
        accept = m.declare("call_accept", 1)
        finish = m.declare("call_finish", 1)
        for process in self.region.processes:
            taken, done = m.declare(f"{process.name}_taken", 1), m.declare(f"{process.name}_done", 1)
            start: Value = TRUE
            if self.handshake:
                waiting = self.counter(f"{process.name}_waiting", accept, taken)
                ended = self.counter(f"{process.name}_ended", done, finish)
                start = m.wire(f"{process.name}_start", _nonzero(waiting))
                rooms.append(Expr("ne", (waiting, Lit(CALLS, _COUNT_BITS)), 1))
                finished.append(lor(_nonzero(ended), done))
                running.append(start)
            self.instance(process, start, taken, done)
        if not self.handshake:
            m.output(accept, TRUE)
            m.output(finish, TRUE)
            return
        under_way = self.counter("calls", accept, finish)
        room = Expr("ne", (under_way, Lit(CALLS, _COUNT_BITS)), 1)
        m.output(accept, land(Net("ap_start", 1), room, *rooms))
        m.output(finish, land(*finished))
        m.output(Net("ap_ready", 1), accept)
        m.output(Net("ap_done", 1), finish)
        m.output(Net("ap_idle", 1), lnot(_nonzero(under_way)))

    def counter(self, name: str, up: Value, down: Value) -> Net:
        """Counts events `up` not yet matched by events `down`."""
        net = Net(self.module.unique(name), _COUNT_BITS)
        one = Lit(1, _COUNT_BITS)
        step = mux(up, Expr("add", (net, one), _COUNT_BITS), Expr("sub", (net, one), _COUNT_BITS))
        self.module.registers.append(Register(net, step, Expr("xor", (up, down), 1), reset=0))
        return net

    def instance(self, process: Process, start: Value, taken: Net, done: Net) -> None:
        connections: list[tuple[str, Value]] = [
            ("ap_clk", Net("ap_clk", 1)),
            ("ap_rst_n", Net("ap_rst_n", 1)),
            ("start", start),
        ]
        for stream in self.interfaces[process.function].values():
            side = "rd" if stream.direction == "in" else "wr"
            nets = self.ends[process.streams[stream.name]]
            connections += [(f"{stream.name}_{end}", nets[f"{side}_{end}"]) for end in ("data", "valid", "ready")]
        connections += [("taken", taken), ("done", done)]
        name = self.module.unique(f"{process.name}_u")
        self.module.instances.append(Instance(self.modules[process.function], name, tuple(connections)))


def _nonzero(net: Net) -> Value:
    return Expr("ne", (net, Lit(0, net.width)), 1)


def fifo_of_port(name: str, info: StreamInfo, process: str) -> Fifo:
    """How the report shows the register slice of a port."""
    ends = ("", process) if info.reads else (process, "")
    return Fifo(name, info.element_bits, 2, *ends)
