"""First look at Clang's IR, before inlining: loop and function pragmas, which functions stay, what is refused.

Loops are recognised here, in the shape that the source gave them; each gets a number in its `!llvm.loop` node, which
LLVM carries through inlining, rotation and partial unrolling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.loops import innermost, natural_loops
from hlsgen.hls.llvm.parse import Parsed, is_special_member, source_name

from . import edit, shared_state
from .copies import expand_structs
from .definition import DESCRIBER
from .library import KNOWN, replace_library
from .pragmas import Written

_HEAP = re.compile(r"_Zn[wa]|_Zd[la]|malloc$|calloc$|realloc$|free$")
_ON_FUNCTIONS = frozenset(("inline", "interface", "top", "allocation", "function_instantiate"))
_ON_LOOPS = frozenset(("unroll", "loop_tripcount", "loop_flatten", "dependence"))


@dataclass(frozen=True, slots=True)
class Bound:
    """A pragma with the values that Clang gave its options."""

    written: Written
    options: dict[str, str | int | bool]

    @property
    def kind(self) -> str:
        return self.written.kind


@dataclass(slots=True)
class SourceLoop:
    """A loop of the source, by its number."""

    number: int
    name: str
    loc: Place
    bound: list[Bound] = field(default_factory=list)

    def find(self, kind: str) -> Bound | None:
        return next((bound for bound in self.bound if bound.kind == kind), None)

    @property
    def is_pipelined(self) -> bool:
        pipeline = self.find("pipeline")
        return pipeline is not None and not pipeline.options.get("off")


@dataclass(slots=True)
class Roots:
    """`kept`: the functions that stay functions. `refused`: pragma id -> why it found no target."""

    top: str
    kept: frozenset[str]
    reached: frozenset[str]
    loops: dict[int, SourceLoop]
    functions: dict[str, list[Bound]]
    seen: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)
    called_in: dict[str, set[int]] = field(default_factory=dict)  # function -> the loops around calls of it
    regions: set[str] = field(default_factory=set)  # functions with DATAFLOW that become one
    loops_of: dict[int, set[int]] = field(default_factory=dict)  # id of a variable pragma -> the loops it stands in

    def on_function(self, name: str, kind: str) -> Bound | None:
        return next((bound for bound in self.functions.get(name, ()) if bound.kind == kind), None)


def find_roots(
    parsed: Parsed, written: dict[int, Written], labels: dict[tuple[str, int], str], top: str, headers: str
) -> Roots:
    """Binds what can be bound before inlining, decides what stays, and edits the text accordingly."""
    functions = parsed.module.functions
    roots = Roots(find_top(parsed.module, top, headers), frozenset(), frozenset(), {}, {})
    nodes = edit.LoopNodes(parsed.text)
    callees = {name: _callees(function) for name, function in functions.items()}
    roots.reached = _reach(roots.top, callees)
    for name in functions:
        if name in roots.reached:
            _bind(parsed, name, written, labels, roots, nodes)
            replace_library(parsed, name)
            _check_calls(functions[name], functions, headers)
    _refuse_recursion(roots.top, callees, functions)
    _refuse_initialisers(parsed, roots.reached)
    expand_structs(parsed)
    roots.kept = _kept(roots, functions, callees, headers)
    _join_sharers(roots, parsed.module)
    edit.set_attributes(parsed.text, roots.kept | {DESCRIBER})
    edit.drop_noise(parsed.text)
    return roots


def find_top(module: ir.Module, top: str, headers: str = "") -> str:
    """The mangled name of the function that the user calls `top`."""
    plain = top.rpartition("::")[2]
    found = [name for name, function in module.functions.items() if top == name or function.pretty == plain]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(module.functions[name].loc) for name in found)
        raise UserError(f"the top function {top!r} is defined more than once: {places}", do="give it a unique name")
    own = [f for f in module.functions.values() if not (headers and f.loc.file.startswith(headers))]
    names = sorted({function.pretty for function in own})
    raise UserError(
        f"there is no function {top!r} in the sources",
        do=f"choose one of: {', '.join(names)}" if names else "define it",
    )


def _bind(
    parsed: Parsed,
    name: str,
    written: dict[int, Written],
    labels: dict[tuple[str, int], str],
    roots: Roots,
    nodes: edit.LoopNodes,
) -> None:
    function = parsed.module.functions[name]
    loops = natural_loops(function)
    sources: dict[str, SourceLoop] = {}
    for loop in loops:
        node = next(filter(None, (parsed.loops[name].get(latch) for latch in loop.latches)), "")
        places = edit.loop_places(parsed.text, node)
        loc = parsed.text.place(places[0]) if places else _first_place(function, loop.header)
        source = SourceLoop(len(roots.loops), labels.get((loc.file, loc.line), ""), loc)
        roots.loops[source.number] = sources[loop.header] = source
        kept = (
            ['!"llvm.loop.unroll.full"'] if "llvm.loop.unroll.full" in edit.loop_properties(parsed.text, node) else []
        )
        for latch in loop.latches:
            line = parsed.lines[name][latch][-1]
            nodes.attach(line, places, [f'!"hlsgen.loop", i32 {source.number}', *kept])
    for block in function.blocks:
        for line, instruction in zip(parsed.lines[name][block.label], block.instructions, strict=True):
            around = innermost(loops, block.label)
            if instruction.callee.startswith("_ZN6hlsgen8variableI"):
                id = instruction.operands[1]  # of the header's function
                if around is not None and isinstance(id, ir.Const):
                    roots.loops_of.setdefault(id.value, set()).add(sources[around.header].number)
            if instruction.callee in parsed.module.functions:
                within = [around, *around.ancestors()] if around is not None else []
                roots.called_in.setdefault(instruction.callee, set()).update(
                    sources[each.header].number for each in within
                )
            if instruction.callee != "hlsgen_pragma":
                continue
            parsed.text.lines[line] = ""
            bound = bind_values(written, instruction.operands)
            roots.seen.add(bound.written.id)
            if bound.kind in _ON_FUNCTIONS or (around is None and bound.kind not in _ON_LOOPS):
                roots.functions.setdefault(name, []).append(bound)
            elif around is None:
                roots.refused[bound.written.id] = "it is not inside a loop"
            else:
                sources[around.header].bound.append(bound)


def _first_place(function: ir.Function, label: str) -> Place:
    """Where a loop without a node of its own starts, such as Clang's initialisation of an array of objects."""
    block = next(block for block in function.blocks if block.label == label)
    return next((i.loc for i in block.instructions if i.loc.line), function.loc)


def bind_values(written: dict[int, Written], operands: tuple[ir.Operand, ...]) -> Bound:
    """A marker call's operands (id, values...) as a pragma with its options complete."""
    assert isinstance(operands[0], ir.Const)
    pragma = written[operands[0].value]
    options = dict(pragma.options)
    for key, operand in zip(pragma.computed, operands[1:], strict=True):
        if not isinstance(operand, ir.Const):
            raise UserError(
                f"{key}={pragma.options[key]} in #pragma {pragma.text} is not a constant",
                where=pragma.loc,
                do="use a number, a macro, a constexpr or a template parameter",
            )
        options[key] = operand.value
    return Bound(pragma, options)


def _callees(function: ir.Function) -> list[tuple[str, Place]]:
    return [(i.callee, i.loc) for block in function.blocks for i in block.instructions if i.callee]


def _reach(top: str, callees: dict[str, list[tuple[str, Place]]]) -> frozenset[str]:
    found, work = {top}, [top]
    while work:
        for name, _ in callees[work.pop()]:
            if name in callees and name not in found:
                found.add(name)
                work.append(name)
    return frozenset(found)


def _refuse_initialisers(parsed: Parsed, reached: frozenset[str]) -> None:
    """Variables of a file whose first value takes code to compute; and the list of that code goes."""
    functions = parsed.module.functions
    used = {
        operand.name
        for name in reached
        for block in functions[name].blocks
        for i in block.instructions
        for operand in i.operands
        if isinstance(operand, ir.GlobalRef)
    }
    for name, function in functions.items():
        if not name.startswith("__cxx_global_var_init"):
            continue
        for i in (i for block in function.blocks for i in block.instructions):
            target = i.operands[1:2] if i.opcode == "store" else i.operands[:1] if i.opcode == "call" else ()
            for operand in target:
                if isinstance(operand, ir.GlobalRef) and operand.name in used and operand.name in parsed.module.globals:
                    raise UserError(
                        f"the first value of {source_name(operand.name)!r} is computed by code that runs before main",
                        where=i.loc if i.loc.line else function.loc,
                        do="make it a constant, or its constructor constexpr",
                    )
    for name in ("llvm.global_ctors", "llvm.global_dtors"):
        if name in parsed.text.globals:
            parsed.text.lines[parsed.text.globals[name]] = ""


def _check_calls(function: ir.Function, defined: dict[str, ir.Function], headers: str) -> None:
    for name, place in _callees(function):
        if name in defined or name.startswith(("llvm.", "hlsgen_")) or name in KNOWN:
            continue
        if _HEAP.match(name):
            raise UserError("memory from the heap is not supported", where=place, do="use arrays of constant size")
        raise UserError(
            f"the function {source_name(name)!r} has no definition that hardware could be made from",
            where=place,
            do="add the source that defines it, or guard the call with #ifndef __SYNTHESIS__",
        )


def _refuse_recursion(top: str, callees: dict[str, list[tuple[str, Place]]], functions: dict[str, ir.Function]) -> None:
    done: set[str] = set()
    path: list[str] = [top]
    stack = [iter(callees[top])]
    while stack:
        name, place = next(stack[-1], ("", Place()))
        if not name:
            done.add(path.pop())
            stack.pop()
        elif name in path:
            cycle = " -> ".join(functions[n].pretty for n in [*path[path.index(name) :], name])
            raise UserError(f"recursion is not supported: {cycle}", where=place, do="write it as a loop")
        elif name in callees and name not in done:
            path.append(name)
            stack.append(iter(callees[name]))


def _kept(
    roots: Roots,
    functions: dict[str, ir.Function],
    callees: dict[str, list[tuple[str, Place]]],
    headers: str,
) -> frozenset[str]:
    """The top; functions with INLINE off; dataflow regions and the processes that they call."""
    kept = {roots.top}
    for region in roots.reached:
        if roots.on_function(region, "dataflow") is None:
            continue
        kept.add(region)
        roots.regions.add(region)
        for callee, _ in callees[region]:
            called = functions.get(callee)
            if called is None or called.loc.file.startswith(headers) or is_special_member(callee):
                continue
            if called.result == ir.VoidType() or isinstance(called.result, ir.IntType):
                kept.add(callee)
    for name in roots.reached:
        inline = roots.on_function(name, "inline")
        if inline is None or not inline.options.get("off"):
            continue
        if any(roots.loops[number].is_pipelined for number in roots.called_in.get(name, ())):
            roots.refused[inline.written.id] = "the function is called in a pipelined loop, of which it becomes a part"
        else:
            kept.add(name)
    for loop in roots.loops.values():
        if (dataflow := loop.find("dataflow")) is not None:
            roots.refused[dataflow.written.id] = "it is in a loop, whose calls run one after the other"
            loop.bound.remove(dataflow)
    return frozenset(kept)


def _join_sharers(roots: Roots, module: ir.Module) -> None:
    """Functions with INLINE off that share a variable which outlives them become parts of their callers."""
    own = {name: function for name, function in module.functions.items() if name in roots.reached}
    module = ir.Module(own, module.globals)
    processes = {callee for region in roots.regions for callee, _ in _callees(own[region])}
    while True:
        shared = shared_state.shared_variables(module, roots.kept, roots.regions, roots.top)
        for variable, users in shared.items():
            free = [name for name in users if name not in {roots.top, *roots.regions, *processes}]
            for name in free:
                inline = roots.on_function(name, "inline")
                assert inline is not None  # nothing else keeps it
                roots.refused[inline.written.id] = (
                    f"it shares {module.globals[variable].pretty!r} with others, and becomes a part of its caller"
                )
            roots.kept -= frozenset(free)
            if free:
                break
        else:
            return
