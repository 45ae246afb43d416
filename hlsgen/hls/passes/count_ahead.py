"""A pipelined loop that counts to a bound from outside tests a counter of its own that is one step ahead.

`while (++i < n)` has to add and to compare before the next iteration may start, which at a tight clock is more than a
cycle. The counter behind the increment, kept in a register, leaves the compare alone. It costs no adder: the old
counter takes its next value from it. Counters that start over or wait, as those of flattened loops do, have one, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from hlsgen.hls.cdfg.ir import Branch, Editor, Function, Kind, Loop, Op


def count_ahead(function: Function) -> Function:
    """The same function; bounds that are constants stay as they are, as counters are narrow there."""
    edit = Editor(function)
    for loop in function.loops.values():
        if loop.ii is not None and loop.blocks == {loop.header}:
            for id in list(edit.order[loop.header]):
                counter = _counter(edit, loop, edit.resolved(edit.ops[id]))
                if counter is not None:
                    counter.split(edit, edit.order[loop.header])
    return edit.finish()


@dataclass(frozen=True, slots=True)
class _Counter:
    """`phi` takes `following` from the last iteration: `ahead`, which is phi + step, or a choice of that and others."""

    phi: Op
    ahead: Op
    step: Op
    following: int
    header: str

    def split(self, edit: Editor, order: list[int]) -> None:
        phi, ahead, step, label = self.phi, self.ahead, self.step, self.header
        if step.id in order:  # ahead of its first use
            order.remove(step.id)
            order.insert(order.index(ahead.id), step.id)
        register = edit.make(Kind.PHI, ahead.width, blocks=phi.blocks, loc=phi.loc, name=phi.name)
        further = edit.make(Kind.ADD, ahead.width, (register, step.id), loc=ahead.loc, name=ahead.name)
        order.insert(order.index(ahead.id), further)
        order.insert(0, register)
        first = {}
        for before, start in zip(phi.blocks, phi.args, strict=True):
            if before != label:
                amount = edit.make(Kind.CONST, step.width, value=step.value)
                first[before] = edit.make(Kind.ADD, ahead.width, (start, amount), loc=ahead.loc, name=ahead.name)
                edit.order[before] += [amount, first[before]]
        first[label] = self.next(edit, order, self.following, register, further)
        args = tuple(first[before] for before in phi.blocks)
        edit.ops[register] = Op(register, Kind.PHI, ahead.width, args, blocks=phi.blocks, loc=phi.loc, name=phi.name)
        edit.redirect(ahead.id, register)

    def next(self, edit: Editor, order: list[int], id: int, register: int, further: int) -> int:
        """What of the counter ahead corresponds to a value that the counter may take."""
        op = edit.ops[id]
        if id in (self.ahead.id, self.phi.id):
            return further if id == self.ahead.id else register
        if op.kind is Kind.CONST:
            new = edit.make(Kind.CONST, op.width, value=(op.value + self.step.value) % (1 << op.width))
            order.insert(order.index(further), new)
            return new
        arms = tuple(self.next(edit, order, edit.resolve(arg), register, further) for arg in op.args[1:])
        new = edit.make(Kind.SELECT, op.width, (op.args[0], *arms), loc=op.loc, name=op.name)
        order.insert(order.index(id) + 1, new)
        return new


def _counter(edit: Editor, loop: Loop, test: Op) -> _Counter | None:
    """The counter that a compare with something from outside waits for."""
    if test.kind is not Kind.ICMP:
        return None
    ops, inside = edit.ops, set(edit.order[loop.header])
    ahead = next((ops[arg] for arg in test.args if arg in inside and ops[arg].kind is Kind.ADD), None)
    bound = next((ops[arg] for arg in test.args if arg not in inside), None)
    if ahead is None or bound is None or bound.kind is Kind.CONST:
        return None
    ahead = edit.resolved(ahead)
    step = next((ops[arg] for arg in ahead.args if ops[arg].kind is Kind.CONST), None)
    phi = next((ops[arg] for arg in ahead.args if arg in inside and ops[arg].kind is Kind.PHI), None)
    if step is None or phi is None or phi.blocks.count(loop.header) != 1:
        return None
    following = edit.resolve(phi.args[phi.blocks.index(loop.header)])
    end = edit.ends[loop.header]
    if following == ahead.id and not (isinstance(end, Branch) and edit.resolve(end.condition) == test.id):
        return None
    takes = _choices(edit, inside, following)
    known = all(ops[id].kind is Kind.CONST or id in (ahead.id, phi.id) for id in takes)
    return _Counter(phi, ahead, step, following, loop.header) if known and ahead.id in takes else None


def _choices(edit: Editor, inside: set[int], id: int) -> set[int]:
    """What a value is, through selects of the block."""
    op = edit.ops[id]
    if op.kind is not Kind.SELECT or id not in inside:
        return {id}
    return {found for arg in op.args[1:] for found in _choices(edit, inside, edit.resolve(arg))}
