"""Prints a netlist as Verilog-2001 that Yosys, Vivado and Verilator read alike.

Coding styles that synthesis maps well: one always block per register, synchronous reset, `acc + (...)` without a
reset in the data path (DSP packing), memories with registered reads (block RAM or LUT RAM by attribute).
"""

from __future__ import annotations

from .netlist import Expr, Lit, MemoryCell, Module, Net, Register, Value

_BINARY = {
    "add": "+", "sub": "-", "and": "&", "or": "|", "xor": "^", "eq": "==", "ne": "!=",
    "ult": "<", "ule": "<=", "ugt": ">", "uge": ">=", "udiv": "/", "urem": "%",
}  # fmt: skip
_SIGNED = {"slt": "<", "sle": "<=", "sgt": ">", "sge": ">="}
_DIVISION = {"sdiv": "/", "srem": "%"}
_STYLE = {"bram": "block", "lutram": "distributed", "uram": "ultra"}


def print_module(module: Module, keeps_memory: bool | None = None) -> str:
    """One module as Verilog text. keeps_memory: the design has a memory with contents that is written, None: if the
    module has."""
    keeps_memory = keeps_contents(module) if keeps_memory is None else keeps_memory
    lines = [f"// {line}" for line in module.comment.splitlines()]
    lines.append(f"module {module.name} (")
    lines.append(",\n".join(f"    {p.direction} wire {_range(p.width)}{p.name}" for p in module.ports))
    lines.append(");")
    ports = {port.name for port in module.ports}
    for net in module.declared:
        lines.append(f"    wire {_range(net.width)}{net.name};")
    for register in module.registers:
        lines.append(f"    reg {_range(register.net.width)}{register.net.name};")
    for memory in module.memories:
        for read in memory.reads:
            lines.append(f"    reg {_range(read.net.width)}{read.net.name};")
    declared = {net.name for net in module.declared} | ports
    for wire in module.wires:  # declared first: always blocks and wires refer to each other freely
        if wire.net.name not in declared:
            attribute = f"(* {wire.attribute} *) " if wire.attribute else ""
            lines.append(f"    {attribute}wire {_range(wire.net.width)}{wire.net.name};")
    lines.append("")
    for wire in module.wires:
        note = f"  // {wire.comment}" if wire.comment else ""
        lines.append(f"    assign {wire.net.name} = {text(wire.value)};{note}")
    for memory in module.memories:
        lines += ["", *_memory(memory)]
    lines += [""] if module.registers else []
    lines += _first_values(module) if keeps_memory else []
    for register in module.registers:
        lines += _register(register)
    for instance in module.instances:
        parameters = ", ".join(f".{name}({value})" for name, value in instance.parameters)
        lines += ["", f"    {instance.module} {f'#({parameters}) ' if parameters else ''}{instance.name} ("]
        lines.append(
            ",\n".join(f"        .{port}({text(value) if value else ''})" for port, value in instance.connections)
        )
        lines.append("    );")
    lines += ["endmodule", ""]
    return "\n".join(lines)


def print_file(header: str, module: str) -> str:
    """A whole file around the text of a module. Undeclared names are errors: `default_nettype none`."""
    comment = "".join(f"// {line}\n" for line in header.splitlines())
    return f"{comment}`default_nettype none\n\n{module}\n`default_nettype wire\n"


def _range(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""


def _first_values(module: Module) -> list[str]:
    """Registers with a reset have its value from configuration on: or what they hold before the first reset could write
    into a memory, whose words a reset does not bring back."""
    found = [each for each in module.registers if each.reset is not None and each.clear == Lit(0, 1)]
    values = [f"        {each.net.name} = {text(Lit(each.reset or 0, each.net.width))};" for each in found]
    return ["    initial begin", *values, "    end"] if found else []


def keeps_contents(module: Module) -> bool:
    """It has a memory that holds something from configuration on, and is written."""
    return any(memory.init is not None and memory.writes for memory in module.memories)


def _register(register: Register) -> list[str]:
    step = f"{register.net.name} <= {text(register.value)};"
    if register.enable != Lit(1, 1):
        step = f"if ({text(register.enable)}) {step}"
    if register.reset is None:
        return [f"    always @(posedge ap_clk) {step}"]
    reset = f"{register.net.name} <= {text(Lit(register.reset, register.net.width))};"
    when = "!ap_rst_n" if register.clear == Lit(0, 1) else text(register.clear)
    return [f"    always @(posedge ap_clk) if ({when}) {reset}", f"        else {step}"]


def _memory(memory: MemoryCell) -> list[str]:
    kind = "rom" if not memory.writes else "ram"
    lines = [f'    (* {kind}_style = "{_STYLE[memory.style]}" *)']
    lines.append(f"    reg {_range(memory.width)}{memory.name} [0:{memory.depth - 1}];")
    if memory.init is not None:
        lines.append("    initial begin")
        lines += [
            f"        {memory.name}[{place}] = {text(Lit(word, memory.width))};"
            for place, word in enumerate(memory.init)
        ]
        lines.append("    end")
    for write in memory.writes:
        lines.append(f"    always @(posedge ap_clk) if ({text(write.enable)})")
        lines.append(f"        {memory.name}[{text(write.address)}] <= {text(write.value)};")
    for read in memory.reads:
        lines.append(f"    always @(posedge ap_clk) if ({text(read.enable)})")
        lines.append(f"        {read.net.name} <= {memory.name}[{text(read.address)}];")
    return lines


def text(value: Value) -> str:
    """An expression; nested ones in parentheses."""
    match value:
        case Lit(number, width):
            return f"{width}'h{number:x}" if width > 1 else f"1'b{number}"
        case Net(name):
            return name
        case Expr():
            return _expression(value)


def _expression(e: Expr) -> str:
    args = [_inner(arg) for arg in e.args]
    if e.operator in _BINARY:
        return f" {_BINARY[e.operator]} ".join(args)
    if e.operator in _SIGNED:
        return f"$signed({text(e.args[0])}) {_SIGNED[e.operator]} $signed({text(e.args[1])})"
    if e.operator in _DIVISION:
        return f"$unsigned($signed({text(e.args[0])}) {_DIVISION[e.operator]} $signed({text(e.args[1])}))"
    match e.operator:
        case "mul":
            return _product(e)
        case "not":
            return f"~{args[0]}"
        case "mux":
            return f"{args[0]} ? {args[1]} : {args[2]}"
        case "shl":
            return f"{args[0]} << {args[1]}"
        case "lshr":
            return f"{args[0]} >> {args[1]}"
        case "ashr":
            return f"$unsigned($signed({text(e.args[0])}) >>> {args[1]})"
        case "slice":
            source = e.args[0]
            if source.width == e.width:
                return args[0]
            return f"{args[0]}[{e.lsb}]" if e.width == 1 else f"{args[0]}[{e.lsb + e.width - 1}:{e.lsb}]"
        case "concat":
            return "{" + ", ".join(map(text, e.args)) + "}"
        case "zext":
            return f"{{{text(Lit(0, e.width - e.args[0].width))}, {text(e.args[0])}}}"
        case "sext":
            source = e.args[0]
            return f"{{{{{e.width - source.width}{{{_highest_bit(source)}}}}}, {args[0]}}}"
    raise ValueError(e.operator)


def _highest_bit(value: Value) -> str:
    if value.width == 1:
        return _inner(value)
    if isinstance(value, Expr) and value.operator == "slice" and value.width < value.args[0].width:
        return f"{_inner(value.args[0])}[{value.lsb + value.width - 1}]"  # Verilog has no slices of slices
    return f"{_inner(value)}[{value.width - 1}]"


def _product(e: Expr) -> str:
    """Factors extended by their own signs to the product's width, in signed arithmetic unless both are unsigned.

    Synthesis trims the extensions again and maps what is left to a DSP.
    """
    wide = [_extended(arg, e.width, sign) for arg, sign in zip(e.args, e.signs, strict=True)]
    if any(e.signs):
        return f"$unsigned($signed({wide[0]}) * $signed({wide[1]}))"
    return " * ".join(wide)


def _extended(value: Value, width: int, sign: bool) -> str:
    if isinstance(value, Lit):
        number = value.value - (1 << value.width) if sign and value.value >> (value.width - 1) else value.value
        return text(Lit(number & ((1 << width) - 1), width))
    if value.width >= width:
        return text(value)
    return text(Expr("sext" if sign else "zext", (value,), width))


def _inner(value: Value) -> str:
    plain = not isinstance(value, Expr) or value.operator in ("concat", "zext", "sext", "slice")
    return text(value) if plain else f"({text(value)})"
