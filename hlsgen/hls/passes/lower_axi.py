"""Accesses of arrays behind an AXI master become operations on the streams of channels.

A channel NAME has `NAME_ar` for requests {words - 1: 32, byte address: 64}, `NAME_r` for the words in their order,
`NAME_aw` and `NAME_w` likewise for writes, and `NAME_b`: a READ of it waits until all that was written is in memory.

Bursts (`axi.bursts`): words that a loop, or a nest of loops, reads or writes one after the other are asked for at once
before it. Other accesses ask for themselves, some cycles before their word is needed, so that requests are under way
while the pipeline goes on. Nothing is asked for that C++ would not touch. A read waits for the writes before it unless
their addresses differ (`axi.order`); a call ends when all its writes have arrived. What happens in one block later on
keeps the order of the text as far as it has to (`bind/bus_order.py`). Different arguments are taken to be different
memory, as Vitis HLS does. Runs before if-conversion: what is conditional gets its guards there.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Loop, Memory, Op, Order, Param, Return, Stream
from hlsgen.hls.cdfg.nests import Nests
from hlsgen.hls.graph import reverse_post_order
from hlsgen.hls.interfaces import LATENCY_CYCLES

from .axi.accesses import Access, Argument, Group, find_arguments
from .axi.bursts import find_groups
from .axi.order import goes_round, waits
from .axi.requests import ADDRESS_BITS, COUNT_BITS, REQUEST_BITS, FirstIteration, address, count, request
from .preheaders import Preheaders


def lower_axi(function: Function) -> Function:
    """The function without memories that have a `bus`."""
    if not any(memory.bus for memory in function.memories.values()):
        return function
    return _Lowering(function).run()


class _Lowering:
    def __init__(self, function: Function) -> None:
        self.function, self.nests = function, Nests(function)
        self.edit = Editor(function)
        self.preheaders = Preheaders(self.nests, self.edit)
        self.streams = dict(function.streams)
        self.params = dict(function.params)
        self.orders: list[Order] = []
        self.bases: dict[str, int] = {}
        self.drains: set[tuple[str, str]] = set()  # a block, and what waits at its end

    def run(self) -> Function:
        arguments = find_arguments(self.nests)
        for argument in arguments:
            argument.groups = find_groups(self.nests, argument)
        for argument in arguments:
            self.lower(argument)
        successors = {label: end.targets() for label, end in self.edit.ends.items()}
        order = reverse_post_order(successors, self.function.entry)
        self.edit.order = {label: self.edit.order[label] for label in order}
        return self.edit.finish(
            loops=self.preheaders.loops(),
            memories={name: memory for name, memory in self.function.memories.items() if not memory.bus},
            streams=self.streams,
            params=self.params,
            orders=(*self.function.orders, *self.orders),
        )

    def lower(self, argument: Argument) -> None:
        memory, writes = argument.memory, bool(argument.writes)
        reads = {group.channel for group in argument.groups if group.reads}
        names = {number: self.channel(memory, number) for number in {*sorted(reads), *([0] if writes else [])}}
        for number, name in names.items():
            self.add_streams(name, memory, number in reads, writes and number == 0)
        for group in argument.groups:  # reads come first: they drain before writes are asked for
            drain = f"{names[0]}_b" if group.reads and writes and waits(self.nests, group, argument) else ""
            lower = self.single if group.loop is None else self.burst
            lower(group, memory, names[group.channel], drain)
        if writes:
            self.end_calls(memory, f"{names[0]}_b")
        if argument.calls:
            self.keep_apart(argument, f"{names[0]}_b" if writes else "", set(names.values()))

    def keep_apart(self, argument: Argument, drain: str, channels: set[str]) -> None:
        """What functions with modules of their own do with the memory comes after what is done here before the call,
        and before what is done here after it. They end when all that they write has arrived."""
        for ids in self.edit.order.values():
            calls = [id for id in ids if id in argument.calls]
            start = next((id for id in calls if self.edit.ops[id].kind is Kind.WRITE), None)
            if drain and start is not None:
                ids.insert(ids.index(start), self.read(drain, argument.memory))
            mine = [id for id in ids if self.edit.ops[id].object.rpartition("_")[0] in channels] if calls else []
            pairs = (sorted(pair, key=ids.index) for pair in product(calls, mine))
            self.orders += [Order(early, late, 1) for early, late in pairs]

    def end_calls(self, memory: Memory, drain: str) -> None:
        """A call ends when all that it wrote has arrived."""
        for label, block in self.function.blocks.items():
            if isinstance(block.end, Return):
                self.edit.order[label].append(self.read(drain, memory))

    # ---- channels

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
                name, width, direction, (), memory.argument, bus=memory.bus, memory=memory.name, loc=memory.loc
            )

    def base(self, memory: Memory) -> int:
        """The address of the argument: a number that is given with the call."""
        name = memory.argument
        if name not in self.bases:
            self.params[name] = Param(name, ADDRESS_BITS, name, memory.loc)
            there = (op.id for op in self.function.ops.values() if op.kind is Kind.PARAM and op.object == name)
            if (passed := next(there, None)) is not None:  # to functions called
                return passed
            made = self.edit.make(Kind.PARAM, ADDRESS_BITS, object=name, name=name, loc=memory.loc)
            self.edit.order[self.function.entry].insert(0, made)
            self.bases[name] = made
        return self.bases[name]

    # ---- drains: words that wait until all that was written is in memory

    def read(self, drain: str, memory: Memory, like: Op | None = None) -> int:
        if like is None:
            return self.edit.make(Kind.READ, 1, object=drain, loc=memory.loc)
        return self.edit.make(Kind.READ, 1, object=drain, loc=like.loc, guard=like.guard, name=like.name)

    def drain_before(self, loop: Loop, drain: str, memory: Memory, like: Op) -> None:
        """What was written arrives before the loop begins."""
        block = self.preheaders.of(loop)
        if (block, drain) not in self.drains:
            self.drains.add((block, drain))
            self.edit.order[block].append(self.read(drain, memory, replace(like, guard=None)))

    # ---- one by one

    def single(self, group: Group, memory: Memory, name: str, drain: str) -> None:
        """A request for one word where the access stands."""
        access = group.members[0]
        op, e = access.op, FirstIteration(self.edit, self.nests, group, access.op)
        outside = bool(group.nest and group.fresh)
        if drain and outside:
            self.drain_before(group.nest[0], drain, memory, op)
        elif drain:
            e.placed.append(self.read(drain, memory, op))
        where = address(e, memory, self.base(memory), op)
        asked = request(e, e.const(0, COUNT_BITS), where)
        ask = e.op(Kind.WRITE, 0, asked, object=f"{name}_{'ar' if access.reads else 'aw'}", guard=op.guard)
        order = self.edit.order[access.label]
        at = order.index(op.id)
        order[at:at] = e.placed
        self.become_word(access, name)
        waits_here = bool(drain) and not outside
        self.orders.append(Order(ask, op.id, self.ahead(access, memory, waits_here) if access.reads else 0))

    def ahead(self, access: Access, memory: Memory, waits: bool) -> int:
        """Cycles from the request to the word: as many as it may take, where the pipeline can use them."""
        loop = next((loop for loop in access.loops if loop.ii is not None), None)
        if waits or loop is None or goes_round(self.nests, access.op.id, loop):
            return 1
        return max(1, memory.latency_cycles or LATENCY_CYCLES)

    def become_word(self, access: Access, name: str) -> None:
        """The access itself: a READ or WRITE of its word."""
        op = access.op
        if access.reads:
            self.edit.ops[op.id] = replace(op, kind=Kind.READ, args=(), object=f"{name}_r")
        else:
            self.edit.ops[op.id] = replace(op, kind=Kind.WRITE, args=(op.args[-1],), object=f"{name}_w")

    # ---- bursts

    def burst(self, group: Group, memory: Memory, name: str, drain: str) -> None:
        """One request before the loop, the words in it."""
        assert group.loop is not None
        first = group.members[0].op
        block = self.preheaders.of(group.loop)
        if drain:
            self.drain_before(group.loop, drain, memory, first)
        e = FirstIteration(self.edit, self.nests, group, first)
        where = address(e, memory, self.base(memory), first)
        asked = request(e, count(e, self.nests, group), where)
        ask = e.op(Kind.WRITE, 0, asked, object=f"{name}_{'ar' if group.reads else 'aw'}")
        self.edit.order[block] += e.placed
        if any(a.rank > b.rank for a, b in pairwise(group.members)):
            self.gather(group)
        for access in group.members:
            self.become_word(access, name)
            self.orders.append(Order(ask, access.op.id, 1))

    def gather(self, group: Group) -> None:
        """Words in the order of their addresses: all where the first is read, or where the last is written."""
        label = group.members[0].label
        order = self.edit.order[label]
        ids = [access.op.id for access in group.members]
        places = [order.index(id) for id in ids]
        at = min(places) if group.reads else max(places) - len(ids) + 1
        rest = [id for id in order if id not in ids]
        self.edit.order[label] = [*rest[:at], *ids, *rest[at:]]
