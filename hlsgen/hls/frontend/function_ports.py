"""The parameters of the functions below the top, from what their callers hand to them."""

from __future__ import annotations

import math
import re
from math import prod

from hlsgen.hls.cdfg.layout import canonical, like
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import size_bytes
from hlsgen.hls.llvm.parse import Parsed

_Known = tuple[ir.Type, tuple[int, ...], tuple[ir.Leaf, ...], int]  # element, shape, fields, bits


def function_ports(
    parsed: Parsed, module: ir.Module, top: str, ports: tuple[ir.Port, ...], streams: tuple[ir.StreamInfo, ...]
) -> dict[str, tuple[ir.Port, ...]]:
    """The parameters of every function but the top: of arrays, the largest that is handed to them."""
    infos = {(info.function, info.name): info for info in streams}
    known: dict[tuple[str, str], _Known] = {
        (top, port.name): (port.element, port.shape, port.fields, port.bits) for port in ports
    }
    objects, handed = _objects(module), _handed(module)
    rows = {
        i.operands[0].name: i.source_type
        for function in module.functions.values()
        for block in function.blocks
        for i in block.instructions
        if i.opcode == "getelementptr" and isinstance(i.operands[0], ir.GlobalRef) and i.source_type is not None
    }
    before: dict[tuple[str, str], _Known] = {}
    while before != known:  # as deep as functions are nested
        before = dict(known)
        for caller, operand, callee, param in handed:
            if isinstance(operand, ir.GlobalRef):
                variable = module.globals.get(operand.name)
                type = variable.type if variable is not None else None
                if isinstance(type, ir.StructType) and operand.name in rows:  # Clang lost the shape of the array
                    type = like(canonical(type), rows[operand.name])
            else:
                type = objects.get((caller, operand.name))
            key = (callee, param)
            found = known.get((caller, operand.name)) if type is None else (*_stripped(type), (), 0)
            if found is not None and (key not in known or _words(known[key]) < _words(found)):
                known[key] = found
    return {
        name: tuple(_described(parsed, function, param, known, infos) for param in function.params)
        for name, function in module.functions.items()
        if name != top
    }


def elements_below(module: ir.Module, known: dict[tuple[str, str], ir.Type]) -> dict[tuple[str, str], ir.Type]:
    """What the pointers among the parameters (function, name) point at: `known`, and what is handed on from there."""
    found = dict(known)
    objects, handed = _objects(module), _handed(module)
    before = 0
    while before < len(found):  # as deep as functions are nested
        before = len(found)
        for caller, operand, callee, param in handed:
            key = (caller, operand.name)
            type = _stripped(objects[key])[0] if key in objects else found.get(key)
            if type is not None and isinstance(operand, ir.Local):
                found.setdefault((callee, param), type)
    return found


def _objects(module: ir.Module) -> dict[tuple[str, str | None], ir.Type]:
    """The types of local variables."""
    return {
        (name, i.result): i.source_type
        for name, function in module.functions.items()
        for block in function.blocks
        for i in block.instructions
        if i.opcode == "alloca" and i.source_type is not None
    }


def _handed(module: ir.Module) -> list[tuple[str, ir.Local | ir.GlobalRef, str, str]]:
    """(caller, what it hands on, callee, parameter); of an element, its array tells what that is."""
    bases = {
        (name, i.result): i.operands[0]
        for name, function in module.functions.items()
        for block in function.blocks
        for i in block.instructions
        if i.opcode == "getelementptr"
    }
    found = []
    for caller, function in module.functions.items():
        for call in (i for block in function.blocks for i in block.instructions if i.callee in module.functions):
            for param, operand in zip(module.functions[call.callee].params, call.operands, strict=True):
                while isinstance(operand, ir.Local) and (caller, operand.name) in bases:
                    operand = bases[caller, operand.name]
                if isinstance(operand, ir.Local | ir.GlobalRef):
                    found.append((caller, operand, call.callee, param.name))
    return found


def _words(known: _Known) -> float:
    """How many elements there are; behind an AXI master that may be unknown."""
    return prod(known[1]) or math.inf


def _described(parsed, function, param, known, infos) -> ir.Port:  # type: ignore[no-untyped-def]
    info = infos.get((function.name, param.name))
    if not isinstance(param.type, ir.PtrType):
        bits = param.type.bits if isinstance(param.type, ir.IntType) else 8 * size_bytes(param.type)
        return ir.Port(param.name, param.type, "", None, function.loc, "value", element=param.type, bits=bits)
    if info is not None:
        kind, shape = ("streams", (info.count,)) if info.count > 1 else ("stream", ())
        return ir.Port(param.name, param.type, "", info, function.loc, kind, shape=shape, bits=info.element_bits)
    element, shape, fields, bits = known.get((function.name, param.name), (ir.VoidType(), (), (), 0))
    header = parsed.text.lines[parsed.text.definitions[function.name][0]]
    own = re.search(rf"ptr [^,%]*\bdead_on_return\b[^,%]*%\"?{re.escape(param.name)}\b", header) is not None
    kind = "value" if own else "array" if shape else "pointer"
    return ir.Port(param.name, param.type, "", None, function.loc, kind, False, element, shape, bits, fields,
                   by_pointer=own)  # fmt: skip


def _stripped(type: ir.Type) -> tuple[ir.Type, tuple[int, ...]]:
    shape = []
    while isinstance(type, ir.ArrayType):
        shape.append(type.count)
        type = type.element
    return type, tuple(shape)
