"""Variables of static storage that nothing below the top writes: they keep their first value, so they are constants.

A program that has its tables in plain arrays, so that a test bench can fill them from a file, gets ROMs of them.
"""

from __future__ import annotations

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.parse import Parsed

_PASSES_ON = frozenset(("getelementptr", "phi", "select", "freeze"))
_MARKER = "hlsgen_variable"
_COPIES = ("llvm.memcpy.", "llvm.memmove.")


def make_constant(parsed: Parsed) -> None:
    """Changes the text. parsed: with functions inlined."""
    written = _written(parsed.module)
    for name, variable in parsed.module.globals.items():
        if not variable.constant and variable.initializer is not None and name not in written:
            number = parsed.text.globals[name]
            parsed.text.lines[number] = parsed.text.lines[number].replace(" global ", " constant ", 1)


def _written(module: ir.Module) -> set[str]:
    """The variables that may be written: what is done with their addresses is more than to load from them."""
    places = [(name, block.instructions) for name, function in module.functions.items() for block in function.blocks]
    code = [(name, i) for name, instructions in places for i in instructions]
    roots: dict[tuple[str, str], set[str]] = {}  # (function, pointer) -> the variables that it may point at

    def of(function: str, operand: ir.Operand) -> set[str]:
        if isinstance(operand, ir.GlobalRef):
            return {operand.name}
        return roots.get((function, operand.name), set()) if isinstance(operand, ir.Local) else set()

    def grows(function: str, name: str, found: set[str]) -> bool:
        known = roots.setdefault((function, name), set())
        if found <= known:
            return False
        known |= found
        return True

    growing = True
    while growing:
        growing = False
        for function, i in code:
            if i.opcode in _PASSES_ON and i.result is not None and i.type == ir.PtrType():
                growing |= grows(function, i.result, set().union(*(of(function, each) for each in i.operands)))
            elif i.callee in module.functions:
                for param, operand in zip(module.functions[i.callee].params, i.operands, strict=True):
                    growing |= grows(i.callee, param.name, of(function, operand))
    written: set[str] = set()
    for function, i in code:
        only_read = i.operands[:1] if i.opcode == "load" else i.operands[1:2] if i.callee.startswith(_COPIES) else ()
        if i.opcode in _PASSES_ON or i.callee in module.functions or i.callee == _MARKER:
            continue
        kept = only_read if "volatile" not in i.flags else ()
        for operand in i.operands:
            if operand not in kept:
                written |= of(function, operand)
    return written
