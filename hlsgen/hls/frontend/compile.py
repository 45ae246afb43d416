"""compile_cpp: C++ sources to `ir.FrontEnd`, stage by stage.

    preprocess -> scan pragmas -> Clang -> roots (loop and function pragmas, what stays) -> inline
    -> markers (variable pragmas, streams) -> unrolling asked for -> simplify -> check -> finish

With `workdir`, each stage leaves its text there under a numbered name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir, passes
from hlsgen.hls.llvm.parse import Parsed, parse_module, source_name
from hlsgen.hls.llvm.reader import Reader
from hlsgen.hls.llvm.text import Text, shown_path

from . import check, copies, edit, finish, markers, ports, roots, shared_state, unroll
from .clang import HEADERS, ClangError, emit_llvm, preprocess
from .definition import Definition
from .full_switches import fill_switches
from .function_ports import elements_below
from .keep_reads import keep_reads
from .one_latch import join_latches
from .outline import outline_processes
from .pragmas import Scan, Written, scan
from .split_objects import split_objects
from .tables import fill_tables
from .tasks import call_tasks
from .unwritten import make_constant
from .walked import walked_arrays


def compile_cpp(
    sources: Sequence[str | Path],
    top: str,
    include_dirs: Sequence[str | Path] = (),
    defines: Sequence[str] = (),
    workdir: str | Path | None = None,
) -> ir.FrontEnd:
    """Compiles `sources` and hands over the module below the function `top`.

    `top` is the C++ name (or the mangled one); `defines` are `NAME` or `NAME=value`; `workdir` keeps the text of each
    stage. Raises UserError, with file and line, for what Clang or hardware does not accept.
    """
    if workdir is None:
        with tempfile.TemporaryDirectory(prefix="hlsgen-frontend-") as folder:
            return lower(prepare(sources, top, include_dirs, defines, folder), folder)
    return lower(prepare(sources, top, include_dirs, defines, workdir), workdir)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pragma without options or with numbers, for the loop of a number (`ir.Loop.number`), for a function, or for a
    variable of one."""

    loop: int
    kind: str
    options: tuple[tuple[str, int | bool], ...] = ()
    function: str = ""  # mangled; only for what a pass obeys, such as LOOP_MERGE
    variable: ir.VariableTarget | None = None
    name: str = ""  # of the variable, as messages call it

    @property
    def text(self) -> str:
        words = [f"variable={self.name}"] if self.name else []
        words += [key if value is True else f"{key}={value}" for key, value in self.options]
        return " ".join(["HLS", self.kind.upper(), *words])

    def directive(self) -> ir.Directive:
        """For what is no loop."""
        options: dict[str, str | int | bool] = {**dict(self.options), "chosen": True}
        return ir.Directive(
            self.kind, options, self.text, ir.Place(), self.function, self.variable or ir.FunctionTarget()
        )

    def bound(self, loc: ir.Place) -> roots.Bound:
        options: dict[str, str | int | bool] = {**dict(self.options), "chosen": True}
        return roots.Bound(Written(-1, self.kind, options, (), self.text, loc), options)


@dataclass(frozen=True)
class Prepared:
    """The program, one body for each function that stays, the same whatever becomes of its loops."""

    parsed: Parsed
    roots: roots.Roots
    marked: markers.Markers
    signature: ports.Signature
    written: dict[int, Written]


def prepare(
    sources: Sequence[str | Path],
    top: str,
    include_dirs: Sequence[str | Path],
    defines: Sequence[str],
    workdir: str | Path,
) -> Prepared:
    """Sources through Clang, their pragmas bound, functions inlined."""
    folder = Path(workdir)
    folder.mkdir(parents=True, exist_ok=True)
    modules = []
    plain = source_name(top).rpartition("::")[2]
    definition: Definition | None = None
    written: dict[int, Written] = {}
    labels: dict[tuple[str, int], str] = {}
    for number, source in enumerate(map(Path, sources)):
        if not source.is_file():
            raise UserError("there is no such source file", where=str(source))
        folders = [Path(each).absolute() for each in include_dirs]
        rewritten, wanted = folder / f"0_{number}_{source.stem}.cpp", "" if definition is not None else plain
        try:
            result, module = _clang(preprocess(source.absolute(), folders, defines), rewritten, len(written), wanted)
        except ClangError as error:
            if not error.lacks_streams:
                raise
            text = preprocess(source.absolute(), folders, defines, streams=True)
            result, module = _clang(text, rewritten, len(written), wanted)
        definition = definition or result.definition
        written |= {pragma.id: pragma for pragma in result.pragmas}
        labels |= result.labels
        modules.append(module)
    if not modules:
        raise UserError("there are no sources", do="name at least one C++ file")
    text = modules[0] if len(modules) == 1 else passes.link(modules)
    return inline(_keep(folder, "1_clang.ll", text), top, written, labels, definition, folder)


def inline(
    text: str,
    top: str,
    written: dict[int, Written],
    labels: dict[tuple[str, int], str],
    definition: Definition | None,
    folder: Path,
) -> Prepared:
    """What Clang made, `text`, with one body for each function that stays, and nothing in it that pragmas left."""
    headers = shown_path(str(HEADERS))
    clang = call_tasks(Text.of(text, headers))
    make_constant(clang, top, headers)
    clang = outline_processes(clang, written, labels)
    clang = fill_tables(clang, top, headers)
    found = roots.find_roots(Reader(clang), written, labels, top, headers)
    whole = Text.of(passes.inline(str(clang)), headers)
    is_long = copies.expand_known(whole, found.add_copy)  # now it is known what they copy
    text = passes.inline(str(whole)) if is_long else str(whole)
    parsed = parse_module(_keep(folder, "2_inlined.ll", passes.split(text)), headers)
    while split_objects(parsed):
        parsed = parse_module(_keep(folder, "2_inlined.ll", passes.split(str(parsed.text))), headers)
    if join_latches(parsed):
        parsed = parse_module(_keep(folder, "2_inlined.ll", str(parsed.text)), headers)
    signature = ports.read_signature(parsed, definition)
    marked = markers.read_markers(parsed, written, found.top, signature)
    marked.variables += walked_arrays(parsed.module)
    edit.drop_noise(parsed.text)
    return Prepared(parsed, found, marked, signature, written)


def lower(prepared: Prepared, workdir: str | Path, chosen: Sequence[Chosen] = ()) -> ir.FrontEnd:
    """The rest of the way, with pragmas that the compiler chose itself for loops of the source."""
    folder, headers = Path(workdir), shown_path(str(HEADERS))
    signature = prepared.signature
    loops = prepared.roots.loops
    found = prepared.roots.with_bound(
        [(each.loop, each.bound(loops[each.loop].loc)) for each in chosen if not each.function]
    )
    whole = prepared.parsed.text
    parsed = replace(prepared.parsed, text=replace(whole, lines=list(whole.lines)))
    unroll.ask_for_unrolling(parsed, found)
    keep_reads(parsed, prepared.marked)

    text = passes.simplify(_keep(folder, "3_asked.ll", str(parsed.text)))
    parsed = parse_module(_keep(folder, "4_simplified.ll", text), headers)
    elements = elements_below(parsed.module, signature.elements(parsed.module.functions[found.top]))
    if copies.expand_rest(parsed.text, elements):
        parsed = parse_module(passes.split(passes.inline(_keep(folder, "5_copies.ll", str(parsed.text)))), headers)
        edit.drop_noise(parsed.text)
        unroll.ask_for_unrolling(parsed, found)
        parsed = parse_module(_keep(folder, "6_simplified.ll", passes.simplify(str(parsed.text))), headers)
    parsed = replace(parsed, module=fill_switches(parsed.module))
    found.refused |= unroll.check_unrolled(parsed, found)
    check.check_module(parsed.module)
    shared_state.check_shared(parsed.module, found.regions, found.top)
    front = finish.finish(parsed, found, prepared.marked, prepared.written, signature)
    return replace(front, directives=(*front.directives, *(each.directive() for each in chosen if each.function)))


def _clang(text: str, rewritten: Path, first_id: int, top: str) -> tuple[Scan, str]:
    """One preprocessed source, scanned, and its LLVM IR."""
    left_out: frozenset[int] = frozenset()
    while True:
        result = scan(text, first_id, top, left_out)
        rewritten.write_text(result.text, encoding="utf-8")
        try:
            return result, emit_llvm(rewritten)
        except ClangError as error:
            culprits = [pragma for pragma in result.pragmas if pragma.loc == error.place and pragma.id not in left_out]
            if not culprits:
                raise
            if not culprits[0].refusal:
                raise _on_pragma(culprits[0], error) from error
            left_out |= {culprits[0].id}  # it has no effect wherever it stands


def _on_pragma(pragma: Written, error: ClangError) -> UserError:
    """Clang stumbled over what a pragma was rewritten to."""
    if error.what.startswith("use of undeclared identifier"):
        name = error.what.partition("'")[2].rstrip("'")
        return UserError(
            f"#pragma {pragma.text}: {name!r} is not declared here",
            where=pragma.loc,
            do="place the pragma after the declaration, in the same scope",
        )
    return UserError(
        f"#pragma {pragma.text} cannot stand here", where=pragma.loc, do="place it inside the body of a function"
    )


def _keep(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return text
