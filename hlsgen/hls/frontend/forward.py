"""Structs that a dataflow region passes by value: the process gets the object itself, not a copy that the region makes.

C++ copies the object before the call. Where the process does not write its copy, and no other process writes the
object afterwards, the copy goes, and with it the only code that a region would have to run.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.llvm import ir

from .markers import Bases


def forward_copies(module: ir.Module, regions: frozenset[str]) -> ir.Module:
    """The module without the copies in `regions` (functions by mangled name) that nobody needs."""
    written = _written_params(module)
    functions = {
        name: _forwarded(function, module, written) if name in regions else function
        for name, function in module.functions.items()
    }
    return ir.Module(functions, module.globals)


def _written_params(module: ir.Module) -> set[tuple[str, str]]:
    """The parameters through which a function, or one that it calls, may write."""
    written: set[tuple[str, str]] = set()
    handed: list[tuple[tuple[str, str], tuple[str, str]]] = []
    for name, function in module.functions.items():
        bases = Bases(function)
        params = {param.name for param in function.params}
        for instruction in (i for block in function.blocks for i in block.instructions):
            if instruction.opcode == "store":
                target = bases.of(instruction.operands[1])
                written |= {(name, target.name)} if target is not None else {(name, param) for param in params}
            elif instruction.callee in module.functions:
                callee = module.functions[instruction.callee]
                for operand, param in zip(instruction.operands, callee.params, strict=True):
                    target = bases.of(operand) if isinstance(operand.type, ir.PtrType) else None
                    if target is not None:
                        handed.append(((name, target.name), (callee.name, param.name)))
    size = -1
    while size != len(written):
        size = len(written)
        written |= {outer for outer, inner in handed if inner in written}
    return written


class _Region:
    def __init__(self, function: ir.Function, module: ir.Module, written: set[tuple[str, str]]) -> None:
        self.module, self.written = module, written
        self.body = function.blocks[0].instructions
        self.made = {i.result: i for i in self.body if i.result is not None}
        self.uses: dict[str, list[int]] = {}
        for number, instruction in enumerate(self.body):
            for operand in instruction.operands:
                if isinstance(operand, ir.Local):
                    self.uses.setdefault(operand.name, []).append(number)

    def place(self, pointer: ir.Operand) -> tuple[str, int] | None:
        """Object and byte offset of an address that is constant."""
        offset = 0
        while isinstance(pointer, ir.Local):
            made = self.made.get(pointer.name)
            if made is None or made.opcode != "getelementptr":
                return pointer.name, offset
            step = made.operands[-1]
            if made.source_type != ir.IntType(8) or len(made.operands) != 2 or not isinstance(step, ir.Const):
                return None
            offset += step.value
            pointer = made.operands[0]
        return None

    def source(self, copy: str) -> tuple[str, int, set[int]] | None:
        """The object that the alloca `copy` is a copy of, the call that takes it, and the stores that make it."""
        stores: set[int] = set()
        calls: list[int] = []
        sources: set[str] = set()
        addresses = [copy]
        while addresses:
            for number in self.uses.get(addresses.pop(), ()):
                instruction = self.body[number]
                if instruction.opcode == "getelementptr":
                    addresses.append(instruction.result or "")
                elif instruction.opcode == "call":
                    calls.append(number)
                elif instruction.opcode == "store":
                    value = instruction.operands[0]
                    load = self.made.get(value.name) if isinstance(value, ir.Local) else None
                    to = self.place(instruction.operands[1])
                    if load is None or load.opcode != "load" or "volatile" in load.flags or to is None:
                        return None
                    origin = self.place(load.operands[0])
                    if origin is None or origin[1] != to[1]:
                        return None
                    sources.add(origin[0])
                    stores.add(number)
                else:
                    return None
        if len(calls) != 1 or len(sources) != 1:
            return None
        (source,) = sources
        return source, calls[0], stores

    def is_safe(self, copy: str, source: str, call: int) -> bool:
        """The process reads only; nobody writes the object between the copy and the process, or after it."""
        first = min(number for number, i in enumerate(self.body) if i.opcode != "alloca")
        for number, instruction in enumerate(self.body[first:], start=first):
            if instruction.opcode == "store" and (self.place(instruction.operands[1]) or (source, 0))[0] == source:
                return False
            callee = self.module.functions.get(instruction.callee)
            if callee is None:
                continue
            for operand, param in zip(instruction.operands, callee.params, strict=True):
                if number < call or (callee.name, param.name) not in self.written:
                    continue
                place = self.place(operand)
                if place is None or place[0] in (copy, source):
                    return False
        return True


def _forwarded(function: ir.Function, module: ir.Module, written: set[tuple[str, str]]) -> ir.Function:
    if len(function.blocks) != 1:
        return function
    region = _Region(function, module, written)
    instead: dict[int, dict[str, str]] = {}
    dropped: set[int] = set()
    for copy in [i.result for i in region.body if i.opcode == "alloca" and i.result is not None]:
        found = region.source(copy)
        if found is None or not region.is_safe(copy, found[0], found[1]):
            continue
        source, call, stores = found
        instead.setdefault(call, {})[copy] = source
        dropped |= stores
    body = []
    for number, instruction in enumerate(region.body):
        names = instead.get(number, {})
        if names:
            operands = (
                ir.Local(names[each.name], each.type) if isinstance(each, ir.Local) and each.name in names else each
                for each in instruction.operands
            )
            instruction = replace(instruction, operands=tuple(operands))
        if number not in dropped:
            body.append(instruction)
    return replace(function, blocks=(ir.Block(function.blocks[0].label, _without_dead(body)),)) if instead else function


def _without_dead(body: list[ir.Instruction]) -> tuple[ir.Instruction, ...]:
    """Without the addresses, loads and copies that nothing uses any more."""
    used: set[str] = set()
    kept = []
    for instruction in reversed(body):
        is_pure = instruction.opcode in ("getelementptr", "load", "alloca") and "volatile" not in instruction.flags
        if is_pure and instruction.result not in used:
            continue
        used |= {operand.name for operand in instruction.operands if isinstance(operand, ir.Local)}
        kept.append(instruction)
    return tuple(reversed(kept))
