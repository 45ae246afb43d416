"""Makes a pipelined loop and the loop around it one pipelined loop, so that the pipeline does not drain in between.

Loop coalescing (Polychronopoulos 1987) without a division: the header of the outer loop becomes that of both. An
inner iteration that is followed by another goes there too, and so does the end of an outer iteration. What lies
before the inner loop is done again in every iteration when it only computes; when it has effects, the header jumps
over it, and what is needed of it goes round in registers.

A counter that starts from the same value in every outer iteration starts again at the end of the last one; an
accumulator that runs through both loops is one recurrence as before. So a perfect nest costs a select for each
counter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hlsgen.hls.cdfg.cycles import components
from hlsgen.hls.cdfg.ir import (
    EFFECT_KINDS,
    STATUS_KINDS,
    Branch,
    Editor,
    Function,
    Jump,
    Kind,
    Loop,
    Op,
    Terminator,
)
from hlsgen.hls.graph import Dominance, reverse_post_order

from .if_convert import call_blocks

_SHORT = 2  # operations on a recurrence that leave time for a select more
_WEIGHT = dict.fromkeys((Kind.ADD, Kind.SUB, Kind.ICMP), 1) | dict.fromkeys(
    (Kind.MUL, Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM, Kind.SHL, Kind.LSHR, Kind.ASHR, Kind.LOAD, Kind.READ), 9
)


def flatten_loops(function: Function) -> Function:
    """Flattens where the user asks for it, and where it hardly costs an interval: perfect nests with short recurrences,
    of constant bounds if a memory is both read and written. Several levels are flattened from the inside out."""
    function = _whole(function)
    for header in [header for header, loop in function.loops.items() if loop.ii is not None]:
        inner: str | None = header
        while inner is not None:
            loop, outer = function.loops[inner], around(function, inner)
            wanted = outer is not None and loop.flatten is not False and (loop.flatten or _pays(function, outer, loop))
            done = flatten(function, inner) if wanted else None
            inner = outer.header if done is not None and outer is not None else None
            function = done or function
    return function


def flatten(function: Function, header: str) -> Function | None:
    """`function` with the pipelined loop at `header` and the loop around it as one, whatever it costs. None when that
    cannot be: nothing is around it, or that is pipelined itself, or has other loops in it."""
    outer = around(function, header)
    if outer is None:
        return None
    flattening = _Flattening(function, outer, function.loops[header])
    return flattening.run() if flattening.entered_from_outside() else None


def _whole(function: Function) -> Function:
    """Pipelined loops without loops in them: LLVM makes a nest of a loop with `continue`, and here it is one again."""
    for header in [header for header, loop in function.loops.items() if loop.ii is not None]:
        while header in function.loops:
            loop = function.loops[header]
            below = [inner for inner in function.loops.values() if inner.blocks < loop.blocks]
            if not below:
                break
            inner = min(below, key=lambda each: len(each.blocks))
            outer = min((o for o in (*below, loop) if o.blocks > inner.blocks), key=lambda each: len(each.blocks))
            flattening = _Flattening(function, outer, inner)
            if sum(each.blocks < outer.blocks for each in below) > 1 or not flattening.entered_from_outside():
                break
            function = flattening.run()
    return function


def around(function: Function, header: str) -> Loop | None:
    """The loop directly around the pipelined one at `header`, if that is the only one in it and nothing is called."""
    inner = function.loops[header]
    outside = [loop for loop in function.loops.values() if loop.blocks > inner.blocks]
    if inner.ii is None or not outside:
        return None
    outer = min(outside, key=lambda loop: len(loop.blocks))
    below = [loop for loop in function.loops.values() if loop.blocks < outer.blocks]
    alone = below == [inner] and outer.blocks.isdisjoint(call_blocks(function))
    return outer if outer.ii is None and alone else None


# ---- whether it pays ------------------------------------------------------------------------------------------


def _pays(function: Function, outer: Loop, inner: Loop) -> bool:
    inside = _ops(function, inner.blocks)
    stored = {op.object for op in inside if op.kind is Kind.STORE}
    others = (op for op in _ops(function, outer.blocks - inner.blocks) if acts(function, op))
    if any(op.kind is not Kind.LOAD or op.object in stored for op in others):
        return False
    if outer.trip_count is None or inner.trip_count is None:  # else the order of accesses is known in the one loop too
        loaded = {op.object for op in inside if op.kind is Kind.LOAD}
        if loaded & stored or set(inner.dependences) - set(outer.dependences):
            return False
    return _recurrences_are_short(function, outer, inner)


def _ops(function: Function, blocks: Iterable[str]) -> list[Op]:
    return [function.ops[id] for label in blocks for id in function.blocks[label].ops]


def acts(function: Function, op: Op) -> bool:
    """Done twice, it is not the same as done once."""
    if op.kind is Kind.LOAD:
        return not function.memories[op.object].rom
    return op.kind in EFFECT_KINDS or op.kind in STATUS_KINDS


def _recurrences_are_short(function: Function, outer: Loop, inner: Loop) -> bool:
    """Those that get a select: they start from a value that is not the outer loop's recurrence."""
    order = [label for label in function.blocks if label in inner.blocks]
    ids = [id for label in order for id in function.blocks[label].ops]
    phis = [op for id in function.blocks[inner.header].ops if (op := function.ops[id]).kind is Kind.PHI]
    following: dict[int, list[int]] = {id: [] for id in ids}
    for id in ids:
        for arg in function.ops[id].inputs():
            if arg in following:
                following[arg].append(id)
    cycle = components(following)
    used: dict[int, set[Kind]] = {}
    for op in function.ops.values():
        for arg in op.inputs():
            used.setdefault(arg, set()).add(op.kind)
    runs_on = {op.id for op in _ops(function, [outer.header]) if used.get(op.id, set()) | {op.kind} == {Kind.PHI}}
    starts = {
        op.id: {arg for arg, origin in zip(op.args, op.blocks, strict=True) if origin not in inner.blocks}
        for op in phis
    }
    touched = {cycle[id] for id, values in starts.items() if not values <= runs_on}
    length: dict[int, int] = {}
    for id in ids:
        op = function.ops[id]
        if cycle[id] in touched:
            before = () if id in starts else [arg for arg in op.inputs() if cycle.get(arg) == cycle[id]]
            length[id] = max((length.get(arg, 0) for arg in before), default=0) + _WEIGHT.get(op.kind, 0)
    sizes: dict[int, int] = {}
    for id in length:
        sizes[cycle[id]] = sizes.get(cycle[id], 0) + 1
    return all(total <= _SHORT for id, total in length.items() if sizes[cycle[id]] > 1)


# ---- doing it -------------------------------------------------------------------------------------------------


class _Flattening:
    """before: the blocks of the outer loop that lie before the inner one, in order. latches: those of the inner loop.
    starts, ends: the blocks from which control comes to the outer header, from outside and to go round."""

    def __init__(self, function: Function, outer: Loop, inner: Loop) -> None:
        self.function, self.outer, self.inner = function, outer, inner
        self.edit = Editor(function)
        self.added: list[str] = []
        self.home = function.home()
        reached, work = set(inner.blocks), list(inner.blocks)
        while work:
            for target in function.blocks[work.pop()].end.targets():
                if target in outer.blocks and target != outer.header and target not in reached:
                    reached.add(target)
                    work.append(target)
        self.before = [label for label in function.blocks if label in outer.blocks and label not in reached]
        self.idempotent = not any(acts(function, op) for op in _ops(function, self.before))
        self.flag: int | None = None  # the phi that says that the inner loop goes on
        self.users: dict[int, list[Op]] = {}
        for op in function.ops.values():
            for arg in op.inputs():
                self.users.setdefault(arg, []).append(op)

    def entered_from_outside(self) -> bool:
        into = self.function.predecessors()[self.inner.header]
        return set(into) - self.inner.blocks <= set(self.before)

    def run(self) -> Function:
        outer, inner, edit = self.outer, self.inner, self.edit
        dominance = Dominance({label: end.targets() for label, end in edit.ends.items()}, self.function.entry)
        self.split_shortcuts()
        into = _predecessors(edit)
        mine = outer.blocks | set(self.added)
        self.latches = [label for label in into[inner.header] if label in inner.blocks]
        self.ends = [label for label in into[outer.header] if label in mine]
        self.starts = [label for label in into[outer.header] if label not in mine]
        # an outer iteration without an inner one is possible unless:
        self.always = all(label in self.added or dominance.dominates(inner.header, label) for label in self.ends)
        if not self.idempotent:
            self.split_header()
        outer_phis = [op.id for op in self.phis(outer.header)]
        self.following: dict[int, dict[str, int]] = {}  # phi of both loops -> its values after inner iterations
        for op in self.phis(inner.header):
            self.carry(op, outer_phis)
        for id in outer_phis:
            following = self.following.get(id, dict.fromkeys(self.latches, id))
            op = edit.ops[id]
            edit.ops[id] = replace(op, args=(*op.args, *following.values()), blocks=(*op.blocks, *following))
        for label in self.latches:
            edit.ends[label] = _retarget(edit.ends[label], inner.header, outer.header)
        if not self.idempotent:
            edit.ends[outer.header] = Branch(self.going_on(), inner.header, self.before[0])
            self.move_pure()
            self.keep_values()
        return self.finish()

    # ---- blocks

    def phis(self, label: str) -> list[Op]:
        return [op for id in self.edit.order[label] if (op := self.edit.ops[id]).kind is Kind.PHI]

    def split_shortcuts(self) -> None:
        """Edges from the inner loop to the outer header get a block: the inner latch will go there as well."""
        header = self.outer.header
        for label in self.function.blocks:
            if label in self.inner.blocks and header in self.edit.ends[label].targets():
                name = self.new_block(f"{label}.next", Jump(header))
                self.edit.ends[label] = _retarget(self.edit.ends[label], header, name)
                self.rename_origin(header, label, name)

    def split_header(self) -> None:
        """Its phis stay; what it does becomes a block of its own."""
        header = self.outer.header
        phis = [op.id for op in self.phis(header)]
        first = self.new_block(f"{header}.outer", self.edit.ends[header])
        for target in dict.fromkeys(self.edit.ends[first].targets()):
            self.rename_origin(target, header, first)
        self.edit.order[first] = self.edit.order[header][len(phis) :]
        self.edit.order[header], self.edit.ends[header] = phis, Jump(first)
        self.before = [first, *(label for label in self.before if label != header)]
        self.ends = [first if label == header else label for label in self.ends]

    def new_block(self, name: str, end: Terminator) -> str:
        while name in self.edit.order:
            name += "."
        self.edit.order[name], self.edit.ends[name] = [], end
        self.added.append(name)
        return name

    def rename_origin(self, label: str, old: str, new: str) -> None:
        for op in self.phis(label):
            blocks = tuple(new if block == old else block for block in op.blocks)
            self.edit.ops[op.id] = replace(op, blocks=blocks)

    # ---- recurrences

    def carry(self, op: Op, outer_phis: list[int]) -> None:
        """A phi of the inner loop becomes one of the new header."""
        incoming = dict(zip(op.blocks, op.args, strict=True))
        following = {label: incoming.pop(label) for label in self.latches}
        start = next(iter(incoming.values()))
        same = all(value == start for value in incoming.values())
        if same and self.home[start] not in self.outer.blocks:
            self.edit.redirect(op.id, self.header_phi(op, start, following))
        elif same and start in outer_phis and start not in self.following and self.only_starts(start):
            self.following[start] = following
            self.edit.redirect(op.id, start)
        else:
            phi = self.header_phi(op, self.constant(0, op.width), following)
            if self.idempotent:
                for label, value in incoming.items():
                    args = (self.going_on(), phi, value)
                    incoming[label] = self.edit.make(Kind.SELECT, op.width, args, loc=op.loc, name=op.name)
                    self.edit.order[label].append(incoming[label])
            else:
                incoming[self.outer.header] = phi
            self.edit.ops[op.id] = replace(op, args=tuple(incoming.values()), blocks=tuple(incoming))

    def only_starts(self, id: int) -> bool:
        """A recurrence of the outer loop that is needed only where the inner one begins, or is passed by."""
        before = {*self.before, self.outer.header}
        inside = before - {self.outer.header}
        uses = [
            user.kind is Kind.PHI and label in before and self.home[user.id] not in inside
            for user in self.users[id]
            for arg, label in zip(user.args, user.blocks or [""] * len(user.args), strict=True)
            if arg == id
        ]
        branches = [end for end in self.edit.ends.values() if isinstance(end, Branch) and end.condition == id]
        return all(uses) and all(user.guard != id for user in self.users[id]) and not branches

    def header_phi(self, like: Op, start: int, following: dict[str, int]) -> int:
        """A phi that begins every outer iteration with `start`."""
        incoming = dict.fromkeys([*self.starts, *self.ends], start) | following
        args, blocks = tuple(incoming.values()), tuple(incoming)
        id = self.edit.make(Kind.PHI, like.width, args, blocks=blocks, loc=like.loc, name=like.name)
        self.edit.order[self.outer.header].insert(0, id)
        return id

    def going_on(self) -> int:
        """The flag: the inner loop goes on."""
        if self.flag is None:
            like = Op(0, Kind.PHI, 1, loc=self.inner.loc)
            self.flag = self.header_phi(like, self.constant(0, 1), dict.fromkeys(self.latches, self.constant(1, 1)))
        return self.flag

    def constant(self, value: int, width: int) -> int:
        id = self.edit.const(value, width)
        self.edit.order[self.function.entry].append(id)
        return id

    # ---- effects before the inner loop

    def move_pure(self) -> None:
        """What only computes from values of the header is computed there, in every iteration."""
        edit = self.edit
        fixed = {id for label in self.before for id in edit.order[label]}
        for label in self.before:
            for id in edit.order[label]:
                op = edit.ops[id]
                if op.kind is not Kind.PHI and not acts(self.function, op) and fixed.isdisjoint(op.inputs()):
                    fixed.discard(id)
                    edit.order[self.outer.header].append(id)
            edit.order[label] = [id for id in edit.order[label] if id in fixed]

    def keep_values(self) -> None:
        """What else comes from before the inner loop goes round the new one in a register."""
        edit, before = self.edit, set(self.before)
        values = {id: label for label in self.before for id in edit.order[label] if edit.ops[id].width}
        needed: dict[int, set[str]] = {}  # value -> the blocks at whose begin it has to be there
        for label, order in edit.order.items():
            for id in order:
                op = edit.ops[id]
                used = (
                    zip(op.args, op.blocks, strict=True) if op.kind is Kind.PHI else ((a, label) for a in op.inputs())
                )
                for arg, place in used:
                    if arg in values and place not in before:
                        needed.setdefault(arg, set()).add(place)
            end = edit.ends[label]
            if isinstance(end, Branch) and end.condition in values and label not in before:
                needed.setdefault(end.condition, set()).add(label)
        into = _predecessors(edit)
        rank = {label: k for k, label in enumerate(self.label_order())}
        there = {id: self.reach(id, values[id], places, into, rank) for id, places in needed.items()}
        for label, order in edit.order.items():
            for id in order:
                op = edit.ops[id]
                places = op.blocks if op.kind is Kind.PHI else (label,) * len(op.args)
                args = tuple(_seen(there, arg, place) for arg, place in zip(op.args, places, strict=True))
                guard = None if op.guard is None else _seen(there, op.guard, label)
                if args != op.args or guard != op.guard:
                    edit.ops[id] = replace(op, args=args, guard=guard)
            end = edit.ends[label]
            if isinstance(end, Branch):
                edit.ends[label] = replace(end, condition=_seen(there, end.condition, label))

    def reach(
        self, id: int, home: str, places: set[str], into: dict[str, list[str]], rank: dict[str, int]
    ) -> dict[str, int]:
        """Block -> the value `id` as it is known there, for `places` and what lies on the way (Braun and others,
        "Simple and Efficient Construction of Static Single Assignment Form", 2013)."""
        edit, header = self.edit, self.outer.header
        region, work = set[str](), list(places)
        while work:
            label = work.pop()
            if label == home or label in region:
                continue
            region.add(label)
            work += [*self.latches, *(self.ends if self.always else ())] if label == header else into[label]
        known: dict[str, int] = {}
        open_phis: list[tuple[str, int]] = []
        for label in sorted(region, key=rank.__getitem__):
            arriving = {id if origin == home else known.get(origin) for origin in into[label]}
            if label != header and None not in arriving and len(arriving) == 1:
                (known[label],) = arriving  # type: ignore[assignment]
                continue
            phi = edit.make(Kind.PHI, edit.ops[id].width, loc=edit.ops[id].loc, name=edit.ops[id].name)
            known[label] = phi
            open_phis.append((label, phi))
        for label, phi in open_phis:
            incoming = {}
            for origin in into[label]:
                passed_by = label == header and origin in self.ends and not self.always
                if label == header and origin in self.starts:
                    incoming[origin] = self.constant(0, edit.ops[id].width)
                else:  # passed by: whatever it is, nobody looks
                    incoming[origin] = phi if passed_by else id if origin == home else known[origin]
            edit.ops[phi] = replace(edit.ops[phi], args=tuple(incoming.values()), blocks=tuple(incoming))
            edit.order[label].insert(0, phi)
        return known

    # ---- the result

    def label_order(self) -> list[str]:
        targets = {label: end.targets() for label, end in self.edit.ends.items()}
        return reverse_post_order(targets, self.function.entry)

    def finish(self) -> Function:
        outer, inner, added = self.outer, self.inner, frozenset(self.added)
        self.edit.order = {label: self.edit.order[label] for label in self.label_order()}
        one = outer.ii is not None  # in the source
        known = self.always and outer.trip_count is not None and inner.trip_count is not None
        flat = Loop(
            header=outer.header,
            blocks=outer.blocks | added,
            label=outer.label if one else "_".join(filter(None, (outer.label, inner.label))),
            ii=inner.ii if outer.ii is None else outer.ii,
            rewind=inner.rewind,
            chosen=inner.chosen,
            trip_count=(outer.trip_count or 0) * (inner.trip_count or 0) if known else None,
            stated_trips=(outer.trips[0] * inner.trips[0], outer.trips[1] * inner.trips[1])
            if outer.trips and inner.trips
            else None,
            dependences=tuple(d for d in inner.dependences if d in outer.dependences),
            flatten=outer.flatten,
            flattened=inner.flattened if one else (inner.header, *inner.flattened),
            loc=inner.loc,
        )
        loops = {}
        for header, loop in self.function.loops.items():
            if header == outer.header:
                loops[header] = flat
            elif header != inner.header:
                loops[header] = replace(loop, blocks=loop.blocks | added) if loop.blocks > outer.blocks else loop
        return self.edit.finish(loops=loops)


def _predecessors(edit: Editor) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {label: [] for label in edit.ends}
    for label, end in edit.ends.items():
        for target in dict.fromkeys(end.targets()):
            found[target].append(label)
    return found


def _retarget(end: Terminator, old: str, new: str) -> Terminator:
    match end:
        case Jump(target):
            return Jump(new if target == old else target)
        case Branch(condition, if_one, if_zero):
            return Branch(condition, *(new if target == old else target for target in (if_one, if_zero)))
    return end


def _seen(there: dict[int, dict[str, int]], id: int, label: str) -> int:
    """The value `id`, in a block where another one may stand for it."""
    return there[id].get(label, id) if id in there else id
