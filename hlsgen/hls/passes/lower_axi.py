"""Accesses of arrays behind an AXI master become operations on the streams of channels.

A channel NAME has `NAME_ar` for requests {words - 1: 32, byte address: 64}, `NAME_r` for the words in their order,
`NAME_aw` and `NAME_w` likewise for writes, and `NAME_b`: a READ of it waits until all that was written is in memory.

Bursts: words that a loop, or a nest of loops, reads or writes one after the other are asked for at once before it.
Other accesses ask for themselves, some cycles before their word is needed, so that requests are under way while the
pipeline goes on. Nothing is asked for that C++ would not touch. A read waits for the writes before it unless their
addresses differ; a call ends when all its writes have arrived. Different arguments are taken to be different memory,
as Vitis HLS does. Runs before if-conversion: what is conditional gets its guards there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hlsgen.core.errors import UserError
from hlsgen.hls.cdfg.ir import (
    Branch,
    Editor,
    Function,
    Jump,
    Kind,
    Loop,
    Memory,
    Op,
    Order,
    Param,
    Return,
    Stream,
)
from hlsgen.hls.cdfg.nests import Forms, Nests, Trips, centred
from hlsgen.hls.graph import reverse_post_order
from hlsgen.hls.interfaces import LATENCY_CYCLES

ADDRESS_BITS = 64
COUNT_BITS = 32
REQUEST_BITS = COUNT_BITS + ADDRESS_BITS
_INDEX_BITS = 32  # of the outermost dimension, signed
_WORDS_MAX = 1 << 31  # that a request of known length may ask for


def lower_axi(function: Function) -> Function:
    """The function without memories that have a `bus`."""
    if not any(memory.bus for memory in function.memories.values()):
        return function
    return _Lowering(function).run()


@dataclass(frozen=True, slots=True)
class _Access:
    """A LOAD or STORE at `rank` in the text of its function."""

    op: Op
    label: str
    rank: int
    loops: tuple[Loop, ...]  # the innermost first

    @property
    def reads(self) -> bool:
        return self.op.kind is Kind.LOAD


@dataclass(slots=True)
class _Group:
    """Accesses served by one request for each run of `loop` (None: one for each access), in the order of addresses."""

    members: list[_Access]
    loop: Loop | None = None
    nest: tuple[Loop, ...] = ()  # up to `loop`, the innermost first
    fresh: bool = True  # reads: nothing of them is written in the loop before
    channel: int = 0

    @property
    def reads(self) -> bool:
        return self.members[0].reads

    @property
    def where(self) -> frozenset[str]:
        return self.loop.blocks if self.loop is not None else frozenset(access.label for access in self.members)


@dataclass(slots=True)
class _Argument:
    """One memory and what becomes of it."""

    memory: Memory
    accesses: list[_Access]
    groups: list[_Group] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Starts:
    """Loops that have not begun: their blocks, and phi -> its first value."""

    blocks: frozenset[str] = frozenset()
    phis: dict[int, int] = field(default_factory=dict)


_NOWHERE = _Starts()


class _Lowering:
    def __init__(self, function: Function) -> None:
        self.function, self.nests = function, Nests(function)
        self.edit = Editor(function)
        self.streams = dict(function.streams)
        self.params = dict(function.params)
        self.orders: list[Order] = []
        self.bases: dict[str, int] = {}
        self.drains: dict[str, list[int]] = {}  # block -> drains that stand at its end
        self.preheaders: dict[str, str] = {}
        self.new_in: dict[str, list[str]] = {}  # header -> blocks added before it
        order = reverse_post_order({b: block.end.targets() for b, block in function.blocks.items()}, function.entry)
        self.rank = {id: n for n, id in enumerate(id for label in order for id in function.blocks[label].ops)}

    def run(self) -> Function:
        arguments = [self.argument(memory) for memory in self.function.memories.values() if memory.bus]
        for argument in arguments:
            self.check(argument.memory)
            self.find_groups(argument)
        for argument in arguments:
            self.lower(argument)
        return self.finish()

    def argument(self, memory: Memory) -> _Argument:
        found = []
        for label, block in self.function.blocks.items():
            loops = tuple(self.nests.around(label))
            for id in block.ops:
                op = self.function.ops[id]
                if op.object == memory.name and op.kind in (Kind.LOAD, Kind.STORE):
                    found.append(_Access(op, label, self.rank[id], loops))
        found.sort(key=lambda access: access.rank)
        return _Argument(memory, found)

    def check(self, memory: Memory) -> None:
        units = [unit.name for unit in self.function.units if memory.name in unit.bindings.values()]
        if units:
            raise UserError(
                f"{units[0]!r} is passed an m_axi pointer and is a module of its own",
                where=replace(memory.loc, name=memory.name),
                do="inline it, or call it from a dataflow region",
            )
        size = memory.width // 8
        atom = self.atom(memory)
        if atom < size and atom < 4:
            raise UserError(
                f"elements of {memory.width} bits at addresses that are multiples of {atom} bytes",
                where=replace(memory.loc, name=memory.name),
                do="lay out the struct without packing, or read it as bytes",
            )

    @staticmethod
    def atom(memory: Memory) -> int:
        """Bytes of which every address of an element is a multiple."""
        together = memory.width // 8 | memory.offset_bytes
        for stride in memory.strides_bytes:
            together |= stride
        return together & -together

    # ---- which accesses are bursts

    def find_groups(self, argument: _Argument) -> None:
        memory = argument.memory
        reads = [access for access in argument.accesses if access.reads]
        writes = [access for access in argument.accesses if not access.reads]
        found = [group for group in self.bursts(memory, reads) if self.is_fresh(group, argument)]
        asked = {access.op.id for group in found for access in group.members}
        alone = [_Group([access]) for access in reads if access.op.id not in asked]
        for group in alone:
            loops = group.members[0].loops
            group.nest = loops[:1]
            group.fresh = bool(loops) and self.is_fresh(group, argument)
        waiting = [group for group in alone if not group.fresh and group.nest]  # for the writes of their loop
        kept = []
        for group in self.bursts(memory, writes):
            others = [access for access in writes if access not in group.members]
            inside = [other.members[0].label for other in waiting]
            inside += [label for other in found if other.loop for label in self.nests.entries(other.loop)]
            inside += [label for other in alone if other.fresh for label in self.nests.entries(other.nest[0])]
            if not any(access.label in group.where for access in others) and group.where.isdisjoint(inside):
                kept.append(group)
        asked = {access.op.id for group in kept for access in group.members}
        argument.groups = [*found, *alone, *kept, *(_Group([a]) for a in writes if a.op.id not in asked)]
        self.choose_channels(argument)

    def bursts(self, memory: Memory, accesses: list[_Access]) -> Iterator[_Group]:
        by_loop: dict[str, list[_Access]] = {}
        for access in accesses:
            if access.loops and access.op.guard is None:
                loop = access.loops[0]
                if self.nests.trips(loop) is not None and self.nests.every_iteration(access.label, loop):
                    by_loop.setdefault(loop.header, []).append(access)
        for members in by_loop.values():
            yield from self.bursts_in(memory, members)

    def bursts_in(self, memory: Memory, accesses: list[_Access]) -> Iterator[_Group]:
        """Groups of accesses of one innermost loop."""
        loop = accesses[0].loops[0]
        size = memory.width // 8
        places: dict[tuple, list[tuple[int, int, _Access]]] = {}
        for access in accesses:
            found = self.byte_form(memory, access, (loop,))
            if found is not None:
                key, constant, steps = found
                places.setdefault((key, steps[loop.header]), []).append((constant, access.rank, access))
        for (_, step), found_here in places.items():
            found_here.sort(key=lambda item: item[:2])
            for row in _rows(found_here, size, step):
                in_order = all(a.rank < b.rank for a, b in pairwise(row))
                if in_order or self.can_gather(memory, row):
                    yield self.widen(memory, _Group(row, loop, (loop,)))

    def can_gather(self, memory: Memory, row: list[_Access]) -> bool:
        """The accesses stand in one block, and no other of the memory between them."""
        ids = {access.op.id for access in row}
        block = self.function.blocks[row[0].label].ops
        places = [place for place, id in enumerate(block) if id in ids]
        between = block[places[0] : places[-1]] if len(places) == len(row) else ()
        others = [id for id in between if id not in ids and self.function.ops[id].object == memory.name]
        return len(places) == len(row) and not others

    def widen(self, memory: Memory, group: _Group) -> _Group:
        """The group for as many loops around as its words go on without a gap."""
        first = group.members[0]
        chain = first.loops
        for depth in range(1, len(chain)):
            outer, inner = chain[depth], chain[depth - 1]
            trips = self.nests.trips(inner)
            if trips is None or trips.count is None or self.nests.trips(outer) is None:
                break
            if not self.nests.every_iteration(inner.header, outer) or len(self.nests.entries(inner)) != 1:
                break
            nest = chain[: depth + 1]
            forms = [self.byte_form(memory, access, nest) for access in group.members]
            if any(form is None for form in forms) or forms[0] is None:
                break
            steps = forms[0][2]
            if steps[outer.header] != trips.count * steps[inner.header] or any(f[2] != steps for f in forms if f):
                break
            if self.words(nest[:-1], len(group.members)) >= _WORDS_MAX:
                break
            group = _Group(group.members, outer, nest)
        return group

    def words(self, nest: Iterable[Loop], each: int) -> int:
        total = each
        for loop in nest:
            trips = self.nests.trips(loop)
            assert trips is not None and trips.count is not None
            total *= trips.count
        return total

    def byte_form(
        self, memory: Memory, access: _Access, nest: tuple[Loop, ...]
    ) -> tuple[tuple, int, dict[str, int]] | None:
        """(what the address is relative to, constant, bytes that an iteration of each loop adds)."""
        forms = Forms(self.nests, nest)
        constant, steps = memory.offset_bytes, {loop.header: 0 for loop in nest}
        relative = []
        for number, (id, stride) in enumerate(zip(access.op.args, memory.strides_bytes, strict=False)):
            width = _INDEX_BITS if number == 0 else self.function.ops[id].width
            form = forms.of(id, width)
            if form is None:
                return None
            first = centred(form.constant, width)
            if number and form.steps:  # the index is one of few bits: it may not wrap around
                span = forms.span(form)
                if span is None:
                    return None
                first = span[0]
            elif number:
                first = form.constant
            relative.append((stride, tuple(sorted(form.terms.items()))))
            constant += stride * first
            for header in form.steps:
                steps[header] += stride * form.step(header)
        return tuple(relative), constant, steps

    # ---- what may not be read ahead

    def is_fresh(self, group: _Group, argument: _Argument) -> bool:
        """No word of the reads is written in the loops of the group before it is read."""
        inside = group.nest[-1].blocks
        stores = [access for access in argument.accesses if not access.reads and access.label in inside]
        return all(self.comes_after(store, group, argument.memory) for store in stores)

    def comes_after(self, store: _Access, group: _Group, memory: Memory) -> bool:
        """The store touches only words that the group has read before."""
        inner = group.members[0].loops[0]
        if store.loops[:1] != (inner,):
            return False
        if self.declared_apart(memory, group.nest):
            return True
        found = self.byte_form(memory, store, group.nest)
        for member in group.members:
            mine = self.byte_form(memory, member, group.nest)
            if found is None or mine is None or found[0] != mine[0] or found[2] != mine[2]:
                return False
            ahead, step = found[1] - mine[1], found[2][inner.header]
            if len(group.nest) > 1 and step <= 0:
                return False
            if ahead == 0 and (store.rank < member.rank or not step):
                return False
            if step and ahead % step == 0 and ahead // step > 0:
                return False
        return True

    def declared_apart(self, memory: Memory, nest: Iterable[Loop]) -> bool:
        """The user says that iterations do not depend on each other."""
        return any(
            d.memory == memory.name and not d.intra and d.distance == 0 and d.direction in ("", "RAW")
            for loop in nest
            for d in loop.dependences
        )

    def choose_channels(self, argument: _Argument) -> None:
        """Reads that are under way together have channels of their own."""
        taken: list[_Group] = []
        for group in [g for g in argument.groups if g.reads and g.loop is not None]:
            used = {other.channel for other in taken if other.where & group.where}
            group.channel = next(number for number in range(len(taken) + 1) if number not in used)
            taken.append(group)
        for group in [g for g in argument.groups if g.reads and g.loop is None]:
            used = {other.channel for other in taken if other.where & group.where}
            group.channel = next(number for number in range(len(taken) + 1) if number not in used)

    # ---- what becomes of them

    def lower(self, argument: _Argument) -> None:
        memory = argument.memory
        reads = sorted({group.channel for group in argument.groups if group.reads})
        writes = any(not group.reads for group in argument.groups)
        names = {number: self.channel(memory, number) for number in {*reads, *([0] if writes else [])}}
        for number, name in names.items():
            self.add_streams(name, memory, number in reads, writes and number == 0)
        made: list[tuple[_Group, _Access, int, int]] = []  # the access, the first of its operations, its last
        for group in argument.groups:  # reads come first: they drain before writes are asked for
            drain = f"{names[0]}_b" if group.reads and writes and self.waits(group, argument) else ""
            one_by_one = group.loop is None
            lower = self.single if one_by_one else self.burst
            made += [(group, *entry) for entry in lower(group, memory, names[group.channel], drain)]
        self.keep_order(memory, made)
        if writes:
            for label, block in self.function.blocks.items():
                if isinstance(block.end, Return):
                    last = self.read(f"{names[0]}_b", 1, memory)
                    self.edit.order[label].append(last)
                    self.orders += [Order(entry[3], last, 1) for entry in made if not entry[0].reads]

    def channel(self, memory: Memory, number: int) -> str:
        """A name whose streams are not those of another argument."""
        name = f"{memory.name}_{number + 1}" if number else memory.name
        ends = ("ar", "r", "aw", "w", "b")
        while any(f"{name}_{end}" in self.streams for end in ends):
            name += "_m"
        return name

    def add_streams(self, channel: str, memory: Memory, reads: bool, writes: bool) -> None:
        word = memory.width
        ways = [("ar", REQUEST_BITS, "out"), ("r", word, "in")] if reads else []
        ways += [("aw", REQUEST_BITS, "out"), ("w", word, "out"), ("b", 1, "in")] if writes else []
        for end, width, direction in ways:
            name = f"{channel}_{end}"
            self.streams[name] = Stream(
                name, width, direction, argument=memory.argument, bus=memory.bus, loc=memory.loc
            )

    def read(self, stream: str, width: int, memory: Memory, like: Op | None = None) -> int:
        loc = like.loc if like is not None else memory.loc
        return self.edit.make(
            Kind.READ, width, object=stream, loc=loc, guard=like.guard if like is not None else None,
            name=like.name if like is not None else "",
        )  # fmt: skip

    # ---- one by one

    def single(self, group: _Group, memory: Memory, name: str, drain: str) -> list[tuple[_Access, int, int]]:
        """A request for one word where the access stands. Returns the first and the last operation of it."""
        access = group.members[0]
        op, placed = access.op, _Placed(self.edit, access.op, self.nests.home)
        first = 0
        if drain and group.nest and group.fresh:
            self.drain_before(group.nest[0], drain, memory, op)
        elif drain:
            first = self.read(drain, 1, memory, op)
            placed.ids.append(first)
        address = self.address(placed, memory, op.args, _NOWHERE)
        request = placed.op(Kind.CONCAT, REQUEST_BITS, placed.const(0, COUNT_BITS), address)
        end = "ar" if access.reads else "aw"
        ask = placed.op(Kind.WRITE, 0, request, object=f"{name}_{end}", guard=op.guard)
        order = self.edit.order[access.label]
        at = order.index(op.id)
        order[at:at] = placed.ids
        self.replace(access, name)
        if first:
            self.orders.append(Order(first, ask, 0))
        self.orders.append(Order(ask, op.id, self.ahead(access, memory, bool(first)) if access.reads else 0))
        return [(access, first or ask, op.id)]

    def drain_before(self, loop: Loop, drain: str, memory: Memory, like: Op) -> int:
        """What was written arrives before the loop begins."""
        made = self.read(drain, 1, memory, replace(like, guard=None))
        block = self.preheader(loop)
        self.edit.order[block].append(made)
        self.drains.setdefault(block, []).append(made)
        return made

    def ahead(self, access: _Access, memory: Memory, waits: bool) -> int:
        """Cycles from the request to the word: as many as it may take, where the pipeline can use them."""
        loop = next((loop for loop in access.loops if loop.ii is not None), None)
        if waits or loop is None or self.goes_round(access.op.id, loop):
            return 1
        return max(1, memory.latency_cycles or LATENCY_CYCLES)

    def goes_round(self, id: int, loop: Loop) -> bool:
        """The next iteration waits for the value: what it asks for, or whether there is one, depends on it."""
        function, blocks = self.function, loop.blocks
        users: dict[int, list[Op]] = {}
        inner = [function.ops[other] for label in blocks for other in function.blocks[label].ops]
        for op in inner:
            for arg in op.inputs():
                users.setdefault(arg, []).append(op)
        tested: dict[int, list[str]] = {}
        for label in blocks:
            if isinstance(end := function.blocks[label].end, Branch):
                tested.setdefault(end.condition, []).append(label)
        steered = [op for op in inner if op.kind in (Kind.LOAD, Kind.READ)]
        steered += [op for op in inner if op.kind is Kind.PHI and self.nests.home[op.id] != loop.header]
        seen, work = set(), [id]
        while work:
            at = work.pop()
            following = list(users.get(at, ()))
            for label in tested.get(at, ()):
                if any(t not in blocks or t == loop.header for t in function.blocks[label].end.targets()):
                    return True
                following += steered
            for op in following:
                if op.id == id:
                    return True
                if op.id not in seen:
                    seen.add(op.id)
                    work.append(op.id)
        return False

    def replace(self, access: _Access, name: str) -> None:
        """The access itself: a READ or WRITE of its word."""
        op = access.op
        if access.reads:
            self.edit.ops[op.id] = replace(op, kind=Kind.READ, args=(), object=f"{name}_r")
        else:
            self.edit.ops[op.id] = replace(op, kind=Kind.WRITE, args=(op.args[-1],), object=f"{name}_w")

    def address(self, placed: _Placed, memory: Memory, args: tuple[int, ...], starts: _Starts) -> int:
        """The byte address of an element. starts: values to use for phis of loops that have not begun."""
        total = self.base(memory)
        constant = memory.offset_bytes
        for number, (id, stride) in enumerate(zip(args, memory.strides_bytes, strict=False)):
            index = placed.copy(id, starts)
            made = self.edit.ops[index]
            if made.kind is Kind.CONST:
                constant += stride * (centred(made.value, made.width) if number == 0 else made.value)
                continue
            wide = placed.op(Kind.SEXT if number == 0 else Kind.ZEXT, ADDRESS_BITS, index)
            scaled = wide
            if stride != 1:
                scaled = placed.op(Kind.MUL, ADDRESS_BITS, wide, placed.const(stride, ADDRESS_BITS))
            total = placed.op(Kind.ADD, ADDRESS_BITS, total, scaled)
        if constant:
            total = placed.op(Kind.ADD, ADDRESS_BITS, total, placed.const(constant, ADDRESS_BITS))
        return total

    def base(self, memory: Memory) -> int:
        """The address of the argument: a number that is given with the call."""
        name = memory.argument
        if name not in self.bases:
            self.params[name] = Param(name, ADDRESS_BITS, name, memory.loc)
            made = self.edit.make(Kind.PARAM, ADDRESS_BITS, object=name, name=name, loc=memory.loc)
            self.edit.order[self.function.entry].insert(0, made)
            self.bases[name] = made
        return self.bases[name]

    # ---- bursts

    def burst(self, group: _Group, memory: Memory, name: str, drain: str) -> list[tuple[_Access, int, int]]:
        """One request before the loop, the words in it."""
        assert group.loop is not None
        first = group.members[0]
        block = self.preheader(group.loop)
        if drain:
            self.drain_before(group.loop, drain, memory, first.op)
        placed = _Placed(self.edit, first.op, self.nests.home)
        starts = self.starts(group.nest)
        address = self.address(placed, memory, first.op.args, starts)
        count = self.count(placed, group, starts)
        request = placed.op(Kind.CONCAT, REQUEST_BITS, count, address)
        ask = placed.op(Kind.WRITE, 0, request, object=f"{name}_{'ar' if group.reads else 'aw'}")
        self.orders += [Order(earlier, ask, 1) for earlier in self.drains.get(block, ())]
        self.edit.order[block] += placed.ids
        if any(a.rank > b.rank for a, b in pairwise(group.members)):
            self.gather(group)
        for access in group.members:
            self.replace(access, name)
            self.orders.append(Order(ask, access.op.id, 1))
        return [(access, access.op.id, access.op.id) for access in group.members]

    def gather(self, group: _Group) -> None:
        """Words in the order of their addresses: all where the first is read, or where the last is written."""
        label = group.members[0].label
        order = self.edit.order[label]
        ids = [access.op.id for access in group.members]
        places = [order.index(id) for id in ids]
        at = min(places) if group.reads else max(places) - len(ids) + 1
        rest = [id for id in order if id not in ids]
        self.edit.order[label] = [*rest[:at], *ids, *rest[at:]]

    def starts(self, nest: tuple[Loop, ...]) -> _Starts:
        """The values of the first iteration of all the loops."""
        found = {}
        for loop in nest:
            for id in self.function.blocks[loop.header].ops:
                op = self.function.ops[id]
                first = self.nests.first(op, loop) if op.kind is Kind.PHI else None
                if first is not None:
                    found[id] = first
        return _Starts(nest[-1].blocks, found)

    def count(self, placed: _Placed, group: _Group, starts: _Starts) -> int:
        """Words of the request, less one."""
        each = self.words(group.nest[:-1], len(group.members))
        assert group.loop is not None
        trips = self.nests.trips(group.loop)
        assert trips is not None
        if trips.count is not None:
            return placed.const(each * trips.count - 1, COUNT_BITS)
        extra = placed.fit(self.more_trips(placed, trips, starts), COUNT_BITS)  # iterations after the first
        if each == 1:
            return extra
        scaled = placed.op(Kind.MUL, COUNT_BITS, extra, placed.const(each, COUNT_BITS))
        return placed.op(Kind.ADD, COUNT_BITS, scaled, placed.const(each - 1, COUNT_BITS))

    def more_trips(self, placed: _Placed, trips: Trips, starts: _Starts) -> int:
        """How often the loop goes on: from the condition's first value to its bound."""
        width = self.function.ops[trips.tested].width
        first, bound = placed.copy(trips.tested, starts), placed.copy(trips.bound, starts)
        upwards = trips.step > 0
        low, high = (first, bound) if upwards else (bound, first)
        distance = placed.op(Kind.SUB, width, high, low)
        if trips.predicate == "ne":
            return distance
        inclusive = trips.predicate[1:] in ("le", "ge")
        shift = abs(trips.step).bit_length() - 1
        one = placed.const(1, width)
        less = distance if inclusive else placed.op(Kind.SUB, width, distance, one)
        if shift:
            less = placed.op(Kind.LSHR, width, less, placed.const(shift, width))
        times = placed.op(Kind.ADD, width, less, one)
        goes_on = placed.op(Kind.ICMP, 1, first, bound, predicate=trips.predicate)
        return placed.op(Kind.SELECT, width, goes_on, times, placed.const(0, width))

    def preheader(self, loop: Loop) -> str:
        """The block from which, and only from which, the loop is entered; made when there is none."""
        header = loop.header
        if header in self.preheaders:
            return self.preheaders[header]
        entries = self.nests.entries(loop)
        found = entries[0] if len(entries) == 1 and isinstance(self.edit.ends[entries[0]], Jump) else ""
        self.preheaders[header] = found or self.split(loop, entries)
        return self.preheaders[header]

    def split(self, loop: Loop, entries: list[str]) -> str:
        label, header = f"{loop.header}.before", loop.header
        while label in self.edit.order:
            label += "_"
        ids: list[int] = []
        for entry in entries:
            end = self.edit.ends[entry]
            if isinstance(end, Branch):
                self.edit.ends[entry] = Branch(
                    end.condition,
                    label if end.if_one == header else end.if_one,
                    label if end.if_zero == header else end.if_zero,
                )
            else:
                self.edit.ends[entry] = Jump(label)
        for id in self.function.blocks[header].ops:
            op = self.edit.ops[id]
            if op.kind is not Kind.PHI:
                continue
            outside = [(arg, origin) for arg, origin in zip(op.args, op.blocks, strict=True) if origin in entries]
            inside = [(arg, origin) for arg, origin in zip(op.args, op.blocks, strict=True) if origin not in entries]
            value = outside[0][0]
            if len({arg for arg, _ in outside}) > 1:
                value = self.edit.make(
                    Kind.PHI, op.width, tuple(arg for arg, _ in outside), blocks=tuple(o for _, o in outside),
                    loc=op.loc, name=op.name,
                )  # fmt: skip
                ids.append(value)
            inside.append((value, label))
            self.edit.ops[id] = replace(op, args=tuple(a for a, _ in inside), blocks=tuple(o for _, o in inside))
        self.edit.order[label] = ids
        self.edit.ends[label] = Jump(header)
        self.new_in.setdefault(header, []).append(label)
        return label

    # ---- order

    def waits(self, group: _Group, argument: _Argument) -> bool:
        """Words may have been written earlier in the call: the reads have to wait until these are in memory."""
        first = group.members[0]
        if group.nest and group.fresh:
            loop = group.loop or group.nest[0]
            before = self.reaching(self.nests.entries(loop))
            return any(access.label in before for access in argument.accesses if not access.reads)
        before = self.reaching([first.label])
        again = self.reaching(self.nests.predecessors[first.label])
        return any(
            access.label in before and (access.label in again or access.rank < first.rank)
            for access in argument.accesses
            if not access.reads
        )

    def reaching(self, labels: list[str]) -> set[str]:
        """Blocks from which control can come to one of `labels`, these included."""
        seen: set[str] = set()
        work = list(labels)
        while work:
            label = work.pop()
            if label not in seen:
                seen.add(label)
                work += self.nests.predecessors[label]
        return seen

    def keep_order(self, memory: Memory, made: list[tuple[_Group, _Access, int, int]]) -> None:
        """Reads and writes that may touch the same words keep the order of the text within a pipeline or a block."""
        for reading, read, read_first, read_last in made:
            for writing, write, write_first, write_last in made:
                if not reading.reads or writing.reads or not self.meet(read, write):
                    continue
                begin = write_first if writing.loop is None else write_last
                again = any(loop.ii is not None for loop in read.loops)
                apart = self.declared_apart(memory, read.loops)
                later = write.rank > read.rank
                if later or (again and not apart):
                    self.orders.append(Order(read_last, begin, 0, int(not later)))
                if reading.nest and reading.fresh:
                    continue  # what it reads is not written in the loop before
                if not later or again:
                    self.orders.append(Order(write_last, read_first, 1, int(later)))

    def meet(self, a: _Access, b: _Access) -> bool:
        """The two may be operations of one block later on."""
        return a.label == b.label or any(x.ii is not None and b.label in x.blocks for x in a.loops)

    def finish(self) -> Function:
        loops = {}
        for header, loop in self.function.loops.items():
            added = {
                label
                for inner, labels in self.new_in.items()
                for label in labels
                if inner in loop.blocks and inner != header
            }
            loops[header] = replace(loop, blocks=loop.blocks | added)
        successors = {label: end.targets() for label, end in self.edit.ends.items()}
        order = reverse_post_order(successors, self.function.entry)
        self.edit.order = {label: self.edit.order[label] for label in order}
        memories = {name: memory for name, memory in self.function.memories.items() if not memory.bus}
        return self.edit.finish(
            loops=loops, memories=memories, streams=self.streams, params=self.params,
            orders=(*self.function.orders, *self.orders),
        )  # fmt: skip


def _rows(found: list[tuple[int, int, _Access]], size: int, step: int) -> Iterator[list[_Access]]:
    """Accesses that an iteration makes of words one behind the other, up to where the next one goes on."""
    count = step // size
    left = list(found)
    while left and count > 0 and step % size == 0:
        first, row = left[0][0], left[:1]
        for k in range(1, count):
            row += [item for item in left if item[0] == first + k * size][:1]
        if len(row) == count:
            yield [access for _, _, access in row]
            left = [item for item in left if item not in row]
        else:
            left = left[1:]


class _Placed:
    """New operations in their order, like those of `like`."""

    def __init__(self, edit: Editor, like: Op, home: dict[int, str]) -> None:
        self.edit, self.like, self.home = edit, like, home
        self.ids: list[int] = []
        self.copies: dict[int, int] = {}

    def op(self, kind: Kind, width: int, *args: int, **more: object) -> int:
        id = self.edit.make(kind, width, args, loc=self.like.loc, **more)
        self.ids.append(id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))

    def fit(self, id: int, width: int) -> int:
        has = self.edit.ops[id].width
        if has == width:
            return id
        return self.op(Kind.SLICE if has > width else Kind.ZEXT, width, id)

    def copy(self, id: int, starts: _Starts) -> int:
        """The value as it is in the first iteration: made again where it is only made in the loops."""
        if self.home.get(id) not in starts.blocks:
            return id
        if id not in self.copies:
            op = self.edit.ops[id]
            if id in starts.phis:
                self.copies[id] = self.copy(starts.phis[id], starts)
            else:
                args = tuple(self.copy(arg, starts) for arg in op.args)
                self.copies[id] = self.op(
                    op.kind, op.width, *args, value=op.value, predicate=op.predicate, signs=op.signs, name=op.name
                )
        return self.copies[id]
