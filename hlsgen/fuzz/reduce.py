"""Makes a failing program small: parts of its tree are taken away as long as it still fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from .batch import Result, run_batch
from .program import Program
from .tree import Body, Expr, Stmt, size, with_body, with_expr
from .types import literal

BATCH = 10  # candidates tried at once: they share a native compilation and a model
_SIMULATED = ("mismatch", "stuck")
_COMPILING = ("refused", "crash", "hang")


def reduce_program(failed: Result, folder: Path, *, batches: int = 200) -> Result:
    """The smallest program found that fails like `failed`, after at most so many batches of candidates."""
    best, at = failed, 0
    while batches > 0:
        edits = [edit for edit in _edits(best.program) if _cost(edit) < _cost(best.program) and _uses_all_ports(edit)]
        if at >= len(edits):
            break
        found = _first_alike(best, edits[at : at + BATCH], folder)
        batches -= 1
        if found is None:
            at += BATCH
        else:
            best, at = found, max(0, at - BATCH)
    return best


def _first_alike(best: Result, edits: Sequence[Program], folder: Path) -> Result | None:
    """The smallest of the candidates that fail alike, under its first name again."""
    named = [renamed(program, f"{best.program.name}c{number}") for number, program in enumerate(edits)]
    results = run_batch(named, folder, simulated=best.kind not in _COMPILING)
    alike = [
        replace(result, program=program)
        for program, result in zip(edits, results, strict=True)
        if signature_of(result) == signature_of(best)
    ]
    return min(alike, key=lambda result: _cost(result.program), default=None)


def signature_of(result: Result) -> tuple[str, str]:
    """Two failures with the same signature are taken for the same fault."""
    if result.kind in _SIMULATED:
        return "wrong", ""
    plain = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\(.*?\)|\S*/\S*|\w*\d\w*", "#", result.problem)
    return result.kind, plain[:80]


def _cost(program: Program) -> int:
    return size(program.body) * 20 + program.calls + len(program.text) // 50 + (program.schedule_seed is not None)


def renamed(program: Program, name: str) -> Program:
    """The program with another name of its top function, and of what is named after it."""
    old = re.compile(rf"\b{re.escape(program.name)}(?=\b|_)")

    def walk(body: Body) -> Body:
        return tuple(
            replace(s, text=old.sub(name, s.text), bodies=tuple(walk(inner) for inner in s.bodies)) for s in body
        )

    return replace(program, name=name, body=walk(program.body))


def _uses_all_ports(program: Program) -> bool:
    """A stream that nothing uses is another fault."""
    text = program.text
    streams = [port.parameter or port.name for port in program.ports if port.kind == "stream"]
    names = [*streams, *(port.name for port in program.ports if port.kind not in ("stream", "return"))]
    return all(len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text)) > ("[" not in name) for name in names)


# ---- the candidates, the boldest first


def _edits(program: Program) -> Iterator[Program]:
    if program.schedule_seed is not None:
        yield replace(program, schedule_seed=None)
    for calls in sorted({1, program.calls // 2, program.calls - 1}):
        if 0 < calls < program.calls:
            yield replace(program, calls=calls)
    for change in (_without_statements, _opened, _without_pragmas, _simpler_expressions):
        for body in change(program.body):
            yield replace(program, body=body)


def _everywhere(body: Body, change: Callable[[Body], Iterator[Body]]) -> Iterator[Body]:
    """`change` at this body and at all below it."""
    yield from change(body)
    for at, stmt in enumerate(body):
        for number, inner in enumerate(stmt.bodies):
            for changed in _everywhere(inner, change):
                yield (*body[:at], with_body(stmt, number, changed), *body[at + 1 :])


def _without_statements(body: Body) -> Iterator[Body]:
    def drop(body: Body) -> Iterator[Body]:
        length = len(body)
        while length >= 1:
            for start in range(0, len(body), length):
                yield (*body[:start], *body[start + length :])
            length //= 2

    return _everywhere(body, drop)


def _opened(body: Body) -> Iterator[Body]:
    """A statement replaced by what is in one of its bodies."""

    def open_(body: Body) -> Iterator[Body]:
        for at, stmt in enumerate(body):
            if stmt.instead is None:
                continue
            head = (Stmt(stmt.instead),) if stmt.instead else ()
            for inner in stmt.bodies:
                yield (*body[:at], Stmt("@0", (), ((*head, *inner),), (), None), *body[at + 1 :])
                yield (*body[:at], *head, *inner, *body[at + 1 :])

    return _everywhere(body, open_)


def _without_pragmas(body: Body) -> Iterator[Body]:
    def drop(body: Body) -> Iterator[Body]:
        for at, stmt in enumerate(body):
            for number in range(len(stmt.pragmas)):
                fewer = (*stmt.pragmas[:number], *stmt.pragmas[number + 1 :])
                yield (*body[:at], replace(stmt, pragmas=fewer), *body[at + 1 :])

    return _everywhere(body, drop)


def _simpler_expressions(body: Body) -> Iterator[Body]:
    def simplify(body: Body) -> Iterator[Body]:
        for at, stmt in enumerate(body):
            for number, expr in enumerate(stmt.exprs):
                for simpler in _simpler(expr):
                    yield (*body[:at], with_expr(stmt, number, simpler), *body[at + 1 :])

    return _everywhere(body, simplify)


def _simpler(expr: Expr) -> Iterator[Expr]:
    if expr.type.kind in ("native", "ap", "fixed"):
        for value in (0, 1):
            text = literal(expr.type, value)
            if text != expr.text:
                yield Expr(text, expr.type)
    for arg in expr.args:
        if arg.type == expr.type:
            yield arg
    for number, arg in enumerate(expr.args):
        for simpler in _simpler(arg):
            yield replace(expr, args=(*expr.args[:number], simpler, *expr.args[number + 1 :]))
