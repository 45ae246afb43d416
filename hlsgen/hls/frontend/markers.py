"""Second look, after inlining: what the variable pragmas and the stream descriptions point at.

All pointers now start at a parameter, an alloca or a global of the function that stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import constant_offset, size_bytes
from hlsgen.hls.llvm.parse import Parsed

from .ports import Signature, read_stream
from .pragmas import Written
from .roots import Bound, bind_values

_OF_MEMBERS = frozenset(("array_partition", "array_reshape", "bind_storage", "dependence", "disaggregate", "aggregate"))


@dataclass(frozen=True, slots=True)
class OnVariable:
    """A pragma on a variable: a parameter or alloca of `function`, or a global; or on a member of one.

    A member is the `size_bytes` from `offset_bytes` on; `size_bytes` is 0 for a whole variable. places: of BIND_OP, the
    assignments to it.
    """

    bound: Bound
    function: str
    target: ir.VariableTarget
    offset_bytes: int = 0
    size_bytes: int = 0
    places: tuple[Place, ...] = ()


@dataclass(slots=True)
class Markers:
    variables: list[OnVariable] = field(default_factory=list)
    streams: dict[tuple[str, str], ir.StreamInfo] = field(default_factory=dict)  # (function, name); "" for globals
    depths: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)


class Bases:
    """Where the pointers of a function start."""

    def __init__(self, function: ir.Function, names: list[str] | None = None) -> None:
        """`names`: of the parameters in C++, where they are known."""
        self._instructions = [i for block in function.blocks for i in block.instructions]
        self._made = {i.result: i for i in self._instructions if i.result is not None}
        self._params = {param.name for param in function.params}
        self._homes = {  # the alloca in which Clang keeps a parameter, by its name
            name: param.name
            for param, written in zip(function.params, names or [param.name for param in function.params], strict=True)
            for name in (f"{written}.addr", f"{param.name}.addr", param.name.removesuffix(".coerce"))
        }

    def of(self, pointer: ir.Operand) -> ir.VariableTarget | None:
        """The variable that `pointer` points into, None when that is chosen at run time."""
        while True:
            if isinstance(pointer, ir.GlobalRef):
                return ir.VariableTarget(pointer.name, is_global=True)
            if not isinstance(pointer, ir.Local):
                return None
            if pointer.name in self._params:
                return ir.VariableTarget(pointer.name)
            made = self._made[pointer.name]
            if made.opcode == "alloca":
                return ir.VariableTarget(self._homes.get(pointer.name, pointer.name))
            start = self._start(made)
            if start is None:
                return None
            pointer = start

    def all_of(self, pointer: ir.Operand) -> set[ir.VariableTarget]:
        """The variables that `pointer` may point into."""
        found: set[ir.VariableTarget] = set()
        seen: set[str] = set()
        work = [pointer]
        while work:
            at = work.pop()
            made = self._made.get(at.name) if isinstance(at, ir.Local) else None
            if made is None or made.opcode not in ("phi", "select", "getelementptr"):
                target = self.of(at)
                found |= {target} if target is not None else set()
            elif made.result not in seen:
                seen.add(made.result or "")
                work += [each for each in made.operands if isinstance(each.type, ir.PtrType)]
        return found

    def _start(self, made: ir.Instruction) -> ir.Operand | None:
        """Where a pointer came from: by steps, or along an array whose elements are constructed one by one."""
        if made.opcode == "getelementptr":
            return made.operands[0]
        if made.opcode != "phi":
            return None
        steps = [self._made.get(each.name) if isinstance(each, ir.Local) else None for each in made.operands]
        itself = ir.Local(made.result or "", made.type)
        starts = [
            operand
            for operand, step in zip(made.operands, steps, strict=True)
            if step is None or step.opcode != "getelementptr" or step.operands[0] != itself
        ]
        return starts[0] if len(starts) == 1 else None

    def offset_of(self, pointer: ir.Operand) -> int:
        """How many bytes into its variable (or an element of it) a pointer points, as far as that is constant."""
        offset = 0
        while isinstance(pointer, ir.Local) and pointer.name not in self._params:
            made = self._made[pointer.name]
            if made.opcode != "getelementptr" or made.source_type is None:
                break
            offset += constant_offset(made.source_type, made.operands[1:])
            pointer = made.operands[0]
        return offset

    def assignments(self, target: ir.VariableTarget) -> tuple[Place, ...]:
        """Where the variable, or a part of it, gets a value, and where that is computed."""
        found: dict[Place, None] = {}
        for i in self._instructions:
            if i.opcode == "store" and self.of(i.operands[1]) == target:
                found[i.loc] = None
                value = i.operands[0]
                while isinstance(value, ir.Local) and (made := self._made.get(value.name)) is not None:
                    found[made.loc] = None
                    if made.opcode not in ("trunc", "sext", "zext"):
                        break
                    value = made.operands[0]
        return tuple(place for place in found if place.line)

    def type_of(self, target: ir.VariableTarget, module: ir.Module) -> ir.Type | None:
        """What the variable is in memory, None for a parameter."""
        if target.is_global:
            return module.globals[target.name].type
        made = self._made.get(target.name)
        return made.source_type if made is not None else None


def read_markers(parsed: Parsed, written: dict[int, Written], top: str, signature: Signature) -> Markers:
    """Reads the marker calls of every function and deletes them."""
    found = Markers()
    for name, function in parsed.module.functions.items():
        bases = Bases(function, signature.parameter_names(function) if name == top else None)
        for block in function.blocks:
            for line, instruction in zip(parsed.lines[name][block.label], block.instructions, strict=True):
                if instruction.callee == "hlsgen_variable":
                    _variable(found, parsed.module, name, bases, instruction, written)
                elif instruction.callee == "hlsgen_stream":
                    _stream(found, parsed.module, name, bases, instruction)
                else:
                    continue
                parsed.text.lines[line] = ""
    params = signature.parameters(parsed.module.functions[top])
    for param, argument in params:
        if argument.stream is not None:
            found.streams[top, param.name] = replace(
                argument.stream, function=top, name=param.name, count=prod(argument.shape)
            )
    _spread(found, parsed.module)
    return found


def _variable(
    found: Markers, module: ir.Module, function: str, bases: Bases, call: ir.Instruction, written: dict[int, Written]
) -> None:
    pointer, size, *extents = call.operands[:6]
    bound = bind_values(written, call.operands[6:])
    found.seen.add(bound.written.id)
    target = bases.of(pointer)
    if target is None:
        found.refused[bound.written.id] = f"{bound.written.variable!r} is not one variable"
        return
    assert isinstance(size, ir.Const)
    offset, type = bases.offset_of(pointer), bases.type_of(target, module)
    if "around" in bound.options:
        found.variables += [mark for mark in _around(bound, function, target, type) if mark not in found.variables]
        return
    is_part = offset > 0 or (type is not None and 0 < size.value < size_bytes(type) and bound.kind in _OF_MEMBERS)
    mark = OnVariable(bound, function, target, offset, size.value) if is_part else OnVariable(bound, function, target)
    if target.is_global and not is_part:  # of a table with an initialiser, LLVM's type may not tell
        shape = "x".join(str(each.value) for each in extents if isinstance(each, ir.Const) and each.value)
        mark = replace(mark, bound=replace(bound, options=bound.options | {"shape": shape}))
    if bound.kind == "bind_op":
        mark = replace(mark, places=bases.assignments(target))
    if mark not in found.variables:
        found.variables.append(mark)


def _around(bound: Bound, function: str, target: ir.VariableTarget, type: ir.Type | None) -> list[OnVariable]:
    """A pragma of our headers on the arrays around a class: each object of it is one of its own."""
    marks: list[OnVariable] = []
    while isinstance(type, ir.ArrayType):
        options: dict[str, str | int | bool] = {"complete": True, "dim": len(marks) + 1}
        marks.append(OnVariable(replace(bound, options=options), function, target))
        type = type.element
    return marks


def _stream(found: Markers, module: ir.Module, function: str, bases: Bases, call: ir.Instruction) -> None:
    target = bases.of(call.operands[0])
    if target is None:
        raise UserError(
            "which stream this is depends on run time",
            where=call.loc,
            do="use an `if` around two accesses, one for each stream",
        )
    key = ("" if target.is_global else function, target.name)
    info = read_stream(call, *key)
    found.streams[key] = replace(info, count=_streams_in(bases.type_of(target, module), info.size_bytes))
    depth = call.operands[2]
    if isinstance(depth, ir.Const) and depth.value:
        found.depths[key] = depth.value


def _streams_in(type: ir.Type | None, stream_bytes: int) -> int:
    """How many there are in a variable: an array of them, or an object of nothing but them, all of one type."""

    def count(type: ir.Type) -> int:
        match type:
            case ir.ArrayType(extent, element):
                return extent * count(element)
            case ir.StructType(fields) if size_bytes(type) >= stream_bytes:
                return sum(map(count, fields)) or 1
        return 0

    return max(1, count(type)) if type is not None else 1


def _spread(found: Markers, module: ir.Module) -> None:
    """Streams that a function only hands on: described by its callees, or by its callers."""
    calls = [
        (name, target, call.callee, param.name)
        for name, function in module.functions.items()
        for bases in (Bases(function),)
        for block in function.blocks
        for call in block.instructions
        if call.callee in module.functions
        for operand, param in zip(call.operands, module.functions[call.callee].params, strict=True)
        if isinstance(operand.type, ir.PtrType) and (target := bases.of(operand)) is not None
    ]
    types = {
        (name, i.result): i.source_type
        for name, function in module.functions.items()
        for block in function.blocks
        for i in block.instructions
        if i.opcode == "alloca"
    } | {("", name): variable.type for name, variable in module.globals.items()}
    changed = True
    while changed:
        changed = False
        for caller, target, callee, param in calls:
            outer, inner = ("" if target.is_global else caller, target.name), (callee, param)
            for known, unknown in ((outer, inner), (inner, outer)):
                if known in found.streams and unknown not in found.streams:
                    info = found.streams[known]
                    count = 1 if unknown == inner else _streams_in(types.get(outer), info.size_bytes)
                    found.streams[unknown] = replace(info, function=unknown[0], name=unknown[1], count=count)
                    if known in found.depths:
                        found.depths[unknown] = found.depths[known]
                    changed = True


def with_directions(streams: dict[tuple[str, str], ir.StreamInfo], module: ir.Module) -> tuple[ir.StreamInfo, ...]:
    """The streams that are left in the final module, with who reads and who writes."""
    reads: set[tuple[str, str]] = set()
    writes: set[tuple[str, str]] = set()
    handed: list[tuple[tuple[str, str], tuple[str, str], int]] = []
    present: set[tuple[str, str]] = set()
    for name, function in module.functions.items():
        bases = Bases(function)
        present |= {(name, param.name) for param in function.params}
        for block in function.blocks:
            for i in block.instructions:
                if i.opcode == "alloca":
                    present.add((name, i.result or ""))
                elif i.opcode in ("load", "store") and "volatile" in i.flags:
                    for end in bases.all_of(i.operands[-1]):
                        key = ("" if end.is_global else name, end.name)
                        (reads if i.opcode == "load" else writes).add(key)
                elif i.callee in module.functions:
                    for operand, param in zip(i.operands, module.functions[i.callee].params, strict=True):
                        target = bases.of(operand) if isinstance(operand.type, ir.PtrType) else None
                        if target is not None:
                            key = ("" if target.is_global else name, target.name)
                            handed.append((key, (i.callee, param.name), bases.offset_of(operand)))
    for _ in handed:  # at most one step per call along a chain
        before = len(reads) + len(writes)
        for outer, inner, _ in handed:
            if inner in reads:
                reads.add(outer)
            if inner in writes:
                writes.add(outer)
        if len(reads) + len(writes) == before:
            break
    reach = _reach(streams, handed)
    return tuple(
        replace(info, reach=reach[key], reads=key in reads, writes=key in writes)
        for key, info in streams.items()
        if key in present or (not key[0] and key[1] in module.globals)
    )


def _reach(
    streams: dict[tuple[str, str], ir.StreamInfo], handed: list[tuple[tuple[str, str], tuple[str, str], int]]
) -> dict[tuple[str, str], int]:
    """How many streams there are from each one on: of a parameter, as many as one of its callers has."""
    reach = {key: info.count for key, info in streams.items()}
    for _ in handed:
        before = dict(reach)
        for outer, inner, offset in handed:
            if outer in reach and inner in reach:
                reach[inner] = max(reach[inner], reach[outer] - offset // streams[outer].size_bytes)
        if reach == before:
            break
    return reach
