"""Switches whose default cannot happen, as LLVM notes it: their last case takes its place.

The block that never comes would be another way out of the loop around it, of which then nobody knew the trip count.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.llvm import ir


def fill_switches(module: ir.Module) -> ir.Module:
    """The module without such defaults, and without the blocks that nothing leads to then."""
    return ir.Module({name: _filled(function) for name, function in module.functions.items()}, module.globals)


def _filled(function: ir.Function) -> ir.Function:
    never = {block.label for block in function.blocks if block.instructions[0].opcode == "unreachable"}
    if not never:
        return function
    blocks = [replace(b, instructions=(*b.instructions[:-1], _end(b.terminator, never))) for b in function.blocks]
    reached = {label for block in blocks for label in block.terminator.labels}
    return replace(function, blocks=tuple(b for b in blocks if b.label not in never or b.label in reached))


def _end(end: ir.Instruction, never: set[str]) -> ir.Instruction:
    if end.opcode != "switch" or end.labels[0] not in never or len(end.labels) == 1:
        return end
    *cases, last = end.labels[1:]
    if not cases:
        return replace(end, opcode="br", operands=(), labels=(last,))
    return replace(end, operands=end.operands[:-1], labels=(last, *cases))
