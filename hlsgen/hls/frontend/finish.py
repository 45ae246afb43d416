"""The final module as the back end gets it: readable array names, loops, ports, directives, what became of pragmas."""

from __future__ import annotations

import re
from dataclasses import replace

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import size_bytes
from hlsgen.hls.llvm.loops import most_trips, natural_loops, trip_count
from hlsgen.hls.llvm.parse import Parsed
from hlsgen.hls.llvm.tasks import always_tasks, run_by_tasks

from . import ports
from .forward import forward_copies
from .function_ports import function_ports
from .markers import Markers, OnVariable, with_directions
from .pragmas import Written
from .roots import Bound, Roots
from .unroll import source_of

_INLINED = re.compile(r"(?:\.i\d*|\.sroa\.\d+|\.addr)+$")
_DISSOLVED_WELL = frozenset(
    "aggregate array_partition array_reshape bind_storage dependence disaggregate function_instantiate".split()
)


def finish(
    parsed: Parsed, roots: Roots, marked: Markers, written: dict[int, Written], signature: ports.Signature
) -> ir.FrontEnd:
    """Puts the result together."""
    names = {
        name: _names(function, signature.parameter_names(function) if name == roots.top else None)
        for name, function in parsed.module.functions.items()
    }
    loops, directives = _loops(parsed, roots)
    for function in parsed.module.functions:
        for bound in roots.functions.get(function, ()):
            if bound.kind == "dataflow" and function not in roots.regions:
                continue
            directives.append(_directive(bound, function, ir.FunctionTarget()))
    for mark in marked.variables:
        if mark.bound.kind == "bind_op":
            directives.append(_directive(mark.bound, mark.function, ir.AssignmentTarget(mark.places)))
            continue
        directives += _in_loops(_on_variable(mark, parsed.module, names), mark, parsed, roots)
    renamed = {name: _renamed(function, names[name]) for name, function in parsed.module.functions.items()}
    module = forward_copies(ir.Module(renamed, parsed.module.globals), frozenset(roots.regions))
    streams = with_directions(
        {
            (f, names.get(f, {}).get(n, n)): replace(info, name=names.get(f, {}).get(n, n))
            for (f, n), info in marked.streams.items()
        },
        module,
    )
    for (function, name), depth in marked.depths.items():
        final = names.get(function, {}).get(name, name)
        if any(info.function == function and info.name == final for info in streams):
            directives.append(_depth(function, final, depth))
    ours = {each.id for each in written.values() if each.loc.file.startswith(parsed.text.header_dir)}
    pragmas = tuple(
        _record(pragma, roots, marked, directives, parsed.module)
        for pragma in written.values()
        if pragma.id not in ours or pragma.id in roots.seen | marked.seen
    )
    top = module.functions[roots.top]
    of_top, result = ports.top_ports(top, signature, directives, streams)
    known = (*of_top, *([result] if result is not None else []))
    others = function_ports(parsed, module, roots.top, known, streams)
    divided = {d.target for d in directives if d.kind.startswith("array_") and d.function == roots.top}
    words = [port for port in (*of_top, result) if port is not None and _is_word(port)]
    directives += [_divided(port, roots.top) for port in words if ir.VariableTarget(port.name) not in divided]
    return ir.FrontEnd(
        module, roots.top, tuple(directives), pragmas, of_top, streams, tuple(loops),
        *ports.control(directives, top), result, others, tasks=always_tasks(module), free=run_by_tasks(module),
    )  # fmt: skip


def _loops(parsed: Parsed, roots: Roots) -> tuple[list[ir.Loop], list[ir.Directive]]:
    loops, directives = [], []
    for name, function in parsed.module.functions.items():
        for loop in natural_loops(function):
            source = source_of(parsed, name, loop, roots)
            trips = trip_count(function, loop)
            loops.append(
                ir.Loop(
                    name, loop.header, loop.latches[0], loop.blocks, loop.exiting,
                    loop.parent.header if loop.parent else None,
                    source.name if source else "", trips,
                    source.loc if source else function.loc,
                    source.number if source else -1,
                    trips if trips is not None else most_trips(function, loop),
                )
            )  # fmt: skip
            for bound in source.bound if source else ():
                directives.append(_directive(bound, name, ir.LoopTarget(loop.header)))
    return loops, directives


def _directive(bound: Bound, function: str, target: ir.Target) -> ir.Directive:
    return ir.Directive(bound.kind, bound.options, bound.written.text, bound.written.loc, function, target)


def _depth(function: str, name: str, depth: int) -> ir.Directive:
    """A FIFO depth that stands in the type hls::stream<T, depth>, as if a pragma had said it."""
    target = ir.VariableTarget(name, is_global=not function)
    return ir.Directive("stream", {"depth": depth}, f"HLS STREAM depth={depth}", ir.Place(), function, target)


def _is_word(port: ir.Port) -> bool:
    """Whether a class with an array in it goes through a port, or a register, as one word."""
    is_scalar = port.kind in ("pointer", "value") and port.mode not in ("m_axi", "ap_memory", "bram", "axis")
    return is_scalar and any(leaf.count > 1 for leaf in port.fields)


def _divided(port: ir.Port, top: str) -> ir.Directive:
    """The words of arrays in it, each on its own."""
    return ir.Directive("array_partition", {"complete": True}, "", port.loc, top, ir.VariableTarget(port.name))


def _on_variable(mark: OnVariable, module: ir.Module, names: dict[str, dict[str, str]]) -> list[ir.Directive]:
    """One directive for each part of the variable that is left (LLVM may have split it)."""
    bound = mark.bound
    if mark.size_bytes:
        member: dict[str, str | int | bool] = {
            "member_offset_bytes": mark.offset_bytes,
            "member_size_bytes": mark.size_bytes,
        }
        bound = replace(bound, options=bound.options | member)
    if mark.target.is_global:
        return [_directive(bound, mark.function, mark.target)] if mark.target.name in module.globals else []
    function = module.functions.get(mark.function)
    if function is None:
        return []
    if any(param.name == mark.target.name for param in function.params):
        name = names[mark.function].get(mark.target.name, mark.target.name)
        return [_directive(bound, mark.function, ir.VariableTarget(name))]
    whole = names[mark.function].get(mark.target.name)
    if whole is not None:
        return [_directive(bound, mark.function, ir.VariableTarget(whole))]
    pieces = {
        name: _size(function, old)
        for old, name in names[mark.function].items()
        if old.startswith(f"{mark.target.name}.sroa.")
    }
    members = [name for name, size in pieces.items() if size == mark.size_bytes] or list(pieces)
    return [_directive(mark.bound, mark.function, ir.VariableTarget(name)) for name in members]


def _size(function: ir.Function, alloca: str) -> int:
    """The bytes of a variable of the function."""
    made = (i for block in function.blocks for i in block.instructions if i.result == alloca)
    return next((size_bytes(i.source_type) for i in made if i.source_type is not None), 0)


def _in_loops(found: list[ir.Directive], mark: OnVariable, parsed: Parsed, roots: Roots) -> list[ir.Directive]:
    """A DEPENDENCE belongs to the loop it stands in: one directive for each that is left of it."""
    function = parsed.module.functions.get(mark.function)
    if mark.bound.kind != "dependence" or function is None or mark.bound.written.id not in roots.loops_of:
        return found
    numbers = roots.loops_of.get(mark.bound.written.id, set())
    headers = [
        loop.header
        for loop in natural_loops(function)
        if (source := source_of(parsed, mark.function, loop, roots)) is not None and source.number in numbers
    ]
    return [
        replace(directive, options={**directive.options, "loop": header}) for directive in found for header in headers
    ]


def _record(
    pragma: Written, roots: Roots, marked: Markers, directives: list[ir.Directive], module: ir.Module
) -> ir.Pragma:
    refusal = pragma.refusal or roots.refused.get(pragma.id) or marked.refused.get(pragma.id, "")
    if refusal:
        return ir.Pragma(pragma.text, pragma.loc, False, refusal)
    is_bound = any(d.loc == pragma.loc and d.text == pragma.text for d in directives)
    if (is_bound or pragma.kind in ("unroll", "inline")) and pragma.id in roots.seen | marked.seen:
        return ir.Pragma(pragma.text, pragma.loc, True)
    if pragma.id in marked.seen:
        well = pragma.kind in _DISSOLVED_WELL
        if pragma.kind == "function_instantiate":
            return ir.Pragma(pragma.text, pragma.loc, True, "the function is inlined, once for every call")
        return ir.Pragma(pragma.text, pragma.loc, well, "the variable became plain registers and wires")
    if any(b.written.id == pragma.id for loop in roots.loops.values() for b in loop.bound):
        return ir.Pragma(pragma.text, pragma.loc, False, "the loop is gone: unrolled, or without effect")
    if pragma.id in roots.seen:
        return ir.Pragma(pragma.text, pragma.loc, pragma.kind in _DISSOLVED_WELL, "its function was inlined")
    if pragma.condition:
        return ir.Pragma(pragma.text, pragma.loc, True, "its condition does not hold where the function is used")
    return ir.Pragma(pragma.text, pragma.loc, False, "its function is not reached from the top")


# ---- names -----------------------------------------------------------------------------------------------------


def _names(function: ir.Function, written: list[str] | None) -> dict[str, str]:
    """Parameter or alloca -> a name like the source's, unique in the function; and what has to make way for it.

    `written`: the names of the parameters in C++, where they are known.
    """
    allocas = [i.result for block in function.blocks for i in block.instructions if i.opcode == "alloca"]
    params = written or [re.sub(r"\W", "_", param.name.removesuffix(".coerce")) for param in function.params]
    names = {param.name: name for param, name in zip(function.params, params, strict=True)}
    results = {i.result: "" for block in function.blocks for i in block.instructions if i.result}
    taken = set(params) | (results.keys() - set(allocas))
    for result in results.keys() - set(allocas):
        if result in params:
            names[result] = _fresh(result, taken)
    for alloca in filter(None, allocas):
        names[alloca] = _fresh(re.sub(r"\W", "_", _INLINED.sub("", alloca)) or "array", taken)
    return names


def _fresh(base: str, taken: set[str]) -> str:
    name, copy = base, 1
    while name in taken:
        name, copy = f"{base}_{copy}", copy + 1
    taken.add(name)
    return name


def _renamed(function: ir.Function, names: dict[str, str]) -> ir.Function:
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return function

    def operand(value: ir.Operand) -> ir.Operand:
        is_changed = isinstance(value, ir.Local) and value.name in changed
        return ir.Local(changed[value.name], value.type) if is_changed else value  # type: ignore[union-attr]

    def instruction(each: ir.Instruction) -> ir.Instruction:
        if each.result in changed or any(isinstance(o, ir.Local) and o.name in changed for o in each.operands):
            return replace(
                each,
                result=changed.get(each.result or "", each.result),
                operands=tuple(map(operand, each.operands)),
            )
        return each

    blocks = (replace(block, instructions=tuple(map(instruction, block.instructions))) for block in function.blocks)
    params = (replace(param, name=names[param.name]) for param in function.params)
    return replace(function, params=tuple(params), blocks=tuple(blocks))
