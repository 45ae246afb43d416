"""First look at Clang's IR, before inlining: loop and function pragmas, which functions stay, what is refused.

Loops are recognised here, in the shape that the source gave them; each gets a number in its `!llvm.loop` node, which
LLVM carries through inlining, rotation and partial unrolling.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.loops import innermost, natural_loops
from hlsgen.hls.llvm.parse import is_special_member, source_name
from hlsgen.hls.llvm.reader import Reader
from hlsgen.hls.llvm.tasks import TASK_MARKER

from . import edit, shared_state
from .copies import expand_structs
from .cut_out import MARKS
from .definition import DESCRIBER
from .library import KNOWN, refusal, replace_library
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
    function: str = ""
    unrolled_with: bool = False  # what it stands in is inlined, and has PIPELINE

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

    def add_copy(self, loc: Place) -> int:
        """The number of one more loop, which copies memory; it is pipelined."""
        number = len(self.loops)
        written = Written(-1, "pipeline", {}, (), "HLS PIPELINE", loc)
        self.loops[number] = SourceLoop(number, "memcpy", loc, [Bound(written, {"chosen": True})])
        return number

    def with_bound(self, more: list[tuple[int, Bound]]) -> Roots:
        """A copy with more pragmas, each for the loop of a number."""
        loops = {
            number: replace(loop, bound=[*loop.bound, *(bound for each, bound in more if each == number)])
            for number, loop in self.loops.items()
        }
        return replace(self, loops=loops, refused=dict(self.refused))


def find_roots(
    reader: Reader, written: dict[int, Written], labels: dict[tuple[str, int], str], top: str, headers: str
) -> Roots:
    """Binds what can be bound before inlining, decides what stays, and edits the text accordingly."""
    roots = Roots(find_top(reader, top, headers), frozenset(), frozenset(), {}, {})
    nodes = edit.LoopNodes(reader.text)
    roots.reached = reach(roots.top, reader)
    reached = [name for name in reader.text.definitions if name in roots.reached]
    of_headers = {name for name in reached if reader.described(name)[1].file.startswith(headers)}
    for name in reached:
        if name not in of_headers or _says_something(reader, name):
            _bind(reader, name, written, labels, roots, nodes)
        _check_calls(reader, reached, name)
    _make_regions_of_tasks(reader, roots, of_headers)
    expand_structs(reader)
    for name in reached:
        replace_library(reader, name)
    _refuse_recursion(roots.top, reader)
    _refuse_initialisers(reader, roots.reached)
    roots.kept = _kept(roots, reader, of_headers)
    _join_sharers(roots, reader)
    pipelined = _pipelined_inside(roots, reader)
    for loop in roots.loops.values():
        loop.unrolled_with = loop.function in pipelined
    edit.forget_places(reader.text, of_headers - roots.kept)
    edit.set_attributes(reader.text, roots.kept | {DESCRIBER})
    edit.drop_noise(reader.text)
    return roots


def find_top(reader: Reader, top: str, headers: str = "") -> str:
    """The mangled name of the function that the user calls `top`."""
    plain = top.rpartition("::")[2]
    described = {name: reader.described(name) for name in reader.text.definitions}
    found = [name for name, (pretty, _) in described.items() if top == name or pretty == plain]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(described[name][1]) for name in found)
        raise UserError(f"the top function {top!r} is defined more than once: {places}", do="give it a unique name")
    names = sorted({pretty for pretty, loc in described.values() if not (headers and loc.file.startswith(headers))})
    raise UserError(
        f"there is no function {top!r} in the sources",
        do=f"choose one of: {', '.join(names)}" if names else "define it",
    )


def _says_something(reader: Reader, name: str) -> bool:
    """Whether a function has loops or pragmas; most of those in headers have none."""
    if any(callee == "hlsgen_pragma" for callee, _ in reader.calls(name)):
        return True
    return any(line.startswith(("  br ", "  switch ")) for _, line in reader.numbered(name))


def _bind(
    reader: Reader,
    name: str,
    written: dict[int, Written],
    labels: dict[tuple[str, int], str],
    roots: Roots,
    nodes: edit.LoopNodes,
) -> None:
    function, lines, ends = reader.function(name), reader.lines(name), reader.loops(name)
    loops = natural_loops(function)
    sources: dict[str, SourceLoop] = {}
    for loop in loops:
        node = next(filter(None, (ends.get(latch) for latch in loop.latches)), "")
        places = edit.loop_places(reader.text, node)
        loc = reader.text.place(places[0]) if places else _first_place(function, loop.header)
        outside = any(around.header in sources and sources[around.header].loc == loc for around in loop.ancestors())
        label = "" if outside else labels.get((loc.file, loc.line), "")  # of several in a line, it is the first one's
        source = SourceLoop(len(roots.loops), label, loc, function=name)
        roots.loops[source.number] = sources[loop.header] = source
        kept = (
            ['!"llvm.loop.unroll.full"'] if "llvm.loop.unroll.full" in edit.loop_properties(reader.text, node) else []
        )
        for latch in loop.latches:
            nodes.attach(lines[latch][-1], places, [f'!"hlsgen.loop", i32 {source.number}', *kept])
    for block in function.blocks:
        for line, instruction in zip(lines[block.label], block.instructions, strict=True):
            around = innermost(loops, block.label)
            if instruction.callee.startswith(MARKS):
                id = instruction.operands[1]  # of the header's function
                if around is not None and isinstance(id, ir.Const):
                    roots.loops_of.setdefault(id.value, set()).add(sources[around.header].number)
            if instruction.callee in reader.text.definitions:
                within = [around, *around.ancestors()] if around is not None else []
                roots.called_in.setdefault(instruction.callee, set()).update(
                    sources[each.header].number for each in within
                )
            if instruction.callee != "hlsgen_pragma":
                continue
            reader.text.lines[line] = ""
            bound = bind_values(written, instruction.operands)
            roots.seen.add(bound.written.id)
            if bound.kind in _ON_FUNCTIONS or (around is None and bound.kind not in _ON_LOOPS):
                roots.functions.setdefault(name, []).append(bound)
            elif around is None:
                roots.refused[bound.written.id] = "it is not inside a loop"
            else:
                sources[around.header].bound.append(bound)


def _make_regions_of_tasks(reader: Reader, roots: Roots, of_headers: set[str]) -> None:
    """DATAFLOW for functions that make tasks, themselves or by objects of our headers."""
    called = {name: {callee for callee, _ in reader.calls(name)} for name in roots.reached}
    makers = {TASK_MARKER}
    while more := {
        name for name in called if name not in makers and called[name] & makers & (of_headers | {TASK_MARKER})
    }:
        makers |= more
    for name in makers - of_headers - {TASK_MARKER}:
        if roots.on_function(name, "dataflow") is None:
            implied = Written(-1, "dataflow", {}, (), "HLS DATAFLOW", reader.described(name)[1])
            roots.functions.setdefault(name, []).append(Bound(implied, {"chosen": True}))


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


def reach(top: str, reader: Reader) -> frozenset[str]:
    """The definitions that `top` calls, and those that these call."""
    found, work = {top}, [top]
    while work:
        for name, _ in reader.calls(work.pop()):
            if name in reader.text.definitions and name not in found:
                found.add(name)
                work.append(name)
    return frozenset(found)


def _refuse_initialisers(reader: Reader, reached: frozenset[str]) -> None:
    """Variables of a file whose first value takes code to compute; and the list of that code goes."""
    initialisers = [name for name in reader.text.definitions if name.startswith("__cxx_global_var_init")]
    used = {each for name in reached for each in reader.variables(name)} if initialisers else set()
    for name in initialisers:
        function = reader.function(name)
        for i in (i for block in function.blocks for i in block.instructions):
            target = i.operands[1:2] if i.opcode == "store" else i.operands[:1] if i.opcode == "call" else ()
            for operand in target:
                if isinstance(operand, ir.GlobalRef) and operand.name in used:
                    raise UserError(
                        f"the first value of {source_name(operand.name)!r} is computed by code that runs before main",
                        where=i.loc if i.loc.line else function.loc,
                        do="make it a constant, or its constructor constexpr",
                    )
    for name in ("llvm.global_ctors", "llvm.global_dtors"):
        if name in reader.text.globals:
            reader.text.lines[reader.text.globals[name]] = ""


def _place_of_user(reader: Reader, reached: list[str], function: str, line: int) -> Place:
    """Where a line of the C++ library was asked for in the user's files."""
    place = reader.place(line)
    for _ in reached:
        calls = ((name, at) for name in reached for callee, at in reader.calls(name) if callee == function != name)
        caller = next(calls, None) if "/libcxx/" in place.file else None
        if caller is None:
            break
        function, place = caller[0], reader.place(caller[1])
    return place


def _check_calls(reader: Reader, reached: list[str], caller: str) -> None:
    for name, line in reader.calls(caller):
        if name in reader.text.definitions or name.startswith(("llvm.", "hlsgen_")) or name in KNOWN:
            continue
        place = _place_of_user(reader, reached, caller, line)
        if _HEAP.match(name):
            raise UserError("memory from the heap is not supported", where=place, do="use arrays of constant size")
        what, do = refusal(source_name(name))
        raise UserError(what, where=place, do=do)


def _refuse_recursion(top: str, reader: Reader) -> None:
    done: set[str] = set()
    path: list[str] = [top]
    stack = [iter(reader.calls(top))]
    while stack:
        name, line = next(stack[-1], ("", 0))
        if not name:
            done.add(path.pop())
            stack.pop()
        elif name in path:
            cycle = " -> ".join(reader.described(n)[0] for n in [*path[path.index(name) :], name])
            raise UserError(f"recursion is not supported: {cycle}", where=reader.place(line), do="write it as a loop")
        elif name in reader.text.definitions and name not in done:
            path.append(name)
            stack.append(iter(reader.calls(name)))


def _pipelined_inside(roots: Roots, reader: Reader) -> set[str]:
    """Inlined functions with PIPELINE, and those that only they call: their loops are unrolled as in any other one."""
    inlined = roots.reached - roots.kept
    pipelines = {name: roots.on_function(name, "pipeline") for name in inlined}
    found = {name for name, bound in pipelines.items() if bound is not None and not bound.options.get("off")}
    callers: dict[str, set[str]] = {}
    for name in roots.reached if found else ():
        for callee, _ in reader.calls(name):
            callers.setdefault(callee, set()).add(name)
    while more := {name for name in inlined - found if name in callers and callers[name] <= found}:
        found |= more
    return found


def _kept(roots: Roots, reader: Reader, of_headers: set[str]) -> frozenset[str]:
    """The top; functions with INLINE off; dataflow regions and the processes that they call; tasks."""
    kept = {roots.top}
    for region in roots.reached:
        if roots.on_function(region, "dataflow") is None:
            continue
        kept.add(region)
        roots.regions.add(region)
        for callee, _ in reader.calls(region):
            if callee not in reader.text.definitions or callee in of_headers or is_special_member(callee):
                continue
            if isinstance(reader.function(callee).result, ir.VoidType | ir.IntType):
                kept.add(callee)
    for name in roots.reached:
        calls = [callee for callee, _ in reader.calls(name)]
        kept |= {callee for before, callee in itertools.pairwise(calls) if before == TASK_MARKER}
        inline = roots.on_function(name, "inline")
        if inline is None or not inline.options.get("off"):
            continue
        if any(roots.loops[number].is_pipelined for number in roots.called_in.get(name, ())):
            roots.refused[inline.written.id] = "the function is called in a pipelined loop, of which it becomes a part"
        else:
            kept.add(name)
    for loop in roots.loops.values():
        if (dataflow := loop.find("dataflow")) is not None:
            roots.refused[dataflow.written.id] = "it is in a loop: put the body into a function with DATAFLOW"
            loop.bound.remove(dataflow)
    return frozenset(kept)


def _join_sharers(roots: Roots, reader: Reader) -> None:
    """Functions with INLINE off that share a variable which outlives them become parts of their callers."""
    named = {name: reader.variables(name) for name in reader.text.definitions if name in roots.reached}
    users = {name for name, variables in named.items() if not all(map(reader.is_constant, variables))}
    if len(roots.kept) == 1 or not users:
        return
    functions = {name: reader.function(name) if name in users else reader.outline(name) for name in named}
    variables = (reader.variable(name) for name in dict.fromkeys(itertools.chain(*named.values())))
    module = ir.Module(functions, {variable.name: variable for variable in variables if variable is not None})
    processes = {callee for region in roots.regions for callee, _ in reader.calls(region)}
    while True:
        shared = shared_state.shared_variables(module, roots.kept, roots.regions, roots.top)
        for variable, sharers in shared.items():
            free = [name for name in sharers if name not in {roots.top, *roots.regions, *processes}]
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
