"""A counter that starts over, `i = (c ? 0 : i) + 1`, adds while the condition is found out: `i = c ? 1 : i + 1`.

The condition is often late (`i == n`), and then the addition behind it does not fit into the same cycle.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Op


def add_early(function: Function) -> Function:
    """The same function; in pipelined loops, what goes round as a sum of a constant and a choice of another one."""
    edit = Editor(function)
    for loop in function.loops.values():
        if loop.ii is None or loop.blocks != {loop.header}:
            continue
        order = edit.order[loop.header]
        for phi in (edit.ops[id] for id in list(order) if edit.ops[id].kind is Kind.PHI):
            for label, id in zip(phi.blocks, phi.args, strict=True):
                if label == loop.header and id in order:
                    _split(edit, order, id)
    return edit.finish()


def _split(edit: Editor, order: list[int], id: int) -> None:
    op = edit.ops[id]
    if op.kind is not Kind.ADD:
        return
    choice = next((arg for arg in map(edit.ops.__getitem__, op.args) if arg.kind is Kind.SELECT), None)
    step = next((arg for arg in map(edit.ops.__getitem__, op.args) if arg.kind is Kind.CONST), None)
    if choice is None or step is None or choice.id not in order:
        return
    arms = [edit.ops[arg] for arg in choice.args[1:]]
    if all(arm.kind is not Kind.CONST for arm in arms):
        return
    sums = []
    for arm in arms:
        if arm.kind is Kind.CONST:
            sums.append(edit.make(Kind.CONST, op.width, value=(arm.value + step.value) % (1 << op.width)))
        else:
            sums.append(edit.make(Kind.ADD, op.width, (arm.id, step.id), loc=op.loc, name=op.name))
        order.insert(order.index(id), sums[-1])
    edit.ops[id] = Op(id, Kind.SELECT, op.width, (choice.args[0], *sums), loc=choice.loc, name=choice.name)
    for each in sums:
        _split(edit, order, each)
