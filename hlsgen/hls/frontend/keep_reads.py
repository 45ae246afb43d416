"""Reads of arrays that are streams, or may become ones, stay where C++ has them, also those that nobody uses.

LLVM would drop these, and move others under a condition: then not every element would be read, or not in order. They
are marked volatile, as those of streams are.
"""

from __future__ import annotations

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.parse import Parsed

from .markers import Bases, Markers
from .ports import mode_of


def keep_reads(parsed: Parsed, marked: Markers) -> None:
    """Changes the text. Arrays that a function also writes are left alone."""
    kept = {
        (mark.function, mark.target.name)
        for mark in marked.variables
        if mark.bound.kind == "stream"
        or (mark.bound.kind == "interface" and mode_of(mark.bound.options) in ir.STREAM_MODES)
    } - marked.streams.keys()
    if not kept:
        return
    functions = parsed.module.functions
    bases = {name: Bases(function) for name, function in functions.items()}
    code = [
        (name, i, line)
        for name, function in functions.items()
        for block in function.blocks
        for i, line in zip(block.instructions, parsed.lines[name][block.label], strict=True)
    ]
    for _ in functions:  # as deep as functions may be nested
        for name, call, _ in code:
            if call.callee in functions:
                for param, operand in zip(functions[call.callee].params, call.operands, strict=True):
                    target = bases[name].of(operand) if isinstance(operand.type, ir.PtrType) else None
                    if target is not None and (name, target.name) in kept:
                        kept.add((call.callee, param.name))
    written = set()
    for name, i, _ in code:
        if i.opcode == "store" and (target := bases[name].of(i.operands[1])) is not None:
            written.add((name, target.name))
    for name, i, line in code:
        if i.opcode == "load" and "volatile" not in i.flags:
            target = bases[name].of(i.operands[0])
            if target is not None and (name, target.name) in kept - written:
                parsed.text.lines[line] = parsed.text.lines[line].replace(" = load ", " = load volatile ", 1)
