"""Which accesses of one memory can touch the same word: in the same iteration, and how many iterations later.

Accesses of equal address are one class. Classes are compared as linear forms; where that leaves doubt and constants
decide the addresses of every iteration, these are listed and compared. Sets of accesses are bit masks, bit k for the
k-th access, so that thousands of accesses stay cheap; beyond a limit of comparisons the rest counts as colliding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .affine import ITERATION, NEVER, Forms, Linear
from .ir import Loop, Op
from .semantics import signed
from .tabulate import Tables

_WORK = 300_000  # steps that the comparisons for one memory in one block may cost, about a microsecond each
_LISTED = 400_000  # addresses that are listed
_FAR = 128  # iterations up to which lists are compared
_NEAR_PAIRS = 40_000  # ordered pairs that are told apart by distance

Terms = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Class:
    """Accesses with one address. loose: terms that reach every address within an iteration; across: those that do and
    stay the same in all iterations, None if some change."""

    form: Linear
    loose: Terms
    across: Terms | None
    members: int = 0  # mask


@dataclass(slots=True)
class _Group:
    """Classes that differ by a constant alone."""

    by_constant: dict[int, _Class] = field(default_factory=dict)
    members: int = 0


class Collisions:
    """Of `accesses` on one memory of one dimension, in program order, in the block that `forms` (of their addresses)
    and `loop` speak of: the pipelined loop, or None.

    tables: of that loop; None where its trip count is not known. far: distances from there on are not told apart.
    """

    def __init__(self, accesses: Sequence[Op], forms: Forms, loop: Loop | None, tables: Tables | None) -> None:
        self.forms, self.loop, self.tables = forms, loop, tables
        self.everything = (1 << len(accesses)) - 1
        self.far = min(max(_NEAR_PAIRS // max(len(accesses), 1), 2), 512) + 1
        self.left = _WORK
        addresses = [op.args[0] for op in accesses]
        width = max((forms.function.ops[id].width for id in addresses), default=1)
        self.classes: dict[Linear, _Class] = {}
        self.class_of: list[_Class] = []
        for position, id in enumerate(addresses):
            form = self.forms.at_width(id, width)
            if form not in self.classes:
                self.classes[form] = _Class(form, *self._loose(form))
            self.classes[form].members |= 1 << position
            self.class_of.append(self.classes[form])
        self._within = self._grouped((known.loose, known) for known in self.classes.values())
        self._across = self._grouped((known.across, known) for known in self.classes.values())
        self._met: dict[tuple[Terms, Terms, int], bool] = {}
        self._distances: dict[tuple[Linear, Linear], int] = {}
        self._lists: dict[Linear, np.ndarray] | None = None
        self._masks: dict[Linear, int] = {}
        self._later: dict[Linear, dict[int, int]] = {}

    def _loose(self, form: Linear) -> tuple[Terms, Terms | None]:
        """Terms with which a form reaches every address: of an odd factor, over a full range."""
        found = []
        for symbol, factor in form.terms:
            low, high = self.forms.range_of(symbol)
            if factor % 2 and high - low >= (1 << form.width) - 1 and not self._is_tabular(symbol):
                found.append((symbol, factor))
        across = [(symbol, factor) for symbol, factor in found if symbol != ITERATION]
        varies = any(self.forms.varies(symbol) for symbol, _ in across)
        return tuple(found), None if varies else tuple(across)

    def _is_tabular(self, symbol: int) -> bool:
        """A list will say what the symbol is in every iteration."""
        if self.tables is None or not (symbol == ITERATION or self.forms.varies(symbol)):
            return False
        return symbol == ITERATION or _operation(symbol) in self.tables.tabular

    @staticmethod
    def _grouped(classes: Iterable[tuple[Terms | None, _Class]]) -> dict[Terms | None, dict[Terms, _Group]]:
        """By what is loose in them, then by terms. What is not loose in the same way may always collide."""
        found: dict[Terms | None, dict[Terms, _Group]] = {}
        for loose, known in classes:
            group = found.setdefault(loose, {}).setdefault(known.form.terms, _Group())
            group.by_constant[known.form.constant] = known
            group.members |= known.members
        return found

    # ---- the same iteration

    def meeting(self, access: int) -> int:
        """The accesses that may touch the word of `access` in the same iteration, itself included."""
        mine = self.class_of[access]
        if mine.form not in self._masks:
            apart = 0
            for terms, group in self._within[mine.loose].items():
                if terms == mine.form.terms:
                    apart |= group.members & ~mine.members
                    continue
                for other in group.by_constant.values():
                    if not self._may_meet(mine.form, other.form):
                        apart |= other.members
            self._masks[mine.form] = self.everything & ~apart
        return self._masks[mine.form]

    def _may_meet(self, a: Linear, b: Linear) -> bool:
        key = (a.terms, b.terms, a.constant - b.constant)
        if key not in self._met:
            if not self._may_spend(5):
                return True
            self._met[key] = self.forms.may_meet(a, b)
            if self._met[key]:
                x, y = self._listed(a, b)
                if x is not None and y is not None:
                    self._met[key] = bool((x == y).any())
        return self._met[key]

    # ---- later iterations

    def arriving(self, access: int) -> dict[int, int]:
        """Distance d >= 1 -> the accesses whose word `access` may touch d iterations later, and no earlier."""
        mine = self.class_of[access]
        if mine.form not in self._later:
            self._later[mine.form] = dict(sorted(self._arriving(mine).items()))
        return self._later[mine.form]

    def _arriving(self, mine: _Class) -> dict[int, int]:
        found: dict[int, int] = {}
        if self.forms.iterations == 1 and not self._is_endless():
            return found
        if mine.across is None:
            return {1: self.everything}
        alike = self._across[mine.across]
        rest = self.everything
        for terms, group in alike.items():
            rest &= ~group.members
            if terms == mine.form.terms and not self._is_endless() and not self._varies(terms):
                self._steps(mine, group, found)
                continue
            for other in group.by_constant.values():
                d = self._distance(other, mine)
                if d != NEVER:
                    d = min(d, self.far)
                    found[d] = found.get(d, 0) | other.members
        if rest:
            found[1] = found.get(1, 0) | rest
        return found

    def _varies(self, terms: Terms) -> bool:
        return any(self.forms.varies(symbol) for symbol, _ in terms)

    def _is_endless(self) -> bool:
        """The iterations of the next call follow those of this one."""
        return self.loop is not None and self.loop.rewind

    def _steps(self, mine: _Class, group: _Group, found: dict[int, int]) -> None:
        """Distances to the accesses that step through memory as `mine` does, at other places."""
        width, step = mine.form.width, mine.form.coefficient(ITERATION)
        mask = (1 << width) - 1
        last = min(self.far - 1, self.forms.iterations - 1, 1 << width) if step else 1
        seen = 0
        place = mine.form.constant
        for d in range(1, last + 1):
            place += step
            other = group.by_constant.get(signed(place & mask, width))
            if other is not None and not other.members & seen:
                seen |= other.members
                found[d] = found.get(d, 0) | other.members
        if step and self.forms.iterations > self.far and 1 << width > last:
            found[self.far] = found.get(self.far, 0) | group.members & ~seen

    def distance(self, early: int, late: int) -> int:
        """The least d >= 1 such that `late` may touch the word of `early` d iterations later, `NEVER` if none."""
        return self._distance(self.class_of[early], self.class_of[late])

    def _distance(self, early: _Class, late: _Class) -> int:
        a, b = early.form, late.form
        if not a.terms and not b.terms:
            return int(a.constant == b.constant and (self.forms.iterations > 1 or self._is_endless()))
        key = (a, b)
        if key not in self._distances:
            self._distances[key] = self._around(a, b) if self._is_endless() else self._forward(early, late)
        return self._distances[key]

    def _forward(self, early: _Class, late: _Class) -> int:
        a, b = early.form, late.form
        d = 1
        if self.forms.iterations == 1:
            return NEVER
        if early.across is not None and early.across == late.across:
            if not self._may_spend(2 if a.terms == b.terms and not self._varies(a.terms) else 50):
                return 1
            d = self.forms.distance(a, b)
        if d != NEVER and (a.terms != b.terms or any(symbol != ITERATION for symbol, _ in a.terms)):
            x, y = self._listed(a, b)
            if x is not None and y is not None and self._may_spend(len(x)):
                return next((k for k in range(1, min(len(x), _FAR)) if (x[:-k] == y[k:]).any()), _beyond(len(x)))
        return d

    def _around(self, a: Linear, b: Linear) -> int:
        """The distance in a loop whose calls follow each other without a gap: the last iterations meet the first."""
        x, y = self._listed(a, b)
        if x is None or y is None or self._invariant(a) or not self._may_spend(len(x)):
            return 1  # what does not vary in a call may in the next
        return next((k for k in range(1, min(len(x), _FAR) + 1) if (x == np.roll(y, -k)).any()), _beyond(len(x)))

    # ---- lists of addresses

    def _listed(self, a: Linear, b: Linear) -> tuple[np.ndarray | None, np.ndarray | None]:
        """The addresses of both in every iteration, less what they have in common; None where that is not known."""
        if self.tables is None or self._invariant(a) != self._invariant(b):
            return None, None
        if self._lists is None:
            self._lists = self._list_all(self.tables)
        return self._lists.get(a), self._lists.get(b)

    def _invariant(self, form: Linear) -> Terms:
        return tuple(t for t in form.terms if t[0] != ITERATION and not self.forms.varies(t[0]))

    def _list_all(self, tables: Tables) -> dict[Linear, np.ndarray]:
        if tables.trip_count * len(self.classes) > _LISTED:
            return {}
        symbols = {s for form in self.classes for s, _ in form.terms if s != ITERATION and self.forms.varies(s)}
        words = tables.columns(map(_operation, symbols))
        columns: dict[int, Sequence[int]] = {ITERATION: range(tables.trip_count)}
        for symbol in symbols:
            column = words.get(_operation(symbol))
            if column is not None:
                width = self.forms.function.ops[_operation(symbol)].width
                sign = self.forms.range_of(symbol)[0] < 0
                columns[symbol] = [signed(word, width) for word in column] if sign else column
        found: dict[Linear, np.ndarray] = {}
        for form in self.classes:
            terms = [t for t in form.terms if t not in self._invariant(form)]
            if form.width <= 62 and all(symbol in columns for symbol, _ in terms):
                mask = (1 << form.width) - 1
                total = np.full(tables.trip_count, form.constant & mask, dtype=np.uint64)
                for symbol, factor in terms:
                    total += np.array([factor * word & mask for word in columns[symbol]], dtype=np.uint64)
                found[form] = total & np.uint64(mask)
        return found

    def _may_spend(self, work: int) -> bool:
        self.left -= work
        return self.left >= 0


def _operation(symbol: int) -> int:
    """The operation that a symbol reads."""
    return symbol if symbol > 0 else ITERATION - symbol


def _beyond(count: int) -> int:
    """The distance when there is none up to the limit."""
    return NEVER if count <= _FAR else _FAR
