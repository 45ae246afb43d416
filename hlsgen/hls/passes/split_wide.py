"""Adders, compares and shifts that are too slow for the clock become several operations with time between them.

An adder of two segments hands a carry from the first to the second. One of more adds all segments at once, finds
their carries with a short adder (a segment's carry goes in where it is generated, and through where the sum is all
ones), and adds these to the segments. In a sum that a pipelined loop hands to itself each segment gets a phi of its
own, and the carry passes from one to the next, a cycle later each: the loop still takes a term every cycle. A compare
is one of segments, joined in a tree. A shift by a variable is a chain of choices, one for each bit of the amount.
"""

from __future__ import annotations

from hlsgen.hls.bind.operator_timing import OperatorTimes
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import INVERSE_PREDICATE, SWAPPED_PREDICATE, Editor, Function, Kind, Op

from .emit import Emitter

_SHIFTS = frozenset((Kind.SHL, Kind.LSHR, Kind.ASHR))
_SPLIT = _SHIFTS | {Kind.ADD, Kind.SUB, Kind.ICMP}
_LEAST_SEGMENT_BITS = 4


def split_wide(function: Function, target: Target) -> Function:
    """The same function with operations that fit the clock."""
    delays = target.delays
    free_ns = target.clock_ns - delays.clk_to_q_ns - delays.setup_ns
    times = OperatorTimes(function, target)
    edit = Editor(function)
    sums = _carried_sums(function)
    parts: dict[int, list[int]] = {}  # a sum that a loop hands to itself -> its segments
    for label, block in function.blocks.items():
        placed: list[int] = []
        for id in block.ops:
            op = function.ops[id]
            new = None
            if op.kind in _SPLIT and times.delay_ns(op) > free_ns:
                e = Emitter(edit, placed, op)
                if op.kind in _SHIFTS:
                    new = _shift(e, op)
                elif op.kind is Kind.ICMP:
                    width = e.width(op.args[0])
                    kinds = ("icmp_eq",) if op.predicate in ("eq", "ne") else ("icmp", "icmp_eq")
                    segment = min(_segment_bits(target, kind, width, free_ns, extra_bits=0) for kind in kinds)
                    new = _compare(e, op, segment) if segment else None
                else:
                    segment = _segment_bits(target, "add", op.width, free_ns, extra_bits=2)
                    segments = _add(e, op, segment, ripple=id in sums) if segment else []
                    new = e.concat(*reversed(segments)) if segments else None
                    if segments and id in sums:
                        parts[id] = segments
            if new is None:
                placed.append(id)
            else:
                edit.redirect(id, new)
        edit.order[label] = placed
    for id, segments in parts.items():
        _split_phi(edit, function.ops[sums[id]], id, segments)
    return edit.finish()


def _carried_sums(function: Function) -> dict[int, int]:
    """Additions whose result is their own operand in the next iteration of a pipelined loop -> the phi between."""
    found = {}
    for header, loop in function.loops.items():
        if loop.ii is None or header not in function.blocks[header].end.targets():
            continue
        for id in function.blocks[header].ops:
            op = function.ops[id]
            if op.kind is Kind.PHI:
                carried = function.ops[op.args[op.blocks.index(header)]]
                own = carried.args if carried.kind is Kind.ADD else carried.args[:1]
                if carried.kind in (Kind.ADD, Kind.SUB) and id in own:
                    found[carried.id] = id
    return found


def _split_phi(edit: Editor, phi: Op, carried: int, segments: list[int]) -> None:
    """Phis for the segments of `carried`, and in the place of `phi` the whole of them."""
    label = next(label for label, order in edit.order.items() if phi.id in order)
    order = edit.order[label]
    lsb, made = 0, []
    for segment in segments:
        width = edit.ops[segment].width
        args = []
        for arg, origin in zip(phi.args, phi.blocks, strict=True):
            if arg == carried:
                args.append(segment)
            else:
                args.append(Emitter(edit, edit.order[origin], phi).slice(arg, lsb, width))
        made.append(edit.make(Kind.PHI, width, tuple(args), blocks=phi.blocks, loc=phi.loc, name=phi.name))
        lsb += width
    whole = edit.make(Kind.CONCAT, phi.width, tuple(reversed(made)), loc=phi.loc, name=phi.name)
    after = next(place for place, id in enumerate(order) if edit.ops[id].kind is not Kind.PHI)
    edit.order[label] = [*made, *order[:after], whole, *order[after:]]
    edit.redirect(phi.id, whole)


def _segment_bits(target: Target, kind: str, width: int, free_ns: float, extra_bits: int) -> int:
    """The width of equal segments, as few as can be, that fit the clock; 0 when none does."""
    low, high = _LEAST_SEGMENT_BITS, width
    if high < low or target.delays.delay_ns(kind, low + extra_bits) > free_ns:
        return 0
    while low < high:
        middle = (low + high + 1) // 2
        if target.delays.delay_ns(kind, middle + extra_bits) <= free_ns:
            low = middle
        else:
            high = middle - 1
    count = -(-width // low)
    return -(-width // count)


def _segments(e: Emitter, id: int, bits: int) -> list[int]:
    """The value in pieces of `bits`, the lowest first."""
    width = e.width(id)
    return [e.slice(id, at, min(bits, width - at)) for at in range(0, width, bits)]


def _add(e: Emitter, op: Op, bits: int, ripple: bool) -> list[int]:
    """The segments of the sum, the lowest first."""
    a, b = op.args
    carry = e.const(op.kind is Kind.SUB, 1)
    if op.kind is Kind.SUB:
        b = e.invert(b)
    left, right = _segments(e, a, bits), _segments(e, b, bits)
    sums: list[int] = []
    for number, (x, y) in enumerate(zip(left, right, strict=True)):
        room = e.width(x) + 1
        x, y = e.fit(x, room), e.fit(y, room)
        if number == 0 or len(left) == 2 or ripple:
            sums.append(e.add_carry(x, y, carry))
            carry = e.top(sums[-1])
        else:
            sums.append(e.add(x, y))
    parts = [e.slice(total, 0, e.width(total) - 1) for total in sums]
    if len(parts) > 2 and not ripple:
        generated = e.concat(*(e.top(total) for total in reversed(sums[:-1])))
        through = [e.op(Kind.ICMP, 1, part, e.const(-1, e.width(part)), predicate="eq") for part in parts[1:-1]]
        passed = e.concat(*reversed(through), e.const(0, 1))
        either = e.op(Kind.OR, e.width(generated), generated, passed)
        total = e.add(e.fit(either, e.width(either) + 1), e.fit(generated, e.width(either) + 1))
        # the carry into each place of that sum
        halves = e.op(Kind.XOR, e.width(either), either, generated)
        into = e.op(Kind.XOR, e.width(total), total, e.fit(halves, e.width(total)))
        parts = parts[:1] + [e.add(part, e.fit(e.bit(into, k), e.width(part))) for k, part in enumerate(parts[1:], 1)]
    return parts


def _compare(e: Emitter, op: Op, bits: int) -> int:
    a, b = op.args
    predicate = op.predicate
    if predicate in ("eq", "ne"):
        equal = [
            e.op(Kind.ICMP, 1, x, y, predicate="eq")
            for x, y in zip(_segments(e, a, bits), _segments(e, b, bits), strict=True)
        ]
        while len(equal) > 1:
            equal = [_both(e, equal[k : k + 2]) for k in range(0, len(equal), 2)]
        return equal[0] if predicate == "eq" else e.invert(equal[0])
    if predicate[0] == "s":  # signed order is unsigned order with the signs inverted
        width = e.width(a)
        a, b = (e.concat(e.invert(e.top(v)), e.slice(v, 0, width - 1)) for v in (a, b))
        predicate = "u" + predicate[1:]
    if predicate in ("ugt", "ule"):
        a, b, predicate = b, a, SWAPPED_PREDICATE[predicate]
    inverted = predicate != "ult"
    assert predicate in ("ult", INVERSE_PREDICATE["ult"])
    pairs = [  # (less, equal)
        (e.op(Kind.ICMP, 1, x, y, predicate="ult"), e.op(Kind.ICMP, 1, x, y, predicate="eq"))
        for x, y in zip(_segments(e, a, bits), _segments(e, b, bits), strict=True)
    ]
    while len(pairs) > 1:
        joined = []
        for k in range(0, len(pairs) - 1, 2):
            (low, low_equal), (high, high_equal) = pairs[k], pairs[k + 1]
            less = e.op(Kind.OR, 1, high, _both(e, [high_equal, low]))
            joined.append((less, _both(e, [high_equal, low_equal])))
        pairs = joined + pairs[len(pairs) - len(pairs) % 2 :]
    return e.invert(pairs[0][0]) if inverted else pairs[0][0]


def _both(e: Emitter, bits: list[int]) -> int:
    return e.op(Kind.AND, 1, *bits) if len(bits) > 1 else bits[0]


def _shift(e: Emitter, op: Op) -> int:
    value, amount = op.args
    width, has = op.width, e.width(amount)
    fill = e.top(value) if op.kind is Kind.ASHR else 0
    used = min(has, (width - 1).bit_length())
    for place in range(used):
        by = 1 << place
        filling = e.repeat(fill, by) if fill else e.const(0, by)
        if op.kind is Kind.SHL:
            moved = e.concat(e.slice(value, 0, width - by), filling)
        else:
            moved = e.concat(filling, e.slice(value, by, width - by))
        # a copy, or simplify would split the choice of the whole into choices of what the next stage takes of it
        value = e.op(Kind.COPY, width, e.op(Kind.SELECT, width, e.bit(amount, place), moved, value))
    if has > used:
        beyond = e.slice(amount, used, has - used)
        out = e.op(Kind.ICMP, 1, beyond, e.const(0, has - used), predicate="ne")
        value = e.op(Kind.SELECT, width, out, e.repeat(fill, width) if fill else e.const(0, width), value)
    return value
