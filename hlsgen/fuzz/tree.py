"""Programs as trees of C++ fragments: what the generator makes, the reducer shrinks, and `render` prints.

Every expression is defined for all values of its arguments, and every variable has a value from its declaration on.
So any tree that compiles is free of undefined behaviour, also after parts of it were taken away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .types import Type

_SLOT = re.compile(r"\$(\d)|@(\d)")
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Expr:
    """`text` with `$0`, `$1`... for the arguments. An expression of its own in parentheses, a call, or a name."""

    text: str
    type: Type
    args: tuple[Expr, ...] = ()

    def __str__(self) -> str:
        return _SLOT.sub(lambda slot: str(self.args[int(slot[1])]), self.text)


@dataclass(frozen=True, slots=True)
class Stmt:
    """A statement or declaration: `$0` stands for an expression, `@0` for a block in braces.

    pragmas: behind the statement when it has no body, else at the start of the first one. instead: declarations that
    make the first body stand for the whole statement ("" when none are needed, None when it cannot).
    """

    text: str
    exprs: tuple[Expr, ...] = ()
    bodies: tuple[tuple[Stmt, ...], ...] = ()
    pragmas: tuple[str, ...] = ()
    instead: str | None = None

    def lines(self, depth: int = 0) -> Iterator[str]:
        indent = _INDENT * depth

        def fill(slot: re.Match[str]) -> str:
            if slot[1]:
                return str(self.exprs[int(slot[1])])
            number = int(slot[2])
            inside = "".join(f"{line}\n" for line in self._body(number, depth + 1))
            return f"{{\n{inside}{indent}}}"

        yield indent + _SLOT.sub(fill, self.text)
        if not self.bodies:
            yield from (f"#pragma HLS {pragma}" for pragma in self.pragmas)

    def _body(self, number: int, depth: int) -> Iterator[str]:
        if number == 0:
            yield from (f"#pragma HLS {pragma}" for pragma in self.pragmas)
        for stmt in self.bodies[number]:
            yield from stmt.lines(depth)


Body = tuple[Stmt, ...]


def render(body: Body) -> str:
    """The C++ text of a body at file level."""
    return "".join(f"{line}\n" for stmt in body for line in stmt.lines())


def size(body: Body) -> int:
    """How many statements, expressions and pragmas there are: what the reducer makes small."""
    return sum(1 + len(stmt.pragmas) + sum(map(_expr_size, stmt.exprs)) + sum(map(size, stmt.bodies)) for stmt in body)


def _expr_size(expr: Expr) -> int:
    return 1 + sum(map(_expr_size, expr.args))


def without_pragmas(body: Body, told: Callable[[Stmt, str], bool]) -> Body:
    """Without those pragmas of its statements of which `told` says so."""
    return tuple(
        replace(
            stmt,
            bodies=tuple(without_pragmas(each, told) for each in stmt.bodies),
            pragmas=tuple(pragma for pragma in stmt.pragmas if not told(stmt, pragma)),
        )
        for stmt in body
    )


def with_body(stmt: Stmt, number: int, body: Body) -> Stmt:
    return replace(stmt, bodies=(*stmt.bodies[:number], body, *stmt.bodies[number + 1 :]))


def with_expr(stmt: Stmt, number: int, expr: Expr) -> Stmt:
    return replace(stmt, exprs=(*stmt.exprs[:number], expr, *stmt.exprs[number + 1 :]))
