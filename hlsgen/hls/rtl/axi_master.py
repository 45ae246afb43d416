"""The AXI4 master of a bundle: a reader and a writer for each channel, and the bus that they take turns on.

Side of the kernel: for a channel `a` that reads, `a_ar_*` (requests) and `a_r_*` (words); for one that writes,
`a_aw_*`, `a_w_*`, and `a_b_valid`, high while all that was asked for is in memory (`a_b_data` is 0, `a_b_ready` without
effect); or, where it responds, a word of `a_d_*` for each request of which all is in memory, also for one of no words.
Side of the bus: all signals of AXI4, named without the prefix of the bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hlsgen.hls.interfaces import AxiMaster

from .netlist import Port

REQUEST_BITS = 96  # {words - 1: 32, byte address: 64}
BOUNDARY_BYTES = 4096
_BUFFER_BEATS_MAX = 1024
_CACHE = 3  # modifiable and bufferable, as Vitis HLS has it


@dataclass(frozen=True, slots=True)
class Channel:
    """Words for one argument. under_way: requests that a schedule may have made before it takes the first answer.
    responds: it answers write requests one by one."""

    name: str
    word_bytes: int
    reads: bool
    writes: bool
    under_way: int = 2
    responds: bool = False


def bus_ports(master: AxiMaster) -> list[Port]:
    """AXI4 as Vitis HLS has it, with all optional signals."""
    data, address, id_bits = master.data_bits, master.address_bits, master.id_bits
    ports: list[Port] = []
    for channel in ("AW", "AR"):
        fields = [("ID", id_bits), ("ADDR", address), ("LEN", 8), ("SIZE", 3), ("BURST", 2), ("LOCK", 2)]
        fields += [("CACHE", 4), ("PROT", 3), ("QOS", 4), ("REGION", 4), ("USER", 1), ("VALID", 1)]
        ports += [Port(f"{channel}{name}", width, "output") for name, width in fields]
        ports.append(Port(f"{channel}READY", 1, "input"))
    ports += [
        Port("WDATA", data, "output"), Port("WSTRB", data // 8, "output"), Port("WLAST", 1, "output"),
        Port("WID", id_bits, "output"), Port("WUSER", 1, "output"), Port("WVALID", 1, "output"),
        Port("WREADY", 1, "input"), Port("RID", id_bits, "input"), Port("RDATA", data, "input"),
        Port("RRESP", 2, "input"), Port("RLAST", 1, "input"), Port("RUSER", 1, "input"), Port("RVALID", 1, "input"),
        Port("RREADY", 1, "output"), Port("BID", id_bits, "input"), Port("BRESP", 2, "input"),
        Port("BUSER", 1, "input"), Port("BVALID", 1, "input"), Port("BREADY", 1, "output"),
    ]  # fmt: skip
    return ports


def channel_ports(channel: Channel) -> list[Port]:
    """The streams of a channel, seen from the master."""
    found = []
    word = 8 * channel.word_bytes
    if channel.reads:
        found += _stream(f"{channel.name}_ar", REQUEST_BITS, "input")
        found += _stream(f"{channel.name}_r", word, "output")
    if channel.writes:
        found += _stream(f"{channel.name}_aw", REQUEST_BITS, "input")
        found += _stream(f"{channel.name}_w", word, "input")
        found += _stream(f"{channel.name}_{'d' if channel.responds else 'b'}", 1, "output")
    return found


def _stream(name: str, width: int, data: str) -> list[Port]:
    back = "output" if data == "input" else "input"
    return [Port(f"{name}_data", width, data), Port(f"{name}_valid", 1, data), Port(f"{name}_ready", 1, back)]


def axi_master_text(master: AxiMaster, channels: Sequence[Channel], module: str) -> str:
    """The module as Verilog-2001."""
    bus = master.data_bits // 8
    readers = [channel for channel in channels if channel.reads]
    writers = [channel for channel in channels if channel.writes]
    ports = [Port("ap_clk", 1, "input"), Port("ap_rst_n", 1, "input"), *bus_ports(master)]
    ports += [port for channel in channels for port in channel_ports(channel)]
    names = ", ".join(channel.name for channel in channels)
    lines = [f"// AXI4 master {master.name} of {8 * bus} bits for {names}", f"module {module} ("]
    lines += [",\n".join(f"    {p.direction} wire {_range(p.width)}{p.name}" for p in ports), ");"]
    lines += _reads(master, readers, bus) if readers else _tied("AR", ("ADDR", "LEN", "VALID"), master)
    lines += _writes(master, writers, bus) if writers else _tied("AW", ("ADDR", "LEN", "VALID"), master)
    if not writers:
        lines += [f"    assign WDATA = {8 * bus}'h0;", f"    assign WSTRB = {bus}'h0;"]
        lines += ["    assign WLAST = 1'b0;", "    assign WVALID = 1'b0;"]
    for channel in ("AW", "AR"):
        lines += [
            f"    assign {channel}ID = {master.id_bits}'h0;",
            f"    assign {channel}SIZE = 3'd{(bus - 1).bit_length()};", f"    assign {channel}BURST = 2'b01;",
            f"    assign {channel}LOCK = 2'b00;", f"    assign {channel}CACHE = 4'd{_CACHE};",
            f"    assign {channel}PROT = 3'b000;", f"    assign {channel}QOS = 4'h0;",
            f"    assign {channel}REGION = 4'h0;", f"    assign {channel}USER = 1'b0;",
        ]  # fmt: skip
    lines += [f"    assign WID = {master.id_bits}'h0;", "    assign WUSER = 1'b0;"]
    lines += ["    assign RREADY = 1'b1;", "    assign BREADY = 1'b1;", "endmodule", ""]
    return "\n".join(lines)


def _reads(master: AxiMaster, readers: list[Channel], bus: int) -> list[str]:
    count, burst = len(readers), _burst(master.max_read_burst, bus)
    lines = [f"    wire [{64 * count - 1}:0] read_address;", f"    wire [{8 * count - 1}:0] read_length;"]
    lines += [f"    wire {_range(count)}read_{end};" for end in ("valid", "ready", "beat")]
    depth = _buffer(master.read_outstanding * burst)
    for k, channel in enumerate(readers):
        n = channel.name
        lines += [
            f"    hlsgen_axi_reader #(.WORD({channel.word_bytes}), .BUS({bus}), .BURST({burst}), .DEPTH({depth}),"
            f" .QUEUE({_queue(channel)})) {n}_reader (",
            "        .clk(ap_clk), .rst_n(ap_rst_n),",
            *(f"        {_connect(f'{n}_{s}', s)}" for s in ("ar", "r")),
            f"        .burst_address(read_address[{64 * k + 63}:{64 * k}]),",
            f"        .burst_length(read_length[{8 * k + 7}:{8 * k}]),",
            f"        .burst_valid({_bit('read_valid', k, count)}), .burst_ready({_bit('read_ready', k, count)}),",
            f"        .beat_data(RDATA), .beat_valid({_bit('read_beat', k, count)})",
            "    );",
        ]
    return [
        *lines,
        f"    hlsgen_axi_read_bus #(.N({count}), .OUTSTANDING({master.read_outstanding})) reads (",
        "        .clk(ap_clk), .rst_n(ap_rst_n), .burst_address(read_address), .burst_length(read_length),",
        "        .burst_valid(read_valid), .burst_ready(read_ready), .beat_valid(read_beat),",
        "        .araddr(ARADDR), .arlen(ARLEN), .arvalid(ARVALID), .arready(ARREADY),",
        "        .rvalid(RVALID), .rlast(RLAST)",
        "    );",
    ]


def _writes(master: AxiMaster, writers: list[Channel], bus: int) -> list[str]:
    count, burst = len(writers), _burst(master.max_write_burst, bus)
    lines = [f"    wire [{64 * count - 1}:0] write_address;", f"    wire [{8 * count - 1}:0] write_length;"]
    lines += [f"    wire [{8 * bus * count - 1}:0] write_data;", f"    wire [{bus * count - 1}:0] write_strobe;"]
    ends = ("valid", "ready", "beat_valid", "beat_ready", "done")
    lines += [f"    wire {_range(count)}write_{end};" for end in ends]
    depth = _buffer(master.write_outstanding * burst)
    for k, channel in enumerate(writers):
        n = channel.name
        answer = f"{n}_{'d' if channel.responds else 'b'}"
        lines += [
            f"    hlsgen_axi_writer #(.WORD({channel.word_bytes}), .BUS({bus}), .BURST({burst}), .DEPTH({depth}),"
            f" .QUEUE({_queue(channel)}), .RESPONDS({int(channel.responds)})) {n}_writer (",
            "        .clk(ap_clk), .rst_n(ap_rst_n),",
            *(f"        {_connect(f'{n}_{s}', s)}" for s in ("aw", "w")),
            f"        .done({answer}_valid), .taken({answer}_ready),",
            f"        .burst_address(write_address[{64 * k + 63}:{64 * k}]),",
            f"        .burst_length(write_length[{8 * k + 7}:{8 * k}]),",
            f"        .burst_valid({_bit('write_valid', k, count)}), .burst_ready({_bit('write_ready', k, count)}),",
            f"        .beat_data(write_data[{8 * bus * (k + 1) - 1}:{8 * bus * k}]),",
            f"        .beat_strobe(write_strobe[{bus * (k + 1) - 1}:{bus * k}]),",
            f"        .beat_valid({_bit('write_beat_valid', k, count)}),",
            f"        .beat_ready({_bit('write_beat_ready', k, count)}), .written({_bit('write_done', k, count)})",
            "    );",
            f"    assign {answer}_data = 1'b0;",
        ]
    return [
        *lines,
        f"    hlsgen_axi_write_bus #(.N({count}), .BUS({bus}), .OUTSTANDING({master.write_outstanding})) writes (",
        "        .clk(ap_clk), .rst_n(ap_rst_n), .burst_address(write_address), .burst_length(write_length),",
        "        .burst_valid(write_valid), .burst_ready(write_ready), .beat_data(write_data),",
        "        .beat_strobe(write_strobe), .beat_valid(write_beat_valid), .beat_ready(write_beat_ready),",
        "        .written(write_done), .awaddr(AWADDR), .awlen(AWLEN), .awvalid(AWVALID), .awready(AWREADY),",
        "        .wdata(WDATA), .wstrb(WSTRB), .wlast(WLAST), .wvalid(WVALID), .wready(WREADY), .bvalid(BVALID)",
        "    );",
    ]


def _connect(name: str, stream: str) -> str:
    return " ".join(f".{stream}_{end}({name}_{end})," for end in ("data", "valid", "ready"))


def _tied(channel: str, names: tuple[str, ...], master: AxiMaster) -> list[str]:
    widths = {"ADDR": master.address_bits, "LEN": 8, "VALID": 1}
    return [f"    assign {channel}{name} = {widths[name]}'h0;" for name in names]


def _burst(beats: int, bus: int) -> int:
    """Beats of the longest burst: a burst of aligned ones stays inside 4 KB."""
    return min(beats, BOUNDARY_BYTES // bus, 256)


def _buffer(beats: int) -> int:
    return min(_BUFFER_BEATS_MAX, 1 << max(2, (beats - 1).bit_length()))


def _queue(channel: Channel) -> int:
    """Requests that may wait: all that a pipeline has under way, so that it never stands still for want of room."""
    return max(4, channel.under_way + 2)


def _bit(name: str, k: int, count: int) -> str:
    return f"{name}[{k}]" if count > 1 else name


def _range(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""
