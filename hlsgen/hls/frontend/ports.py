"""Ports: what the parameters of the functions that stay are.

Of the top function everything is known: `read_signature` reads the calls that `hlsgen/signature.h` made in the
function behind the top's body (`definition`). Of the others it follows from what their callers hand over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.fold import fold, mask, signed
from hlsgen.hls.llvm.layout import constant_offset
from hlsgen.hls.llvm.parse import Parsed
from hlsgen.hls.llvm.tasks import only_tasks

from .definition import DESCRIBER, Definition

RESULT = "ap_return"
_KINDS = ("value", "pointer", "reference")
_MERGED = frozenset(("port", "mode", "variable"))  # options of INTERFACE that are no options of the port


@dataclass(slots=True)
class Argument:
    """A parameter of the top function, or its return value, as the header describes it. `shape`: of the C type.

    `is_axis`: an element is an ap_axiu or ap_axis. `is_burst`: it is an hls::burst_maxi.
    """

    name: str
    kind: str
    is_const: bool
    bits: int
    element: ir.Type
    shape: list[int]
    fields: list[ir.Leaf] = field(default_factory=list)
    stream: ir.StreamInfo | None = None
    is_axis: bool = False
    is_burst: bool = False


@dataclass(slots=True)
class Signature:
    """What the header tells of the top function."""

    arguments: list[Argument] = field(default_factory=list)
    result: Argument | None = None

    def parameters(self, top: ir.Function) -> list[tuple[ir.Param, Argument]]:
        """What LLVM made of each parameter. One that holds the return value comes before those of C++."""
        arguments = list(self.arguments)
        if self.result is not None and top.result == ir.VoidType():
            arguments.insert(0, self.result)
        if len(top.params) != len(arguments):
            raise UserError("a parameter of the top function has no bits", where=top.loc, do="remove it")
        return list(zip(top.params, arguments, strict=True))

    def elements(self, top: ir.Function) -> dict[tuple[str, str], ir.Type]:
        """What the pointers among LLVM's parameters point at."""
        return {
            (top.name, param.name): argument.element
            for param, argument in self.parameters(top)
            if isinstance(param.type, ir.PtrType)
        }

    def parameter_names(self, top: ir.Function) -> list[str]:
        """The names in C++ of LLVM's parameters."""
        return [argument.name for _, argument in self.parameters(top)]


class Pieces:
    """Constants, and where constant addresses inside `hlsgen::unborn` objects lie, before LLVM folds them."""

    def __init__(self, function: ir.Function) -> None:
        self._made = {i.result: i for block in function.blocks for i in block.instructions if i.result is not None}

    def of(self, pointer: ir.Operand) -> tuple[str, int]:
        """The object and the byte offset in it."""
        offset = 0
        while isinstance(pointer, ir.Local):
            made = self._made[pointer.name]
            assert made.opcode == "getelementptr" and made.source_type is not None
            offset += constant_offset(made.source_type, made.operands[1:])
            pointer = made.operands[0]
        assert isinstance(pointer, ir.GlobalRef)
        return pointer.name, offset

    def value(self, operand: ir.Operand) -> int:
        if isinstance(operand, ir.Const):
            return operand.value
        made = self._made[operand.name] if isinstance(operand, ir.Local) else None
        assert made is not None and isinstance(made.type, ir.IntType)
        arguments = [mask(self.value(each), each.type) for each in made.operands]
        result = fold(made, arguments)
        assert result is not None
        return signed(result, made.type)


def read_signature(parsed: Parsed, definition: Definition | None) -> Signature:
    """Reads and deletes the function that describes the top. Raises UserError when there is none."""
    describer = parsed.module.functions.get(DESCRIBER)
    if describer is None or definition is None:
        raise UserError("the parameters of the top function cannot be read from its text",
                        do="define it outside classes, as a plain function")  # fmt: skip
    names = [written.name or f"arg{index}" for index, written in enumerate(definition.parameters)]
    found: dict[int, Argument] = {}
    pieces = Pieces(describer)
    current, path = -1, list[str]()
    for call in (i for block in describer.blocks for i in block.instructions if i.callee.startswith("hlsgen_")):
        values = [0 if isinstance(each.type, ir.PtrType) else pieces.value(each) for each in call.operands]
        match call.callee:
            case "hlsgen_argument":
                current = values[0]
                element = parsed.module.globals[pieces.of(call.operands[4])[0]].type
                found[current] = Argument(
                    RESULT if current < 0 else names[current], _KINDS[values[1]], bool(values[2]), values[3], element,
                    [int(value) for value in values[6:]],
                )  # fmt: skip
            case "hlsgen_extent":
                found[values[0]].shape.insert(0, int(values[1]))
            case "hlsgen_axis":
                found[values[0]].is_axis = True
            case "hlsgen_burst":
                found[values[0]].is_burst = True
            case "hlsgen_stream":
                found[current].stream = read_stream(call, DESCRIBER, found[current].name)
            case "hlsgen_member":
                path.append(_member_name(parsed.module, call.operands[0]))
            case "hlsgen_element":
                path.append(str(values[0]))
            case "hlsgen_end":
                path.pop()
            case "hlsgen_leaf":
                start = pieces.of(call.operands[2])[1]
                first, second = (pieces.of(call.operands[at])[1] - start for at in (3, 5))
                fields = found[current].fields
                lsb = fields[-1].lsb + fields[-1].width * fields[-1].count if fields else 0
                count, step = values[4], second - first
                fields.append(
                    ir.Leaf("_".join(path), values[0], lsb, bool(values[1]), first, count, step if count > 1 else 0)
                )
    _delete(parsed)
    arguments = [found[index] for index in range(len(names)) if index in found]
    return Signature(arguments, found.get(-1))


def _member_name(module: ir.Module, text: ir.Operand) -> str:
    """The name at the end of a string such as `name_of() [Member_ = &unborn<pair>.first]`."""
    assert isinstance(text, ir.GlobalRef)
    characters = module.globals[text.name].initializer
    assert isinstance(characters, tuple)
    return "".join(chr(int(each)) for each in characters[:-1]).rstrip("]").rpartition(".")[2]  # type: ignore[arg-type]


def _delete(parsed: Parsed) -> None:
    first, last = parsed.text.definitions.pop(DESCRIBER)
    for line in range(first, last + 1):
        parsed.text.lines[line] = ""
    del parsed.module.functions[DESCRIBER]
    for name in [name for name in parsed.module.globals if name.startswith(("_ZN6hlsgen6unborn", "llvm."))]:
        parsed.text.lines[parsed.text.globals.pop(name)] = ""
        del parsed.module.globals[name]


_FIELD_NAMES = ("data", "keep", "strb", "user", "last", "id", "dest")  # the codes of ap_axi_sdata.h


def read_stream(call: ir.Instruction, function: str, name: str, count: int = 1) -> ir.StreamInfo:
    """A call of hlsgen_stream as the description of the stream that `function` calls `name`."""
    bits, _, axis, size, readable, writable, fields, *pairs = (
        operand.value for operand in call.operands[1:] if isinstance(operand, ir.Const)
    )
    found, lsb = [], 0
    for number, (code, width) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
        if width:
            found.append(ir.StreamField(_FIELD_NAMES[code] if code >= 0 else f"field{number}", width, lsb))
        lsb += width
    assert lsb == bits and len(pairs) == 2 * fields
    return ir.StreamInfo(
        function, name, bits, tuple(found), bool(axis), count, offset_readable=readable, offset_writable=writable,
        size_bytes=size,
    )  # fmt: skip


# ---- the ports of the final module ----------------------------------------------------------------------------


def top_ports(
    top: ir.Function, signature: Signature, directives: list[ir.Directive], streams: tuple[ir.StreamInfo, ...]
) -> tuple[tuple[ir.Port, ...], ir.Port | None]:
    """The ports of the top function, and its return value."""
    result = signature.result
    if result is not None and result.kind != "value":
        raise UserError("the top function returns a pointer or reference", where=top.loc, do="return a value")
    infos = {info.name: info for info in streams if info.function == top.name}
    ports = []
    for param, argument in signature.parameters(top):
        if argument is result:
            continue
        mode, options, loc = _interface(directives, top, argument.name)
        ports.append(_port(argument, param.type, mode, options, loc, infos.get(param.name)))
    if result is None:
        return tuple(ports), None
    mode, options, loc = _interface(directives, top, "")
    type: ir.Type = ir.PtrType() if top.result == ir.VoidType() else top.result
    return tuple(ports), _port(result, type, mode, options, loc, None)


def _port(
    argument: Argument, type: ir.Type, mode: str, options: dict[str, str | int | bool], loc: Place,
    stream: ir.StreamInfo | None,
) -> ir.Port:  # fmt: skip
    kind, shape, is_pointer = argument.kind, tuple(argument.shape), isinstance(type, ir.PtrType)
    if argument.stream is not None:
        if argument.kind == "value":
            raise UserError(f"the stream {argument.name!r} is passed by value", where=loc, do="pass a reference")
        kind = "streams" if shape else "stream"
    elif kind != "value":
        if argument.is_burst and mode not in ("", "m_axi"):
            raise UserError(f"{argument.name!r} is an hls::burst_maxi in mode {mode}", where=loc, do="use m_axi")
        mode = "m_axi" if argument.is_burst else mode
        if argument.bits == 0:
            raise UserError(f"nobody knows what {argument.name!r} points at", where=loc,
                            do="use numbers and structs of them")  # fmt: skip
        depth = options.get("depth", 0)
        many = mode == "m_axi" or mode in ir.STREAM_MODES or (mode in ("ap_memory", "bram") and depth)
        if not shape and many and argument.kind == "pointer":
            shape = (depth if isinstance(depth, int) else 0,)
        if mode in ir.STREAM_MODES:
            shape, stream = shape or (1,), _streamed(argument)
        kind = "array" if shape else "pointer"
    by_pointer = kind == "value" and is_pointer
    bits = stream.element_bits if stream is not None else argument.bits
    return ir.Port(
        argument.name, type, mode, stream, loc, kind, argument.is_const, argument.element, shape, bits,
        tuple(argument.fields), options, by_pointer, argument.is_burst,
    )  # fmt: skip


def _streamed(argument: Argument) -> ir.StreamInfo:
    """The stream that an array or pointer with INTERFACE axis or ap_fifo is."""
    whole = ir.StreamField("data", argument.bits, 0)
    fields = [whole]
    if argument.is_axis:
        parts = {name: [leaf for leaf in argument.fields if leaf.name.split("_")[0] == name] for name in _FIELD_NAMES}
        fields = [
            ir.StreamField(name, sum(leaf.width * leaf.count for leaf in leaves), leaves[0].lsb)
            for name, leaves in parts.items()
            if leaves
        ]
    return ir.StreamInfo("", argument.name, argument.bits, tuple(fields), argument.is_axis)


def _interface(
    directives: list[ir.Directive], top: ir.Function, name: str
) -> tuple[str, dict[str, str | int | bool], Place]:
    """Mode, options and place of the INTERFACE pragmas on the port `name`, "" for the return value."""
    mode, options, loc = "", dict[str, str | int | bool](), top.loc
    axilite: dict[str, str | int | bool] = {}
    for directive in _interfaces(directives, top, name):
        more = {
            key: value
            for key, value in directive.options.items()
            if key not in _MERGED and not (value is True and key == mode_of(directive.options))
        }
        loc = directive.loc
        if mode_of(directive.options) == "s_axilite":
            axilite = {"axilite": True} | ({"axilite_bundle": more["bundle"]} if "bundle" in more else {})
            axilite |= {key: value for key, value in more.items() if key not in ("bundle", "depth")} | more
        elif not mode_of(directive.options).startswith("ap_ctrl"):
            mode = mode_of(directive.options)
            options |= more
    if axilite and mode:
        return mode, {key: value for key, value in axilite.items() if key != "bundle"} | options, loc
    if axilite:
        kept = {key: value for key, value in axilite.items() if not key.startswith("axilite")}
        return "s_axilite", kept, loc
    return mode, options, loc


def _interfaces(directives: list[ir.Directive], top: ir.Function, name: str) -> Iterator[ir.Directive]:
    target = ir.VariableTarget(name) if name else ir.FunctionTarget()
    for directive in directives:
        if directive.kind == "interface" and directive.function == top.name and directive.target == target:
            yield directive


def mode_of(options: Mapping[str, str | int | bool]) -> str:
    """`INTERFACE axis port=x` or `INTERFACE mode=axis port=x`."""
    words = [key for key, value in options.items() if value is True and key != "register"]
    return str(options.get("mode", words[0] if words else "")).lower()


def control(directives: list[ir.Directive], top: ir.Function) -> tuple[str, str]:
    """The block-level protocol, and the s_axilite bundle that it goes through, "" without one. Tasks have none."""
    endless = only_tasks(top)
    protocol, bundle = "ap_ctrl_none" if endless else "ap_ctrl_hs", ""
    for directive in _interfaces(directives, top, ""):
        mode = mode_of(directive.options)
        if endless and mode != "ap_ctrl_none":
            raise UserError(
                f"{top.pretty!r} consists of tasks: it has no calls that begin or end",
                where=directive.loc,
                do="leave the pragma out, or say mode=ap_ctrl_none",
            )
        if mode.startswith("ap_ctrl"):
            protocol = mode
        elif mode == "s_axilite":
            bundle = str(directive.options.get("bundle", "control"))
    return protocol, bundle
