"""Which guards can never hold together: what if and else became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from .ir import INVERSE_PREDICATE, Kind, Op

Literal = tuple[object, bool]  # (what, whether it must hold)

_TERMS_MAX = 16  # of a disjunction; beyond it less is known than could be
_LITERALS_MAX = 48  # of a conjunction, likewise
_LOGIC = frozenset((Kind.AND, Kind.OR, Kind.XOR))


@dataclass(frozen=True, slots=True)
class Term:
    """A conjunction of literals. equal: value -> the constant that it has to be."""

    literals: frozenset[Literal]
    equal: dict[int, int]

    def excludes(self, other: Term) -> bool:
        few, many = (self, other) if len(self.literals) < len(other.literals) else (other, self)
        if any((what, not holds) in many.literals for what, holds in few.literals):
            return True
        return any(other.equal.get(id, value) != value for id, value in self.equal.items())


@dataclass(frozen=True, slots=True)
class Known:
    """The value is 1 only if one of `terms` holds; if `exact`, then and only then."""

    terms: tuple[Term, ...]
    exact: bool = True


_ALWAYS = Term(frozenset(), {})


class Guards:
    """The one-bit values of a function as disjunctions of conjunctions; each is worked out once."""

    def __init__(self, ops: Mapping[int, Op]) -> None:
        self.ops = ops
        self.known: dict[int, Known] = {}

    def exclusive(self, a: Op, b: Op) -> bool:
        """The guards of the two operations exclude each other."""
        if a.guard is None or b.guard is None:
            return False
        mine, theirs = self.know(a.guard).terms, self.know(b.guard).terms
        return all(x.excludes(y) for x in mine for y in theirs)

    def conjuncts(self, id: int, value: bool) -> list[Literal]:
        """What holds whenever the value `id` is `value`, as literals of `literal`."""
        known = self.know(id)
        if not value:
            inverse = self.inverse(known)
            known = Known((self.term(frozenset([(id, False)])),)) if inverse is None else inverse
        return list(known.terms[0].literals) if len(known.terms) == 1 else []

    def know(self, id: int) -> Known:
        work = [id]
        while work:
            op = self.ops[work[-1]]
            missing = [arg for arg in op.args if arg not in self.known] if self.is_logic(op) else []
            if missing:
                work += missing
            else:
                work.pop()
                if op.id not in self.known:
                    self.known[op.id] = self.found(op)
        return self.known[id]

    def is_logic(self, op: Op) -> bool:
        return op.kind in _LOGIC and op.width == 1

    def found(self, op: Op) -> Known:
        if self.is_logic(op):
            a, b = (self.known[arg] for arg in op.args)
            match op.kind:
                case Kind.AND:
                    return self.both(a, b)
                case Kind.OR:
                    terms = a.terms + b.terms
                    exact = a.exact and b.exact
                    return Known(terms, exact) if len(terms) <= _TERMS_MAX else Known((_ALWAYS,), False)
                case Kind.XOR:
                    for fixed, other in ((op.args[0], b), (op.args[1], a)):
                        if self.ops[fixed].kind is Kind.CONST:
                            inverse = self.inverse(other) if self.ops[fixed].value else other
                            if inverse is not None:
                                return inverse
        if op.kind is Kind.CONST:
            return Known((_ALWAYS,) if op.value else ())
        return Known((self.term(frozenset([self.literal(op)])),))

    def literal(self, op: Op) -> Literal:
        """A comparison by what it compares, so that one and its inverse are known for that; else the value's id."""
        if op.kind is not Kind.ICMP:
            return op.id, True
        inverse = INVERSE_PREDICATE[op.predicate]
        positive = op.predicate < inverse
        return ("icmp", op.predicate if positive else inverse, op.args), positive

    def term(self, literals: frozenset[Literal]) -> Term:
        equal = {}
        for what, holds in literals:
            if holds and isinstance(what, tuple) and what[1] == "eq":
                subject, limit = what[2]
                if self.ops[limit].kind is Kind.CONST:
                    equal[subject] = self.ops[limit].value
        return Term(literals, equal)

    def both(self, a: Known, b: Known) -> Known:
        if len(a.terms) * len(b.terms) > _TERMS_MAX:
            return Known(min((a, b), key=lambda known: len(known.terms)).terms, False)
        terms: list[Term] = []
        exact = a.exact and b.exact
        for x, y in product(a.terms, b.terms):
            if x.excludes(y):
                continue
            if len(x.literals) + len(y.literals) > _LITERALS_MAX:
                terms, exact = [*terms, y], False
            else:
                terms.append(Term(x.literals | y.literals, x.equal | y.equal))
        return Known(tuple(terms), exact)

    def inverse(self, known: Known) -> Known | None:
        """When `known` does not hold, in the cases that stay small."""
        terms = known.terms
        if not known.exact:
            return None
        if not terms:
            return Known((_ALWAYS,))
        if len(terms) == 1 and len(terms[0].literals) <= _TERMS_MAX:
            return Known(tuple(self.term(frozenset([(what, not holds)])) for what, holds in terms[0].literals))
        if all(len(term.literals) == 1 for term in terms):
            return Known((self.term(frozenset((what, not holds) for term in terms for what, holds in term.literals)),))
        return None
