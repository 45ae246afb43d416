"""A pipelined loop that counts to a bound from outside tests a counter of its own that is one step ahead.

`while (++i < n)` has to add and to compare before the next iteration may start, which at a tight clock is more than a
cycle. The counter behind the increment, kept in a register, leaves the compare alone. It costs no adder: the old
counter takes its next value from it.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Branch, Editor, Function, Kind, Loop, Op


def count_ahead(function: Function) -> Function:
    """The same function; bounds that are constants stay as they are, as counters are narrow there."""
    edit = Editor(function)
    for loop in function.loops.values():
        if loop.ii is not None and loop.blocks == {loop.header}:
            _split(edit, loop)
    return edit.finish()


def _split(edit: Editor, loop: Loop) -> None:
    ops, inside = edit.function.ops, set(edit.order[loop.header])
    end = edit.ends[loop.header]
    if not isinstance(end, Branch):
        return
    test = ops.get(end.condition)
    if test is None or test.kind is not Kind.ICMP or test.id not in inside:
        return
    ahead = next((ops[arg] for arg in test.args if arg in inside and ops[arg].kind is Kind.ADD), None)
    bound = next((ops[arg] for arg in test.args if arg not in inside), None)
    if ahead is None or bound is None or bound.kind is Kind.CONST:
        return
    counter = next((ops[arg] for arg in ahead.args if _returns(ops[arg], ahead, loop.header)), None)
    step = next((ops[arg] for arg in ahead.args if ops[arg].kind is Kind.CONST), None)
    if counter is None or step is None:
        return
    first = []
    for label, start in zip(counter.blocks, counter.args, strict=True):
        if label == loop.header:
            first.append(0)  # the sum below
            continue
        amount = edit.make(Kind.CONST, step.width, value=step.value)
        first.append(edit.make(Kind.ADD, ahead.width, (start, amount), loc=ahead.loc, name=ahead.name))
        edit.order[label] += [amount, first[-1]]
    following = edit.make(Kind.ADD, ahead.width, (), loc=ahead.loc, name=ahead.name)
    args = tuple(each or following for each in first)
    register = edit.make(Kind.PHI, ahead.width, args, blocks=counter.blocks, loc=counter.loc, name=counter.name)
    edit.ops[following] = Op(following, Kind.ADD, ahead.width, (register, step.id), loc=ahead.loc, name=ahead.name)
    order = edit.order[loop.header]
    order.insert(order.index(ahead.id), following)
    order.insert(0, register)
    if step.id in inside:  # ahead of its first use
        order.remove(step.id)
        order.insert(order.index(following), step.id)
    edit.redirect(ahead.id, register)


def _returns(op: Op, ahead: Op, header: str) -> bool:
    """Whether `op` is the phi that takes `ahead` from the last iteration."""
    return op.kind is Kind.PHI and op.blocks.count(header) == 1 and op.args[op.blocks.index(header)] == ahead.id
