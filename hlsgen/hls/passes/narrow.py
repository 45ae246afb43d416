"""Gives every value the bits it needs: ranges forward, demanded bits backward.

Forward, each value gets an interval by interval arithmetic; phis start from their first value and are widened to
the constants they are compared with (a counter that wraps at 15 stays within 0..15). Backward, each value gets the
number of low bits that anything observable depends on. An operation is then done in the smaller width and extended;
`simplify` removes the extensions that meet slices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.cdfg.facts import Assumed, Facts
from hlsgen.hls.cdfg.ir import Branch, Editor, Function, Kind, Memory, Op
from hlsgen.hls.cdfg.semantics import signed

_LOW_BITS = frozenset((Kind.ADD, Kind.SUB, Kind.MUL, Kind.AND, Kind.OR, Kind.XOR, Kind.SELECT, Kind.PHI, Kind.COPY))
_PATIENCE = 40  # rounds of the fixed point before a phi that still grows may be anything
_ARMS_DEPTH = 5  # selects in selects that a phi looks through
_ROUNDS = 200  # then every round settles a phi at least; in practice two or three are enough


@dataclass(frozen=True, slots=True)
class Interval:
    """The values low..high, as integers. A value of `width` bits is read as signed when low < 0."""

    low: int
    high: int

    def union(self, other: Interval) -> Interval:
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def both(self, other: Interval, op: Op) -> Interval:
        """What is in this and in `other`, two true statements of `op`; one of them where they read it differently."""
        if (self.low < 0 or other.low < 0) and max(self.high, other.high) >= 1 << (op.width - 1):
            return other
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else other

    def unsigned_bits(self) -> int | None:
        return None if self.low < 0 else max(1, self.high.bit_length())

    def signed_bits(self) -> int:
        return max(self.high.bit_length(), (-self.low - 1).bit_length() if self.low < 0 else 0) + 1


def narrow(function: Function) -> Function:
    """The same function on fewer bits."""
    function = narrow_memories(function)
    ranges = value_ranges(function)
    demand = demanded_bits(function)
    edit = Editor(function)
    tails: dict[str, list[int]] = {label: [] for label in function.blocks}  # slices that phis elsewhere need
    for label, block in function.blocks.items():
        placed: list[int] = []
        extensions: list[int] = []  # of phis: they go after the last phi
        for id in block.ops:
            op = edit.ops[id]
            if op.kind is not Kind.PHI and extensions:
                placed += extensions
                extensions = []
            goal = _goal(op, ranges.get(id), demand.get(id, op.width))
            if goal is None:
                placed.append(id)
                continue
            width, sign = goal
            small = _shrink(edit, op, width, placed, tails)
            wide = edit.make(Kind.SEXT if sign else Kind.ZEXT, op.width, (small,), loc=op.loc, name=op.name)
            placed.append(small)
            (extensions if op.kind is Kind.PHI else placed).append(wide)
            edit.redirect(id, wide)
        edit.order[label] = placed + extensions
    for label, tail in tails.items():
        edit.order[label] += tail
    return edit.finish()


def _goal(op: Op, interval: Interval | None, demand: int) -> tuple[int, bool] | None:
    """(width, signed extension) that is enough for `op`, when that is less than it has."""
    if op.kind not in _LOW_BITS:
        return None
    width, sign = max(1, demand), False
    if interval is not None:
        unsigned, both = interval.unsigned_bits(), interval.signed_bits()
        if unsigned is not None and unsigned < width:
            width = unsigned
        elif both < width:
            width, sign = both, True
    return (width, sign) if width < op.width else None


def _shrink(edit: Editor, op: Op, width: int, placed: list[int], tails: dict[str, list[int]]) -> int:
    """The operation on the low `width` bits of its operands."""

    def low(arg: int, order: list[int]) -> int:
        has = edit.ops[arg].width
        if has <= width:
            return arg
        cut = edit.make(Kind.SLICE, width, (arg,), loc=op.loc)
        order.append(cut)
        return cut

    if op.kind is Kind.PHI:
        args = tuple(low(arg, tails[origin]) for arg, origin in zip(op.args, op.blocks, strict=True))
        return edit.make(Kind.PHI, width, args, blocks=op.blocks, loc=op.loc, name=op.name)
    if op.kind is Kind.SELECT:
        args = (op.args[0], low(op.args[1], placed), low(op.args[2], placed))
    else:
        args = tuple(low(arg, placed) for arg in op.args)
    return edit.make(op.kind, width, args, signs=op.signs, loc=op.loc, name=op.name)


# ---- forward: intervals ---------------------------------------------------------------------------------------


def value_ranges(function: Function) -> dict[int, Interval]:
    """Operation id -> interval of its value (signed reading when it can be negative)."""
    ranges: dict[int, Interval] = {}
    compared = {arg for op in function.ops.values() if op.kind is Kind.ICMP for arg in op.args}
    limits = [op for op in map(function.ops.__getitem__, compared) if op.kind is Kind.CONST]
    thresholds = sorted({v for op in limits for v in _near(signed(op.value, op.width), op.value)})
    edges = _Edges(function)
    order = [op for op in function.in_order() if op.width]
    place = {op.id: position for position, op in enumerate(order)}
    readers = _readers(function, edges)
    due = set(place)  # what may change in this round
    for attempt in range(_ROUNDS):
        later: set[int] = set()
        for op in order:
            new = _interval(function, op, ranges, edges) if op.id in due else None
            old = ranges.get(op.id)
            if new is None:
                continue
            if op.kind is Kind.PHI and old is not None:
                new = old.union(new)
                if new != old:
                    new = _widen(old, new, thresholds, op.width, give_up=attempt >= _PATIENCE)
            if new != old:
                ranges[op.id] = new
                for reader in readers.get(op.id, ()):
                    (due if place[reader] > place[op.id] else later).add(reader)
        if not later:
            return ranges
        due = later
    return {id: _full(function.ops[id].width) for id in ranges}


def _readers(function: Function, edges: _Edges) -> dict[int, set[int]]:
    """Value -> the operations whose intervals depend on its own: users, and what a compare of it refines."""
    readers: dict[int, set[int]] = {}
    for op in function.ops.values():
        seen = list(op.args)
        if op.kind is Kind.SELECT:
            seen += edges.subjects(((op.args[0], True),)) + edges.subjects(((op.args[0], False),))
        for arg, origin in zip(op.args, op.blocks, strict=False):
            for value, assumed in edges.arms(arg, edges.assumed.get((op.id, origin), ())):
                seen += [value, *edges.subjects(assumed)]
        if op.width:
            for arg in seen:
                readers.setdefault(arg, set()).add(op.id)
    return readers


def _near(*values: int) -> list[int]:
    return [v + d for v in values for d in (-1, 0, 1)]


def _widen(old: Interval, new: Interval, thresholds: list[int], width: int, give_up: bool) -> Interval:
    """Jump to the next constant of the program instead of climbing by ones."""
    if give_up:
        return _full(width)
    low, high = old.low, old.high
    if new.low < low:
        low = next((t for t in reversed(thresholds) if t <= new.low), -(1 << width - 1))
    if new.high > high:
        high = next((t for t in thresholds if t >= new.high), (1 << width) - 1)
    return _fit(Interval(low, high), width)


def _full(width: int) -> Interval:
    return Interval(0, (1 << width) - 1)


def _fit(interval: Interval, width: int) -> Interval:
    """The interval itself when `width` bits hold it in one reading, else everything."""
    if interval.low >= 0 and interval.high < 1 << width:
        return interval
    if -(1 << width - 1) <= interval.low and interval.high < 1 << (width - 1):
        return interval
    return _full(width)


class _Edges:
    """What is known where: of a value that comes to a phi, from the branch; of an arm of a select, from its condition.

    assumed: (phi, incoming block) -> the outcome of the branch of that block.
    """

    def __init__(self, function: Function) -> None:
        self.function, self.facts = function, Facts(function.ops)
        self.assumed: dict[tuple[int, str], Assumed] = {}
        for label, block in function.blocks.items():
            for id in block.ops:
                for origin in function.ops[id].blocks:
                    end = function.blocks[origin].end
                    if isinstance(end, Branch) and end.if_one != end.if_zero:
                        self.assumed[id, origin] = ((end.condition, end.if_one == label),)

    def arms(self, id: int, assumed: Assumed, depth: int = _ARMS_DEPTH) -> list[tuple[int, Assumed]]:
        """The values that `id` selects from, with what holds when it selects them; impossible ones are absent."""
        op = self.function.ops[id]
        if self.facts.comparisons(assumed) is None:
            return []
        if op.kind is not Kind.SELECT or not assumed or not depth:
            return [(id, assumed)]
        ways = ((op.args[1], (*assumed, (op.args[0], True))), (op.args[2], (*assumed, (op.args[0], False))))
        return [arm for value, more in ways for arm in self.arms(value, more, depth - 1)]

    def subjects(self, assumed: Assumed) -> list[int]:
        """The values that are compared in what is known."""
        return [arg for op, _ in self.facts.comparisons(assumed) or () for arg in op.args]

    def under(self, id: int, assumed: Assumed, ranges: dict[int, Interval]) -> Interval:
        """The interval of `id` under what is known."""
        interval, op = ranges[id], self.function.ops[id]
        for condition, taken in self.facts.comparisons(assumed) or ():
            interval = interval.both(_under(self.function, id, condition, taken, ranges, interval), op)
        return interval


def _interval(function: Function, op: Op, ranges: dict[int, Interval], edges: _Edges) -> Interval | None:
    """The interval of one operation from those of its operands; None while a phi's operands are all unknown."""
    if op.kind is Kind.CONST:
        return Interval(op.value, op.value)
    if op.kind is Kind.PHI:
        known = [
            edges.under(value, assumed, ranges)
            for arg, origin in zip(op.args, op.blocks, strict=True)
            for value, assumed in edges.arms(arg, edges.assumed.get((op.id, origin), ()))
            if value in ranges
        ]
        total = known[0] if known else None
        for other in known[1:]:
            total = total.union(other) if total else other
        return _fit(total, op.width) if total else None
    if any(arg not in ranges and function.ops[arg].width for arg in op.args):
        return None
    args = [ranges[arg] for arg in op.args]
    match op.kind:
        case Kind.ADD:
            return _sum(function, op, args)
        case Kind.SUB:
            a, b = args
            return _fit(Interval(a.low - b.high, a.high - b.low), op.width)
        case Kind.MUL:
            a, b = (
                _reading(r, function.ops[arg].width, sign) for r, arg, sign in zip(args, op.args, op.signs, strict=True)
            )
            if function.ops[op.args[0]].width == op.width == function.ops[op.args[1]].width:
                a, b = args  # modulo 2^w either reading is right
            corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
            return _fit(Interval(min(corners), max(corners)), op.width)
        case Kind.AND:
            bounds = [r.high for r in args if r.low >= 0]
            return Interval(0, min(bounds)) if bounds else _full(op.width)
        case Kind.OR | Kind.XOR if all(r.low >= 0 for r in args):
            return Interval(0, (1 << max(r.high.bit_length() for r in args)) - 1)
        case Kind.SELECT:
            one = edges.under(op.args[1], ((op.args[0], True),), ranges)
            zero = edges.under(op.args[2], ((op.args[0], False),), ranges)
            return _fit(one.union(zero), op.width)
        case Kind.COPY:
            return args[0]
        case Kind.ZEXT:
            width = function.ops[op.args[0]].width
            return args[0] if args[0].low >= 0 else _full(width)
        case Kind.SEXT:
            return _reading(args[0], function.ops[op.args[0]].width, True)
        case Kind.SLICE if op.value == 0:
            return _fit(args[0], op.width)
        case Kind.ICMP:
            return Interval(0, 1)
        case Kind.UREM if args[1].low > 0:
            return Interval(0, min(args[1].high - 1, _reading(args[0], op.width, False).high))
        case Kind.UDIV if args[1].low > 0 and args[0].low >= 0:
            return Interval(0, args[0].high // args[1].low)
        case Kind.SDIV | Kind.SREM:
            a, b = (_reading(interval, op.width, True) for interval in args)
            if b.low <= 0 <= b.high:
                return _full(op.width)
            least, most = sorted((abs(b.low), abs(b.high)))
            size = max(-a.low, a.high) // least if op.kind is Kind.SDIV else min(max(-a.low, a.high), most - 1)
            same_sign = a.low >= 0 and (b.low > 0 or op.kind is Kind.SREM)
            return _fit(Interval(0 if same_sign else -size, size), op.width)
        case Kind.ASHR:
            a, by = _reading(args[0], op.width, True), _reading(args[1], function.ops[op.args[1]].width, False)
            return Interval(min(a.low >> by.low, 0), max(a.high >> by.low, -1 if a.high < 0 else 0))
        case Kind.LSHR if args[0].low >= 0:
            return Interval(0, args[0].high)
        case Kind.CONCAT:
            first = _reading(args[0], function.ops[op.args[0]].width, False)
            rest = op.width - function.ops[op.args[0]].width
            return Interval(first.low << rest, ((first.high + 1) << rest) - 1)
        case Kind.LOAD:
            memory = function.memories[op.object]
            if memory.rom and memory.init:
                return Interval(min(memory.init), max(memory.init))
    return _full(op.width)


def _reading(interval: Interval, width: int, sign: bool) -> Interval:
    """The interval in the reading asked for: an unsigned interval above half range is anything, signed."""
    if sign:
        if interval.low < 0 or interval.high < 1 << (width - 1):
            return interval
        return Interval(-(1 << width - 1), (1 << width - 1) - 1)
    return interval if interval.low >= 0 else _full(width)


def _sum(function: Function, op: Op, args: list[Interval]) -> Interval:
    """Addition; a constant with its top bit set may be meant as a negative number (x - 1)."""
    options = []
    for a in _readings(function, op.args[0], args[0]):
        for b in _readings(function, op.args[1], args[1]):
            total = Interval(a.low + b.low, a.high + b.high)
            if _fit(total, op.width) == total:
                options.append(total)
    return min(options, key=lambda i: i.high - i.low, default=_full(op.width))


def _readings(function: Function, id: int, interval: Interval) -> list[Interval]:
    op = function.ops[id]
    if op.kind is Kind.CONST and op.value >> (op.width - 1):
        value = signed(op.value, op.width)
        return [interval, Interval(value, value)]
    return [interval]


def _under(
    function: Function, arm: int, condition: Op, taken: bool, ranges: dict[int, Interval], interval: Interval
) -> Interval:
    subject, bound = condition.args
    limit = function.ops[bound]
    value = function.ops[arm]
    if limit.kind is not Kind.CONST or subject not in ranges:
        return interval
    before = _restrict(ranges[subject], condition.predicate, limit, taken)
    if arm == subject:
        return before
    if value.kind is Kind.ADD and subject in value.args:
        other = value.args[0] if value.args[1] == subject else value.args[1]
        if function.ops[other].kind is Kind.CONST:
            step = signed(function.ops[other].value, value.width)
            moved = Interval(before.low + step, before.high + step)
            if _fit(moved, value.width) == moved and moved.high - moved.low < interval.high - interval.low:
                return moved
    return interval


def _restrict(interval: Interval, predicate: str, limit: Op, taken: bool) -> Interval:
    """`interval` where `x predicate limit` is `taken`."""
    low, high = interval.low, interval.high
    sign = predicate.startswith("s")
    value = signed(limit.value, limit.width) if sign or low < 0 else limit.value
    if (predicate.startswith("u") and low < 0) or (sign and high >= 1 << (limit.width - 1)):
        return interval
    kind = predicate if predicate in ("eq", "ne") else predicate[1:]
    if not taken:
        kind = {"eq": "ne", "ne": "eq", "lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}[kind]
    match kind:
        case "eq":
            low = high = value
        case "ne":
            low, high = low + (low == value), high - (high == value)
        case "lt":
            high = min(high, value - 1)
        case "le":
            high = min(high, value)
        case "gt":
            low = max(low, value + 1)
        case "ge":
            low = max(low, value)
    return Interval(low, high) if low <= high else interval


# ---- backward: demanded bits ----------------------------------------------------------------------------------


def demanded_bits(function: Function) -> dict[int, int]:
    """Operation id -> number of its low bits that matter. Absent: none do."""
    demand: dict[int, int] = {}
    work: list[int] = []

    def want(id: int, bits: int) -> None:
        bits = min(bits, function.ops[id].width)
        if bits > demand.get(id, 0):
            demand[id] = bits
            work.append(id)

    for block in function.blocks.values():
        if isinstance(block.end, Branch):
            want(block.end.condition, 1)
    for op in function.ops.values():
        if op.guard is not None:
            want(op.guard, 1)
        if op.kind in (Kind.STORE, Kind.WRITE):
            for arg in op.args:
                want(arg, function.ops[arg].width)
    while work:
        op = function.ops[work.pop()]
        bits = demand[op.id]
        match op.kind:
            case Kind.SELECT:
                want(op.args[0], 1)
                want(op.args[1], bits)
                want(op.args[2], bits)
            case kind if kind in _LOW_BITS:
                for arg in op.args:
                    want(arg, bits)
            case Kind.SHL:
                want(op.args[0], bits)
                want(op.args[1], function.ops[op.args[1]].width)
            case Kind.SLICE:
                want(op.args[0], op.value + bits)
            case Kind.ZEXT | Kind.SEXT:
                want(op.args[0], bits)
            case Kind.CONCAT:
                at = 0
                for arg in reversed(op.args):
                    if bits > at:
                        want(arg, bits - at)
                    at += function.ops[arg].width
            case _:
                for arg in op.args:
                    want(arg, function.ops[arg].width)
    return demand


# ---- memories -------------------------------------------------------------------------------------------------


def narrow_memories(function: Function) -> Function:
    """Memories of the width that their loads use and, for ROMs, that their contents need."""
    demand = demanded_bits(function)
    goal: dict[str, tuple[int, bool]] = {}
    read: dict[str, int] = {}  # memory -> low bits that some load needs
    for op in function.ops.values():
        if op.kind is Kind.LOAD:
            read[op.object] = max(read.get(op.object, 1), demand.get(op.id, 1))
    for memory in function.memories.values():
        if memory.external:
            continue
        width, sign = read.get(memory.name, 1), False
        if memory.rom and memory.init is not None:
            width, sign = _rom_width(memory, width)
        if width < memory.width:
            goal[memory.name] = (width, sign)
    if not goal:
        return function
    edit = Editor(function)
    for label, block in function.blocks.items():
        placed: list[int] = []
        for id in block.ops:
            op = edit.ops[id]
            if op.object not in goal or op.kind not in (Kind.LOAD, Kind.STORE):
                placed.append(id)
                continue
            width, sign = goal[op.object]
            if op.kind is Kind.STORE:
                cut = edit.make(Kind.SLICE, width, (op.args[-1],), loc=op.loc)
                edit.ops[id] = replace(op, args=(*op.args[:-1], cut))
                placed += [cut, id]
            else:
                small = edit.make(Kind.LOAD, width, op.args, object=op.object, guard=op.guard, loc=op.loc, name=op.name)
                wide = edit.make(Kind.SEXT if sign else Kind.ZEXT, op.width, (small,), loc=op.loc)
                placed += [small, wide]
                edit.redirect(id, wide)
        edit.order[label] = placed
    memories = {
        name: replace(memory, width=goal[name][0], init=_cut(memory, goal[name][0])) if name in goal else memory
        for name, memory in function.memories.items()
    }
    return edit.finish(memories=memories)


def _rom_width(memory: Memory, width: int) -> tuple[int, bool]:
    assert memory.init is not None
    unsigned = max(1, max(memory.init).bit_length())
    values = [signed(word, memory.width) for word in memory.init]
    both = Interval(min(values), max(values)).signed_bits()
    if unsigned <= min(width, both):
        return unsigned, False
    return (both, True) if both < width else (width, False)


def _cut(memory: Memory, width: int) -> tuple[int, ...] | None:
    return None if memory.init is None else tuple(word & ((1 << width) - 1) for word in memory.init)
