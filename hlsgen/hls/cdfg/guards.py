"""Which guards can never hold together: what if and else became."""

from __future__ import annotations

from .ir import INVERSE_PREDICATE, Function, Kind, Op

Literal = tuple[object, bool]  # (what, whether it must hold)


def exclusive(function: Function, a: Op, b: Op) -> bool:
    """The guards of the two operations exclude each other."""
    if a.guard is None or b.guard is None:
        return False
    return contradict(function, literals(function, a.guard), literals(function, b.guard))


def contradict(function: Function, mine: frozenset[Literal], theirs: frozenset[Literal]) -> bool:
    """The two conjunctions never hold together."""
    if any((what, not holds) in theirs for what, holds in mine):
        return True
    return any(_differ(function, x, y) for x in mine for y in theirs)


def literals(function: Function, id: int) -> frozenset[Literal]:
    """The conditions of which the one-bit value `id` is the conjunction."""
    op = function.ops[id]
    if op.kind is Kind.AND:
        return literals(function, op.args[0]) | literals(function, op.args[1])
    if op.kind is Kind.XOR:
        fixed = [function.ops[arg].value for arg in op.args if function.ops[arg].kind is Kind.CONST]
        inner = [arg for arg in op.args if function.ops[arg].kind is not Kind.CONST]
        found = literals(function, inner[0]) if len(fixed) == 1 else frozenset()
        if len(found) == 1:
            ((what, holds),) = found
            return frozenset([(what, holds != bool(fixed[0]))])
    if op.kind is Kind.ICMP:
        inverse = INVERSE_PREDICATE[op.predicate]
        positive = op.predicate < inverse
        return frozenset([(("icmp", op.predicate if positive else inverse, op.args), positive)])
    return frozenset([(id, True)])


def _differ(function: Function, a: Literal, b: Literal) -> bool:
    """x == c and x == d for constants c and d that are not the same."""
    compared = []
    for what, holds in (a, b):
        if not holds or not isinstance(what, tuple) or what[1] != "eq":
            return False
        compared.append(what[2])
    (x, c), (y, d) = compared
    constants = [function.ops[c], function.ops[d]]
    return x == y and all(op.kind is Kind.CONST for op in constants) and constants[0].value != constants[1].value
