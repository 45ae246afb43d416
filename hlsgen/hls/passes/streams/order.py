"""The proof that the k-th access of an array, in every run of a function, is of element k.

How many accesses there were so far is followed through the blocks as a sum of values (`cdfg/sums.py`). Where ways
meet, the counts have to be equal, or a phi, or the condition that parted them, has to tell which it is. Of a loop with
accesses it is assumed that counters of its own tell the count when an iteration begins, those that the index of the
first access has; then it is so before the first iteration, and whenever an iteration that begins so ends. What cannot
be shown is refused: `Unordered`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Branch, Function, Kind, Loop, Memory, Op, Return
from hlsgen.hls.cdfg.sums import Sum, Sums, Term
from hlsgen.hls.graph import reverse_post_order


class Unordered(Exception):
    """What cannot be shown, and the access at which it matters."""

    def __init__(self, op: Op, why: str) -> None:
        super().__init__(why)
        self.op, self.why = op, why


@dataclass(frozen=True, slots=True)
class Place:
    """What an access is of: an element, and in it a number of a member."""

    element: Sum
    member: str
    number: int


@dataclass(frozen=True, slots=True)
class State:
    """At a point of the program: elements accessed so far, None where that cannot be told because of accesses such as
    `lost`; elements read on every way to it, with their first reads; what counters of loops that lie behind are; what
    values are under the conditions on every way to it."""

    count: Sum | None
    lost: Op | None = None
    read: Mapping[Sum, int] = field(default_factory=dict)
    known: Mapping[Term, Sum] = field(default_factory=dict)
    equal: Mapping[Term, Sum] = field(default_factory=dict)

    def same(self, one: Sum, other: Sum) -> bool:
        """A compiler that knows what a counter is under a condition puts its value into the index."""
        return one == other or one.with_values(self.equal) == other.with_values(self.equal)


Edge = tuple[str, str]
_MINUS_ONE = (1 << 32) - 1
_TRIED_MAX = 6  # hypotheses for a loop: with those of loops in it they multiply
_UNKNOWN = State(None)  # of a way that is no loop's, and yet comes from behind


class Order:
    """members: the memories of one array. Once it is proved: `words`, for each access its leader, which is the first
    read of its element or the last write; `total`: elements accessed in a call, None where that varies."""

    def __init__(self, function: Function, members: Mapping[str, Memory], sums: Sums) -> None:
        self.function, self.members, self.sums = function, members, sums
        successors = {label: block.end.targets() for label, block in function.blocks.items()}
        self.partings = sums.partings
        self.parents = self.partings.parents
        self.order = reverse_post_order(successors, function.entry)
        self.predecessors = function.predecessors()
        self.home = function.home()
        self.accesses = {
            label: [op for op in map(function.ops.__getitem__, block.ops) if self.is_access(op)]
            for label, block in function.blocks.items()
        }
        self.out: dict[Edge, State] = {}
        self.words: dict[int, int] = {}

    def is_access(self, op: Op) -> bool:
        return op.kind in MEMORY_KINDS and op.object in self.members

    @property
    def reads(self) -> bool:
        return any(op.kind is Kind.LOAD for ops in self.accesses.values() for op in ops)

    def prove(self) -> Order:
        """Itself; raises Unordered."""
        every = [op for ops in self.accesses.values() for op in ops]
        stores = [op for op in every if op.kind is Kind.STORE]
        if stores and len(stores) < len(every):
            raise Unordered(stores[0], "it is both read and written")
        for op in every:
            if op.guard is not None:
                raise Unordered(op, "it is one of several objects that a pointer may point to")
        self.region(None, State(Sum()))
        return self

    @property
    def total(self) -> int | None:
        ends = [label for label, block in self.function.blocks.items() if isinstance(block.end, Return)]
        counts = {self.out[label, ""].count for label in ends if (label, "") in self.out}
        only = counts.pop() if len(counts) == 1 else None
        return None if only is None or only.terms else only.constant

    # ---- blocks and loops

    def region(self, loop: Loop | None, entry: State) -> None:
        """Follows the blocks of a loop, or of the function, from their entry on."""
        inside = self.order if loop is None else [label for label in self.order if label in loop.blocks]
        done: set[str] = set()
        for label in inside:
            if label in done:
                continue
            inner = None if loop is not None and label == loop.header else self.function.loops.get(label)
            origins = [p for p in self.predecessors[label] if inner is None or p not in inner.blocks]
            edges = {p: self.out.get((p, label), _UNKNOWN) for p in origins}
            state = entry if label == inside[0] else self.join(label, edges, inner is not None)
            if inner is not None:
                done |= inner.blocks
                self.loop(inner, state, edges)
            else:
                self.block(label, state)

    def block(self, label: str, state: State) -> None:
        """Raises Unordered for an access that is not of the next element."""
        count, read = state.count, dict(state.read)
        written: dict[tuple[str, int], Op] = {}  # of the element that is next
        for op in self.accesses[label]:
            place = self.place(op)
            place = replace(place, element=place.element.with_values(state.known))
            before = next((id for element, id in read.items() if state.same(element, place.element)), None)
            if op.kind is Kind.LOAD and before is not None:
                self.words[op.id] = before
                continue
            if count is None:
                among = "" if state.lost is None else f": that of line {state.lost.loc.line} among them"
                raise Unordered(op, f"how many accesses come before it depends on conditions{among}")
            if not state.same(place.element, count):
                raise Unordered(op, _not_next(place.element, count, bool(written)))
            if op.kind is Kind.STORE:
                if (place.member, place.number) in written:
                    raise Unordered(op, "the element is written twice")
                written[place.member, place.number] = op
                if len(written) < sum(m.word.count for m in self.members.values() if m.word is not None):
                    continue
                self.words |= {each.id: op.id for each in written.values()}
                written = {}
            else:
                read[count] = self.words[op.id] = op.id
            count = count.plus(Sum(1))
        if written:
            raise Unordered(next(iter(written.values())), "not all members of the element are written together")
        end = State(count, state.lost, read, state.known, state.equal)
        for target in self.function.blocks[label].end.targets() or ("",):
            self.out[label, target] = replace(end, equal={**end.equal, **self.told(label, target)})

    def told(self, label: str, target: str) -> dict[Term, Sum]:
        """What values are where control goes from `label` to `target`: the condition compares them."""
        end = self.function.blocks[label].end
        if not isinstance(end, Branch) or end.if_one == end.if_zero:
            return {}
        found: dict[Term, Sum] = {}
        for test, holds in self.tests(end.condition, target == end.if_one):
            if test.kind is Kind.ICMP and test.predicate == ("eq" if holds else "ne"):
                found |= self.equality(test)
        return found

    def tests(self, condition: int, holds: bool) -> Iterator[tuple[Op, bool]]:
        """The parts of a condition of which it follows whether they hold: of "both", where it does, and of "one of
        the two", where it does not."""
        work = [condition]
        for id in work:  # grows
            op = self.function.ops[id]
            if op.width == 1 and op.kind is (Kind.AND if holds else Kind.OR):
                work += op.args
            elif op.width == 1 and op.kind is Kind.SELECT:
                other = self.function.ops[op.args[2 if holds else 1]]
                if other.kind is Kind.CONST and bool(other.value & 1) is not holds:
                    work += [op.args[0], op.args[1 if holds else 2]]
            else:
                yield op, holds

    def equality(self, test: Op) -> dict[Term, Sum]:
        one, other = map(self.sums.of, test.args)
        difference = one.plus(other, -1)
        for term, factor in difference.terms:
            if factor in (1, _MINUS_ONE):
                return {term: difference.plus(Sum.of(0, {term: factor}), -1).times(-factor)}
        return {}

    def place(self, op: Op) -> Place:
        memory = self.members[op.object]
        assert memory.word is not None
        index = op.args if op.kind is Kind.LOAD else op.args[:-1]
        number: int | None = 0
        sums = [self.sums.of(id) for id in index]
        element = sums[0] if sums else Sum()
        if len(sums) > 1:
            number = None if sums[-1].terms or len(sums) > 2 else sums[-1].constant
        elif memory.word.count > 1 and sums:
            found = element.divided(memory.word.count)
            element, number = found if found is not None else (element, None)
        if number is None:
            raise Unordered(op, "which part of the element it is of is known at run time only")
        return Place(element, op.object, number)

    def loop(self, loop: Loop, entry: State, edges: Mapping[str, State]) -> None:
        entry = replace(entry, known={**entry.known, **self.relations(loop, edges)})
        first = next((op for label in self.order if label in loop.blocks for op in self.accesses[label]), None)
        if first is None:  # the count stays what it is
            self.region(loop, entry)
        else:
            self.prove_loop(loop, entry, edges)
        self.leave(loop)

    def phis(self, loop: Loop) -> list[Term]:
        ids = self.function.blocks[loop.header].ops
        return [self.sums.term(id, False) for id in ids if self.function.ops[id].kind is Kind.PHI]

    def relations(self, loop: Loop, edges: Mapping[str, State]) -> dict[Term, Sum]:
        """Phis of a loop that are always as much ahead of another one as at first."""
        found: dict[Term, Sum] = {}
        latches = [label for label in self.predecessors[loop.header] if label in loop.blocks]
        phis = self.phis(loop)
        for number, one in enumerate(phis):
            for other in (each for each in phis[:number] if each not in found):
                pair = Sum.of(0, {one: 1, other: -1})
                ahead = {pair.with_values(self.next_values(pair, origin, state)) for origin, state in edges.items()}
                if len(ahead) != 1 or (by := ahead.pop()).terms:
                    continue
                same = {one: Sum.of(0, {other: 1}).plus(by)}
                later = [pair.with_values(self.next_values(pair, latch, _UNKNOWN)) for latch in latches]
                if all(each.with_values(same) == by for each in later):
                    found |= same
                    break
        return found

    def prove_loop(self, loop: Loop, entry: State, edges: Mapping[str, State]) -> None:
        failed: Unordered | None = None
        for count in self.hypotheses(loop, entry, edges):
            try:
                self.region(loop, replace(entry, count=count))
                self.check_iterations(loop, count or Sum())
                return
            except Unordered as error:
                failed = failed or error
        assert failed is not None
        if not self.every_iteration(self.home[failed.op.id], loop):
            raise Unordered(failed.op, "it stands under a condition, and its index does not count how often that held")
        raise failed

    def every_iteration(self, label: str, loop: Loop) -> bool:
        for latch in (each for each in self.predecessors[loop.header] if each in loop.blocks):
            while latch not in (label, loop.header):
                latch = self.parents[latch]
            if latch != label:
                return False
        return True

    def hypotheses(self, loop: Loop, entry: State, edges: Mapping[str, State]) -> Iterator[Sum | None]:
        """What the count may be when an iteration begins, in counters of the loop; None where nothing is known."""
        phis = [phi for phi in self.phis(loop) if phi not in entry.known]
        inside = [op for label in self.order if label in loop.blocks for op in self.accesses[label]]
        elements = [self.place(op).element.with_values(entry.known) for op in inside]
        steps = [{term: factor for term, factor in element.terms if term in phis} for element in elements]
        tried: list[Sum] = []
        for terms in [*steps, *({phi: 1} for phi in phis), {}]:
            hypothesis = Sum.of(0, terms)
            starts = {self.rest(hypothesis, origin, state) for origin, state in edges.items()}
            start = starts.pop() if len(starts) == 1 else None
            if len(tried) < _TRIED_MAX and start is not None and (found := hypothesis.plus(start)) not in tried:
                tried.append(found)
                yield found
        if not tried:
            yield entry.count

    def rest(self, part: Sum, origin: str, state: State) -> Sum | None:
        """What is left of the count on the way from `origin` when `part` with the values that phis get is taken off."""
        return state.count and state.count.plus(part.with_values(self.next_values(part, origin, state)), -1)

    def next_values(self, count: Sum, origin: str, state: State) -> dict[Term, Sum]:
        """What the phis in a sum are when their block is entered from `origin`, with `state`."""
        found = {}
        for (id, sign), _ in count.terms:
            op = self.function.ops[id]
            if op.kind is Kind.PHI and origin in op.blocks:
                found[id, sign] = self.sums.of(op.args[op.blocks.index(origin)], sign).with_values(state.known)
        return found

    def check_iterations(self, loop: Loop, count: Sum) -> None:
        """What was true when an iteration began is true when the next one does."""
        header = {id for id in self.function.blocks[loop.header].ops}
        mine = Sum.of(0, {term: factor for term, factor in count.terms if term[0] in header})
        rest = count.plus(mine, -1)
        for latch in (label for label in self.predecessors[loop.header] if label in loop.blocks):
            state = self.out[latch, loop.header]
            if state.count != rest.plus(mine.with_values(self.next_values(mine, latch, state))):
                inside = [op for label in self.order if label in loop.blocks for op in self.accesses[label]]
                why = "not every iteration of the loop around it goes on with the next element"
                raise Unordered(state.lost or inside[-1], why)

    def leave(self, loop: Loop) -> None:
        """Behind a loop of a known number of iterations its counters are what they are in the last one."""
        exits = [(a, b) for a in loop.blocks for b in self.function.blocks[a].end.targets() if b not in loop.blocks]
        latches = [label for label in self.predecessors[loop.header] if label in loop.blocks]
        entries = [label for label in self.predecessors[loop.header] if label not in loop.blocks]
        if not loop.trip_count or len(exits) != 1 or [exits[0][0]] != latches or exits[0] not in self.out:
            return
        state = self.out[exits[0]]
        last: dict[Term, Sum] = {}
        for term in self.phis(loop):
            phi = Sum.of(0, {term: 1})
            starts = {
                phi.with_values(self.next_values(phi, origin, self.out.get((origin, loop.header), _UNKNOWN)))
                for origin in entries
            }
            step = phi.with_values(self.next_values(phi, latches[0], state)).plus(phi, -1)
            if len(starts) == 1 and not step.terms:
                last[term] = starts.pop().plus(step, loop.trip_count - 1)
        known = {term: value.with_values(last) for term, value in state.known.items()}
        count = state.count and state.count.with_values(last)
        self.out[exits[0]] = replace(state, count=count, known=known | last)

    # ---- where ways meet

    def join(self, label: str, edges: Mapping[str, State], is_header: bool) -> State:
        """is_header: a phi there is what it is in the first iteration only when that begins."""
        states = list(edges.values())
        read = {element: op for element, op in states[0].read.items() if all(s.read.get(element) == op for s in states)}
        counts = [state.count for state in states]
        known = {
            term: value for term, value in states[0].known.items() if all(s.known.get(term) == value for s in states)
        }
        equal = {
            term: value for term, value in states[0].equal.items() if all(s.equal.get(term) == value for s in states)
        }
        if None in counts:
            return State(None, next(state.lost for state in states if state.count is None), read, known, equal)
        count = counts[0] if len(set(counts)) == 1 else self.by_condition(label, edges)
        if count is None and not is_header:
            count = self.by_phi(label, edges)
        return State(count, None if count is not None else self.last_access(edges), read, known, equal)

    def by_phi(self, label: str, edges: Mapping[str, State]) -> Sum | None:
        """The count as a phi tells it, and a constant."""
        for id in self.function.blocks[label].ops:
            op = self.function.ops[id]
            if op.kind is not Kind.PHI:
                continue
            term = Sum.of(0, {self.sums.term(id, False): 1})
            rests = {self.rest(term, origin, state) for origin, state in edges.items()}
            rest = rests.pop() if len(rests) == 1 else None
            if rest is not None:
                return term.plus(rest)
        return None

    def by_condition(self, label: str, edges: Mapping[str, State]) -> Sum | None:
        """The count of one of two ways, and what the other has more where the condition that parts them is so."""
        parting = self.partings.of(label)
        if parting is None or edges.keys() != {parting.one, parting.zero}:
            return None
        one, zero = edges[parting.one].count, edges[parting.zero].count
        return one and zero and self.sums.either(parting.condition, one, zero)

    def last_access(self, edges: Mapping[str, State]) -> Op:
        """An access that some of the ways here have and others have not."""
        every: list[Op] = []
        for origin in edges:
            while origin != self.function.entry and not self.accesses[origin]:
                origin = self.parents[origin]
            every += self.accesses[origin]
        return every[-1] if every else next(op for ops in self.accesses.values() for op in ops)


def _not_next(element: Sum, count: Sum, half: bool) -> str:
    if half:
        return "not all members of the element before it are written together"
    ahead = element.plus(count, -1)
    if ahead.terms:
        return "its index does not follow from how many accesses come before it"
    after = ahead.constant
    if after >> 31:
        return "it is of an element that has passed" if after != (1 << 32) - 1 else "it is of the element before again"
    return f"it leaves out {after} element{'s' if after > 1 else ''}"
