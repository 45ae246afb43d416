"""An AXI4-Lite slave with the registers of a design: `s_axi_control` as Vitis HLS makes it, in Verilog of our own.

A write is taken address first, then data, then answered; a read takes two cycles, three from an array. Side of the
kernel, as ports of the module:

- with the control block: ap_start, ap_done, ap_ready, ap_idle, interrupt, and ap_continue for ap_ctrl_chain;
- an input register: `<name>`; an output register: `<name>` and `<name>_ap_vld`, which takes it over;
- an array: `<name>_address0`, `_ce0`, `_we0`, `_d0`, `_q0`: a memory port with a latency of one cycle, where q holds;
  where the kernel needs a second one, it shares that with the host, who waits while `_ce1` is high.

What a host sees of the control block: ap_start stays until the call is accepted (auto_restart keeps it); ap_done and
ap_ready are cleared by being read, with ap_ctrl_chain ap_done stays until ap_continue is written; while auto_restart is
on, done is told once, when the block has become idle. A bit of the interrupt status is set by its event while it is
enabled and toggles when a one is written to it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hlsgen.hls.interfaces import AxiLite, Register
from hlsgen.hls.register_map import AP_CTRL, GIE, IER, ISR, WORD_BYTES, element_bytes

from .netlist import Port

_DATA_ROLES = ("data", "data_in", "offset")
_NO = "1'b0"


def axi_ports(slave: AxiLite) -> list[Port]:
    """The bus, named without the slave's prefix."""
    address, word = slave.address_bits, 8 * WORD_BYTES
    return [
        Port("AWADDR", address, "input"), Port("AWVALID", 1, "input"), Port("AWREADY", 1, "output"),
        Port("WDATA", word, "input"), Port("WSTRB", WORD_BYTES, "input"), Port("WVALID", 1, "input"),
        Port("WREADY", 1, "output"), Port("BRESP", 2, "output"), Port("BVALID", 1, "output"),
        Port("BREADY", 1, "input"), Port("ARADDR", address, "input"), Port("ARVALID", 1, "input"),
        Port("ARREADY", 1, "output"), Port("RDATA", word, "output"), Port("RRESP", 2, "output"),
        Port("RVALID", 1, "output"), Port("RREADY", 1, "input"),
    ]  # fmt: skip


def kernel_ports(slave: AxiLite, second: Collection[str] = (), hidden: Collection[str] = ()) -> list[Port]:
    """The other side: what the kernel and its handshake see. second: arrays with a second port; hidden: not made."""
    return [port for port in _kernel_ports(slave, second) if port.name not in hidden]


def _kernel_ports(slave: AxiLite, second: Collection[str]) -> list[Port]:
    found = []
    if slave.control:
        found += [Port(name, 1, "input") for name in ("ap_done", "ap_ready", "ap_idle")]
        found += [Port("ap_start", 1, "output"), Port("interrupt", 1, "output")]
        found += [Port("ap_continue", 1, "output")] if slave.chain else []
    for register in slave.registers:
        name = register.name
        if register.role in _DATA_ROLES:
            found.append(Port(name, register.bits, "output"))
        elif register.role == "data_out":
            found += [Port(name, register.bits, "input"), Port(f"{name}_ap_vld", 1, "input")]
        elif register.role == "window":
            for k in (0, 1) if name in second else (0,):
                found += [
                    Port(f"{name}_address{k}", _index_bits(register.depth), "input"), Port(f"{name}_ce{k}", 1, "input"),
                    Port(f"{name}_we{k}", 1, "input"), Port(f"{name}_d{k}", register.bits, "input"),
                    Port(f"{name}_q{k}", register.bits, "output"),
                ]  # fmt: skip
    return found


def axilite_text(slave: AxiLite, module: str, second: Collection[str] = (), hidden: Collection[str] = ()) -> str:
    """The module as Verilog-2001, with the ports of `kernel_ports`."""
    return _Slave(slave, module, frozenset(second), frozenset(hidden)).text()


def _index_bits(depth: int) -> int:
    return max(1, (depth - 1).bit_length())


class _Slave:
    def __init__(self, slave: AxiLite, module: str, second: frozenset[str], hidden: frozenset[str]) -> None:
        self.slave, self.module, self.second, self.hidden = slave, module, second, hidden
        self.held = [f"{r.name}_ce1" for r in slave.registers if r.role == "window" and r.name in second]
        self.address = slave.address_bits
        self.windows = [register for register in slave.registers if register.role == "window"]
        self.masked = any(register.role in _DATA_ROLES for register in slave.registers)
        self.declared: list[str] = []
        self.body: list[str] = []
        self.reads: list[tuple[int, str]] = []  # (offset, 32-bit expression)

    def text(self) -> str:
        if self.slave.control:
            self.control()
        for register in self.slave.registers:
            if register.role in _DATA_ROLES:
                self.input(register)
            elif register.role == "data_out":
                self.output(register)
            elif register.role == "window":
                self.window(register)
        ports = [Port("ap_clk", 1, "input"), Port("ap_rst_n", 1, "input")]
        ports += [*axi_ports(self.slave), *kernel_ports(self.slave, self.second, self.hidden)]
        lines = [f"// {line}".rstrip() for line in self.comment()]
        lines += [f"module {self.module} (", ",\n".join(f"    {_declare(port)}" for port in ports), ");"]
        bus, read_data = self.bus(), self.read_data()
        lines += [*self.declared_bus(), *self.declared, "", *bus, "", *self.body, *read_data, "endmodule"]
        return "\n".join([*lines, ""])

    def comment(self) -> list[str]:
        """The map, for who reads the Verilog."""
        digits = max(2, -(-self.address // 4))
        lines = [f"AXI4-Lite slave {self.slave.name}"]
        for register in self.slave.registers:
            what = f"{register.bits} bits, {register.access}"
            if register.role == "window":
                what = f"{register.depth} elements of {what}, to 0x{register.offset + register.size_bytes - 1:x}"
            lines.append(f"0x{register.offset:0{digits}x} {register.name}: {what}")
        return lines

    # ---- the bus

    def declared_bus(self) -> list[str]:
        a = self.address - 1
        return [
            "    reg aw_wait;", "    reg w_wait;", "    reg b_wait;", "    reg ar_wait;", "    reg r_wait;",
            f"    reg [{a}:0] waddr;", f"    wire [{a}:0] raddr = ARADDR;", "    reg [31:0] rdata;",
            f"    wire hold = {' || '.join(self.held) or _NO};",
            "    wire w_take = w_wait && WVALID && !hold;", "    wire ar_take = ar_wait && ARVALID && !hold;",
            *(["    wire [31:0] wmask = {{8{WSTRB[3]}}, {8{WSTRB[2]}}, {8{WSTRB[1]}}, {8{WSTRB[0]}}};"] * self.masked),
        ]  # fmt: skip

    def bus(self) -> list[str]:
        waits = "!r_late" if self.windows else "1'b1"
        late = (
            [
                "    always @(posedge ap_clk)",
                "        if (!ap_rst_n) r_late <= 1'b0;",
                f"        else r_late <= ar_take && {self.in_window('raddr')};",
            ]
            if self.windows
            else []
        )
        if self.windows:
            self.declared.append("    reg r_late;  // a word of an array comes a cycle later")
        return [
            "    assign AWREADY = aw_wait;", "    assign WREADY = w_wait && !hold;", "    assign BVALID = b_wait;",
            "    assign BRESP = 2'b00;", "    assign ARREADY = ar_wait && !hold;",
            f"    assign RVALID = r_wait && {waits};" if self.windows else "    assign RVALID = r_wait;",
            "    assign RRESP = 2'b00;",
            "    always @(posedge ap_clk) if (aw_wait && AWVALID) waddr <= AWADDR;",
            "    always @(posedge ap_clk)",
            "        if (!ap_rst_n) {aw_wait, w_wait, b_wait} <= 3'b000;",
            "        else if (aw_wait) {aw_wait, w_wait} <= {!AWVALID, AWVALID};",
            "        else if (w_wait) {w_wait, b_wait} <= {!w_take, w_take};",
            "        else if (b_wait) {b_wait, aw_wait} <= {!BREADY, BREADY};",
            "        else aw_wait <= 1'b1;",
            "    always @(posedge ap_clk)",
            "        if (!ap_rst_n) {ar_wait, r_wait} <= 2'b00;",
            "        else if (ar_wait) {ar_wait, r_wait} <= {!ar_take, ar_take};",
            "        else if (r_wait) {r_wait, ar_wait} <= {!(RVALID && RREADY), RVALID && RREADY};",
            "        else ar_wait <= 1'b1;",
            *late,
        ]  # fmt: skip

    def in_window(self, address: str, register: Register | None = None) -> str:
        """The address lies in an array: its high bits are those of the base."""
        terms = []
        for one in [register] if register else self.windows:
            low = one.size_bytes.bit_length() - 1
            if low >= self.address:
                return "1'b1"
            high = self.address - low
            terms.append(f"{address}[{self.address - 1}:{low}] == {high}'h{one.offset >> low:x}")
        return terms[0] if len(terms) == 1 else "(" + " || ".join(f"({term})" for term in terms) + ")"

    def word_at(self, address: str, offset: int) -> str:
        return f"{address}[{self.address - 1}:2] == {self.address - 2}'h{offset >> 2:x}"

    def read_data(self) -> list[str]:
        """The word that is read, a register: cases of the address."""
        lines = ["    always @(posedge ap_clk)", "        if (ar_take) begin", "            rdata <= 32'h0;"]
        for offset, value in self.reads:
            lines.append(f"            if ({self.word_at('raddr', offset)}) rdata <= {value};")
        lines.append("        end")
        if not self.windows:
            return [*lines, "    assign RDATA = rdata;"]
        shown = "rdata"
        for one in reversed(self.windows):
            shown = f"{one.name}_shown ? {one.name}_read : {shown}"
        return [*lines, f"    assign RDATA = {shown};"]

    # ---- control

    def control(self) -> None:
        chain = self.slave.chain
        self.declared += [
            f"    reg {name};"
            for name in (
                "int_start", "int_done", "int_idle", "int_ready", "int_restart", "int_gie", "int_interrupt",
                "restarting",
            )
        ]  # fmt: skip
        self.declared += [
            "    reg [1:0] int_ier;", "    reg [1:0] int_isr;",
            "    wire idle = ap_idle && !int_start;",
            "    wire task_done = restarting ? idle && !int_idle : ap_done;",
            "    wire task_ready = ap_ready && !int_restart;",
            f"    wire write_ctrl = w_take && WSTRB[0] && {self.word_at('waddr', AP_CTRL)};",
            f"    wire read_ctrl = ar_take && {self.word_at('raddr', AP_CTRL)};",
        ]  # fmt: skip
        done = ("task_done", "1'b1", "read_ctrl", "1'b0")
        if chain:  # ap_done stays up until the block has seen ap_continue
            done = ("int_continue", "1'b0", "task_done", "1'b1")
        registers = [
            ("int_start", "write_ctrl && WDATA[0]", "1'b1", "ap_ready", "int_restart"),
            ("int_restart", "write_ctrl", "WDATA[7]", "", ""),
            ("int_done", *done),
            ("int_ready", "task_ready", "1'b1", "read_ctrl", "1'b0"),
            ("int_idle", "1'b1", "idle", "", ""),
            ("restarting", "int_restart", "1'b1", "idle", "1'b0"),
            ("int_gie", f"w_take && WSTRB[0] && {self.word_at('waddr', GIE)}", "WDATA[0]", "", ""),
            ("int_ier", f"w_take && WSTRB[0] && {self.word_at('waddr', IER)}", "WDATA[1:0]", "", ""),
            ("int_interrupt", "1'b1", "int_gie && |int_isr", "", ""),
        ]
        if chain:
            self.declared.append("    reg int_continue;")
            registers.append(("int_continue", "write_ctrl && WDATA[4]", "1'b1", "1'b1", "1'b0"))
            self.body.append("    assign ap_continue = int_continue || restarting;")
        for name, when, value, clear, cleared in registers:
            zero = "2'b00" if name == "int_ier" else "1'b1" if name == "int_idle" else "1'b0"
            self.body += self.register(name, zero, when, value, clear, cleared)
        done_event = "task_done && !int_done" if chain else "task_done"
        for bit, event in enumerate((done_event, "task_ready")):
            toggle = f"w_take && WSTRB[0] && {self.word_at('waddr', ISR)}"
            self.body += self.register(
                f"int_isr[{bit}]", "1'b0", f"int_ier[{bit}] && {event}", "1'b1", toggle,
                f"int_isr[{bit}] ^ WDATA[{bit}]",
            )  # fmt: skip
        self.body += ["    assign ap_start = int_start;", "    assign interrupt = int_interrupt;"]
        status = "int_restart, 2'b00, 1'b0, int_ready, int_idle, int_done, int_start"
        self.reads += [
            (AP_CTRL, f"{{22'h0, int_interrupt, 1'b0, {status}}}"),
            (GIE, "{31'h0, int_gie}"),
            (IER, "{30'h0, int_ier}"),
            (ISR, "{30'h0, int_isr}"),
        ]

    def register(self, name: str, zero: str, when: str, value: str, clear: str = "", cleared: str = "") -> list[str]:
        """A register: set under `when`, else cleared under `clear`."""
        lines = ["    always @(posedge ap_clk)", f"        if (!ap_rst_n) {name} <= {zero};"]
        for condition, new in ((when, value), (clear, cleared)):
            if condition:
                test = "" if condition == "1'b1" else f"if ({condition}) "
                lines.append(f"        else {test}{name} <= {new};")
        return lines

    # ---- arguments

    def input(self, register: Register) -> None:
        name, bits = register.name, register.bits
        self.declared.append(f"    reg {_range(bits)}int_{name};")
        if name not in self.hidden:
            self.body.append(f"    assign {name} = int_{name};")
        for offset, part, width in _words(register):
            piece = f"int_{name}" if width == bits else f"int_{name}{_part(part, width)}"
            bits_of = "" if width == 32 else _part(0, width)
            value = f"WDATA{bits_of} & wmask{bits_of} | {piece} & ~wmask{bits_of}"
            zero = f"{width}'h0" if width > 1 else "1'b0"
            self.body += self.register(piece, zero, f"w_take && {self.word_at('waddr', offset)}", value)
            self.reads.append((offset, _padded(piece, width)))

    def output(self, register: Register) -> None:
        name, bits = register.name, register.bits
        self.declared.append(f"    reg {_range(bits)}int_{name};")
        zero = f"{bits}'h0" if bits > 1 else "1'b0"
        self.body += self.register(f"int_{name}", zero, f"{name}_ap_vld", name)
        for offset, part, width in _words(register):
            piece = f"int_{name}" if width == bits else f"int_{name}{_part(part, width)}"
            self.reads.append((offset, _padded(piece, width)))
        valid = next((one for one in self.slave.registers if one.name == f"{name}_ctrl"), None)
        if valid is not None:
            self.declared.append(f"    reg int_{name}_ap_vld;")
            read = f"ar_take && {self.word_at('raddr', valid.offset)}"
            self.body += self.register(f"int_{name}_ap_vld", "1'b0", f"{name}_ap_vld", "1'b1", read, "1'b0")
            self.reads.append((valid.offset, f"{{31'h0, int_{name}_ap_vld}}"))

    def kernel_side(self, register: Register, number: int, wide: int, lanes: int) -> _Side:
        """Port `number` of the kernel: an element at a time out of words of `lanes` elements."""
        name, bits = register.name, register.bits
        element, k = wide // lanes, number
        lane, full = (lanes - 1).bit_length(), _index_bits(register.depth)
        address = f"{name}_address{k}"
        at = f"{address}[{full - 1}:{lane}]" if full > lane else _NO
        if full == 1 and lane == 0:
            at = address
        own = f"{name}_d{k}" if bits == 8 * element else f"{{{8 * element - bits}'h0, {name}_d{k}}}"
        put = f"{{{lanes}{{{own}}}}}" if lanes > 1 else own
        self.declared.append(f"    wire [{8 * wide - 1}:0] {name}_put{k} = {put};")
        shown = f"{name}_q{k}" not in self.hidden
        read = f"{name}_word{k}" if shown else ""
        if lanes == 1:
            taken = "" if bits == 8 * wide else _part(0, bits)
            if shown:
                self.body.append(f"    assign {name}_q{k} = {name}_word{k}{taken};")
            writes = [f"{name}_ce{k} && {name}_we{k}"] * wide
            return _Side(at, f"{name}_put{k}", f"{name}_ce{k}", read, writes)
        low_bits = min(lane, full)
        low = f"{address}[{low_bits - 1}:0]" if full > 1 else address
        writes = [
            f"{name}_ce{k} && {name}_we{k} && {low} == {low_bits}'h{byte // element:x}"
            for byte in range(element << low_bits)
        ]
        if shown:
            self.pick_lane(register, k, low, low_bits, element)
        return _Side(at, f"{name}_put{k}", f"{name}_ce{k}", read, writes)

    def pick_lane(self, register: Register, k: int, low: str, low_bits: int, element: int) -> None:
        """The element that was asked for, out of the word that was read."""
        name, bits = register.name, register.bits
        self.declared.append(f"    reg {_range(low_bits)}{name}_lane{k};")
        self.body.append(f"    always @(posedge ap_clk) if ({name}_ce{k}) {name}_lane{k} <= {low};")
        chosen = f"{name}_part{k}_0"
        for n in range(1 << low_bits):
            part = f"{name}_word{k}{_part(8 * element * n, bits)}"
            self.declared.append(f"    wire {_range(bits)}{name}_part{k}_{n} = {part};")
            if n:
                chosen = f"{name}_lane{k} == {low_bits}'h{n:x} ? {name}_part{k}_{n} : {chosen}"
        self.body.append(f"    assign {name}_q{k} = {chosen};")

    def share(self, register: Register, host: _Side, wide: int, index: int) -> _Side:
        """The host's port, which the kernel takes when it wants it. What each has read stays until it reads again."""
        name, mine = register.name, f"{register.name}_ce1"
        word = f"[{8 * wide - 1}:0]"
        self.declared.append(f"    reg {word} {name}_both;")
        users = [(host.read, "h", host.enable)]
        users += [] if f"{name}_q1" in self.hidden else [(f"{name}_word1", "k", mine)]
        for user, end, when in users:
            fresh, kept = f"{name}_fresh_{end}", f"{name}_kept_{end}"
            self.declared += [f"    reg {fresh};", f"    reg {word} {kept};"]
            self.declared.append(f"    wire {word} {user} = {fresh} ? {name}_both : {kept};")
            self.body += [
                f"    always @(posedge ap_clk) {fresh} <= {when};",
                f"    always @(posedge ap_clk) if ({fresh}) {kept} <= {name}_both;",
            ]
        kernel = self.kernel_side(register, 1, wide, wide // element_bytes(register.bits))
        self.declared += [
            f"    wire {_range(index)}{name}_both_at = {mine} ? {kernel.address} : {host.address};",
            f"    wire {word} {name}_both_data = {mine} ? {kernel.data} : {host.data};",
        ]
        writes = [f"{a} || {b}" for a, b in zip(host.writes, [*kernel.writes, *[_NO] * wide], strict=False)]
        return _Side(f"{name}_both_at", f"{name}_both_data", f"{mine} || {host.enable}", f"{name}_both", writes)

    def window(self, register: Register) -> None:
        """A memory of words of at least 32 bits with byte enables; port a is the host's, port b the kernel's."""
        name, bits = register.name, register.bits
        element = element_bytes(bits)
        wide = max(WORD_BYTES, element)
        lanes, parts = wide // element, wide // WORD_BYTES  # elements in a word of the memory; bus words in one
        depth = -(-register.depth // lanes)
        index = _index_bits(depth)
        shift = (wide - 1).bit_length()
        self.declared += [
            f"    reg [{8 * wide - 1}:0] {name}_words [0:{depth - 1}];",
            f"    wire {name}_write = w_take && {self.in_window('waddr', register)};",
            f"    wire {name}_hit = ar_take && {self.in_window('raddr', register)};",
            f"    reg {name}_shown;",
        ]  # fmt: skip
        address = f"{name}_at"
        span = f"[{shift + index - 1}:{shift}]"
        picked = f"{name}_write ? waddr{span} : raddr{span}" if depth > 1 else "1'b0"
        self.declared.append(f"    wire {_range(index)}{address} = {picked};")
        enables = ", ".join(
            "WSTRB" if parts == 1 else f"waddr[{shift - 1}:2] == {shift - 2}'h{k:x} ? WSTRB : 4'h0"
            for k in reversed(range(parts))
        )
        self.declared.append(f"    wire [{wide - 1}:0] {name}_strobe = {{{enables}}};")
        data = f"{{{parts}{{WDATA}}}}" if parts > 1 else "WDATA"
        self.declared.append(f"    wire [{8 * wide - 1}:0] {name}_data = {data};")
        host_write = [f"{name}_write && {name}_strobe[{k}]" for k in range(wide)]
        host = _Side(f"{name}_at", f"{name}_data", f"{name}_hit", f"{name}_host", host_write)
        read_registers = [] if f"{name}_q0" in self.hidden else [f"{name}_word0"]
        read_registers += [] if name in self.second else [f"{name}_host"]
        self.declared += [f"    reg [{8 * wide - 1}:0] {each};" for each in read_registers]
        sides = [host, self.kernel_side(register, 0, wide, lanes)]
        if name in self.second:
            sides[0] = self.share(register, host, wide, index)
        for side in sides:
            self.body.append("    always @(posedge ap_clk) begin")
            for k, write in enumerate(side.writes):
                at = f"{name}_words[{side.address}]{_part(8 * k, 8)}"
                self.body.append(f"        if ({write}) {at} <= {side.data}{_part(8 * k, 8)};")
            if side.read:
                self.body.append(f"        if ({side.enable}) {side.read} <= {name}_words[{side.address}];")
            self.body.append("    end")
        self.body.append(f"    always @(posedge ap_clk) if (ar_take) {name}_shown <= {name}_hit;")
        if parts > 1:
            sel = (parts - 1).bit_length()
            self.declared.append(f"    reg {_range(sel)}{name}_part;")
            self.body.append(f"    always @(posedge ap_clk) if (ar_take) {name}_part <= raddr{_part(2, sel)};")
            chosen = f"{name}_host[31:0]"
            for k in range(1, parts):
                chosen = f"{name}_part == {sel}'h{k:x} ? {name}_host{_part(32 * k, 32)} : {chosen}"
            self.declared.append(f"    wire [31:0] {name}_read = {chosen};")
        else:
            self.declared.append(f"    wire [31:0] {name}_read = {name}_host;")


@dataclass(frozen=True, slots=True)
class _Side:
    """One port of a memory: expressions; `writes`: the enable of each byte."""

    address: str
    data: str
    enable: str
    read: str
    writes: list[str]


def _words(register: Register) -> list[tuple[int, int, int]]:
    """(offset, lowest bit, bits) of each word of a register."""
    return [
        (register.offset + WORD_BYTES * k, 32 * k, min(32, register.bits - 32 * k))
        for k in range(-(-register.bits // 32))
    ]


def _padded(piece: str, width: int) -> str:
    return piece if width == 32 else f"{{{32 - width}'h0, {piece}}}"


def _part(low: int, width: int) -> str:
    return f"[{low + width - 1}:{low}]" if width > 1 else f"[{low}]"


def _range(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""


def _declare(port: Port) -> str:
    return f"{port.direction} wire {_range(port.width)}{port.name}"
